// Listing the folder of segments.

#include "src/store/segment_files.h"

#include <algorithm>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::store {

absl::StatusOr<std::vector<uint64_t>> ListSegmentIds(io::FileSystem& files) {
  std::vector<uint64_t> ids;
  ASSIGN_OR_RETURN(const auto entries, files.List(io::kSegmentsDirectory));
  for (const io::DirectoryEntry& entry : entries) {
    const auto parsed = io::ParseFileName(base::StrCat(io::kSegmentsDirectory, "/", entry.name));
    if (entry.type == io::EntryType::kFile && parsed.has_value()) ids.push_back(parsed->number);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace ashlar::store
