// Unlinking garbage that was proven elsewhere.

#include "src/compaction/obsolete_files.h"

#include <string>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/io/file_names.h"

namespace ashlar::compaction {
namespace {

struct Doomed {
  std::vector<std::string> segments;
  std::vector<std::string> in_root;
};

absl::StatusOr<Doomed> FindDoomed(io::FileSystem& files, std::span<const uint64_t> segment_ids,
                                  const ManifestFiles& manifests) {
  ASHLAR_CHECK(manifests.current > 0);
  Doomed doomed;
  for (const uint64_t id : segment_ids) doomed.segments.push_back(io::SegmentName(id));
  // Manifests change only when they roll; the root holds a handful of names.
  ASSIGN_OR_RETURN(const auto entries, files.List(""));
  for (const io::DirectoryEntry& entry : entries) {
    const auto parsed = io::ParseFileName(entry.name);
    if (!parsed.has_value() || parsed->kind != io::FileKind::kManifest) continue;
    if (parsed->number + 1 < manifests.current) doomed.in_root.push_back(entry.name);
  }
  return doomed;
}

uint64_t SizeOf(io::FileSystem& files, const std::string& name, bool* exists) {
  const auto file = files.OpenForRead(name);
  *exists = !absl::IsNotFound(file.status());
  return file.ok() ? (*file)->size() : 0;
}

void Count(io::FileSystem& files, const std::vector<std::string>& names, ObsoleteReport* report) {
  for (const std::string& name : names) {
    bool exists = false;
    report->bytes += SizeOf(files, name, &exists);
    report->files += exists ? 1 : 0;
  }
}

absl::Status Remove(io::FileSystem& files, std::string_view directory,
                    const std::vector<std::string>& names, ObsoleteReport* report) {
  if (names.empty()) return absl::OkStatus();
  absl::Status first = absl::OkStatus();
  for (const std::string& name : names) {
    bool exists = false;
    const uint64_t bytes = SizeOf(files, name, &exists);
    const absl::Status unlinked = files.Unlink(name);
    if (unlinked.ok()) {
      ++report->files;
      report->bytes += bytes;
    } else if (!absl::IsNotFound(unlinked)) {
      first.Update(unlinked);
    }
  }
  first.Update(files.SyncDirectory(directory));
  return first;
}

}  // namespace

absl::StatusOr<ObsoleteReport> RemoveObsoleteFiles(io::FileSystem& files,
                                                   std::span<const uint64_t> segment_ids,
                                                   const ManifestFiles& manifests) {
  ASSIGN_OR_RETURN(const Doomed doomed, FindDoomed(files, segment_ids, manifests));
  ObsoleteReport report;
  absl::Status removed = Remove(files, io::kSegmentsDirectory, doomed.segments, &report);
  removed.Update(Remove(files, "", doomed.in_root, &report));
  RETURN_IF_ERROR(removed);
  return report;
}

absl::StatusOr<ObsoleteReport> CountObsoleteFiles(io::FileSystem& files,
                                                  std::span<const uint64_t> segment_ids,
                                                  const ManifestFiles& manifests) {
  ASSIGN_OR_RETURN(const Doomed doomed, FindDoomed(files, segment_ids, manifests));
  ObsoleteReport report;
  Count(files, doomed.segments, &report);
  Count(files, doomed.in_root, &report);
  return report;
}

}  // namespace ashlar::compaction
