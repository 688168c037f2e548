// An annotated dump of a segment file, for people and for tests.
//
// Owns: naming every byte of a file, with the constants of format.h and the decoders of the reader,
// and as careful as these. Does not own: its rendering (dump_lines.h). A damaged file is dumped as
// far as it can be understood, and what cannot is marked.
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_DUMP_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_DUMP_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ashlar::segment {

struct SegmentDumpResult {
  std::string output;
  bool damaged = false;
};

// `file` holds the whole file; `name` is for messages.
[[nodiscard]] SegmentDumpResult DumpSegment(std::span<const std::byte> file, std::string_view name,
                                            bool json);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_DUMP_H_
