// Key sections and key chunks, range by range; see the header.
#include "src/segment/key_pages.h"

#include <vector>

#include "ashlar/status_macros.h"

namespace ashlar::segment {

absl::Status PopulateKeyPages(SegmentFile& file) {
  std::vector<BufferRange> ranges;
  for (const uint32_t ordinal : file.keys().chunks) {
    const ChunkEntry& entry = file.chunks()[ordinal];
    if (entry.kind == ChunkKind::kHere) AppendBuffers(entry.root, &ranges);
  }
  for (const KeySection& section : file.keys().sections) ranges.push_back(section.range);
  for (const BufferRange& range : ranges) {
    if (range.size > 0) RETURN_IF_ERROR(file.Populate(range.offset, range.size));
  }
  return absl::OkStatus();
}

}  // namespace ashlar::segment
