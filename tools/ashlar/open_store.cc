// Opening stores. See open_store.h.
#include "tools/ashlar/open_store.h"

#include <string_view>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

absl::StatusOr<std::unique_ptr<Store>> OpenExisting(const std::string& path, AccessMode mode) {
  StoreOptions options;
  options.mode = mode;
  options.create_if_missing = false;
  return Store::Open(path, options);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenToRead(const std::string& path) {
  return OpenExisting(path, AccessMode::kReadOnly);
}

absl::StatusOr<std::unique_ptr<Store>> OpenToChange(const std::string& path) {
  return OpenExisting(path, AccessMode::kReadWrite);
}

absl::StatusOr<uint64_t> VersionOfCommits(Store& store) {
  const absl::Status flushed = store.Flush();
  if (!flushed.ok()) {
    return absl::Status(
        flushed.code(),
        base::StrCat("it is committed and durable, but makes no version yet: ",
                     std::string_view(flushed.message().data(), flushed.message().size())));
  }
  return store.GetSnapshot().version();
}

absl::StatusOr<Snapshot> SnapshotAt(const Store& store, const std::string& at) {
  if (at.empty()) return store.GetSnapshot();
  return store.AtText(at);
}

}  // namespace ashlar::tools
