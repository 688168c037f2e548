// Old logs; see the header.
#include "src/store/obsolete_logs.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/compaction/obsolete_files.h"
#include "src/io/file_names.h"

namespace ashlar::store {
namespace {

absl::Status Remove(StoreCore& core, std::vector<uint64_t> logs) {
  if (logs.empty()) return absl::OkStatus();
  compaction::LiveFiles live;
  live.oldest_log = core.current()->oldest_log;
  return compaction::RemoveObsoleteFiles(
             *core.files, live,
             {.mode = compaction::RemovalMode::kKnown, .log_candidates = std::move(logs)})
      .status();
}

}  // namespace

void RecycleLogs(StoreCore& core) {
  const uint64_t oldest = core.current()->oldest_log;
  std::vector<uint64_t> useless;
  for (; core.oldest_kept_log < oldest; ++core.oldest_kept_log) {
    const uint64_t number = core.oldest_kept_log;
    // Numbers of attempts that failed may have no file.
    if (number == 0 || !core.files->OpenForRead(io::LogName(number)).ok()) continue;
    if (!core.queue->OfferSpare(number)) useless.push_back(number);
  }
  Remove(core, std::move(useless)).IgnoreError();
}

absl::Status RemoveLogs(StoreCore& core) {
  const auto entries = core.files->List(io::kLogDirectory);
  if (absl::IsNotFound(entries.status())) return absl::OkStatus();
  RETURN_IF_ERROR(entries.status());
  const uint64_t oldest = core.current()->oldest_log;
  std::vector<uint64_t> useless;
  for (const io::DirectoryEntry& entry : *entries) {
    const auto parsed = io::ParseFileName(base::StrCat(io::kLogDirectory, "/", entry.name));
    if (parsed.has_value() && parsed->kind == io::FileKind::kLog && parsed->number < oldest) {
      useless.push_back(parsed->number);
    }
  }
  return Remove(core, std::move(useless));
}

}  // namespace ashlar::store
