// The first files of a store, and telling a store from other directories.

#include "src/store/create_store.h"

#include <algorithm>
#include <string>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/store/create_file.h"
#include "src/store/reserve.h"

namespace ashlar::store {
namespace {

absl::Status CreateDirectoryIfMissing(io::FileSystem& files, std::string_view name) {
  absl::Status made = files.CreateDirectory(name);
  return absl::IsAlreadyExists(made) ? absl::OkStatus() : made;
}

absl::StatusOr<bool> HoldsNothing(io::FileSystem& files, std::string_view directory) {
  const auto entries = files.List(directory);
  if (absl::IsNotFound(entries.status())) return true;
  RETURN_IF_ERROR(entries.status());
  return entries->empty();
}

bool IsOurs(const std::string& name) {
  return name == io::kLockName || name == io::kReadersName || name == io::kReserveName ||
         name == io::kSegmentsDirectory || name == io::kLogDirectory ||
         name == io::kCurrentTemporaryName || io::ParseFileName(name).has_value();
}

}  // namespace

absl::StatusOr<DirectoryState> InspectDirectory(io::FileSystem& files) {
  ASSIGN_OR_RETURN(const std::vector<io::DirectoryEntry> entries, files.List(""));
  if (entries.empty()) return DirectoryState::kEmpty;
  const auto has = [&](std::string_view name) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const io::DirectoryEntry& entry) { return entry.name == name; });
  };
  if (has(io::kCurrentName)) return DirectoryState::kStore;
  for (const io::DirectoryEntry& entry : entries) {
    if (!IsOurs(entry.name)) return DirectoryState::kForeign;
  }
  // CURRENT is made last. A creation leaves at most the first manifest, without a version in it,
  // and no segment; anything more once had a CURRENT.
  ASSIGN_OR_RETURN(const bool no_segments, HoldsNothing(files, io::kSegmentsDirectory));
  ASSIGN_OR_RETURN(const bool no_logs, HoldsNothing(files, io::kLogDirectory));
  if (!no_segments || !no_logs) return DirectoryState::kHeadless;
  for (const io::DirectoryEntry& entry : entries) {
    const auto parsed = io::ParseFileName(entry.name);
    if (!parsed.has_value() || parsed->kind != io::FileKind::kManifest) continue;
    if (parsed->number != 1) return DirectoryState::kHeadless;
    const auto manifest = manifest::ReadManifestFile(files, 1);
    if (manifest.ok() && manifest->set->current()->version != 0) return DirectoryState::kHeadless;
  }
  return DirectoryState::kUnfinished;
}

absl::Status EnsureLockFile(io::FileSystem& files) {
  return CreateFileIfMissing(files, io::kLockName, 0);
}

absl::StatusOr<std::unique_ptr<manifest::ManifestStore>> CreateStoreFiles(
    io::FileSystem& files, const manifest::VersionSet& initial) {
  ASHLAR_CHECK(initial.current()->version == 0);
  RETURN_IF_ERROR(CreateDirectoryIfMissing(files, io::kSegmentsDirectory));
  RETURN_IF_ERROR(CreateDirectoryIfMissing(files, io::kLogDirectory));
  RETURN_IF_ERROR(CreateFileIfMissing(files, io::kReadersName, 0));
  RETURN_IF_ERROR(EnsureReserve(files));
  absl::Status unlinked = files.Unlink(io::ManifestName(1));
  if (!absl::IsNotFound(unlinked)) RETURN_IF_ERROR(unlinked);
  RETURN_IF_ERROR(files.SyncDirectory(""));
  return manifest::ManifestStore::Create(files, initial);
}

}  // namespace ashlar::store
