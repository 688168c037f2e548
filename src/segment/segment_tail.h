// Header, footer and tail of a segment file as values.
//
// Owns: their encoding, and decoding with every check that needs no chunk: magic, checksum,
// version, flags, tables that follow one another. Does not own: reading files (segment_file.h).
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_TAIL_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/base/digest.h"
#include "src/segment/chunk_table.h"
#include "src/segment/format.h"
#include "src/segment/key_table.h"

namespace ashlar::segment {

struct SegmentHeader {
  uint64_t id = 0;
  uint64_t fingerprint = 0;  // columnar::SchemaFingerprint
  uint64_t rows = 0;
  int64_t created_us = 0;
  int64_t compacted_us = 0;
};

struct SegmentFooter {
  uint64_t id = 0;
  uint64_t rows = 0;
  base::Digest digest;
  uint64_t tail_offset = 0;
  uint32_t schema_size = 0;
  uint32_t table_size = 0;
  uint32_t pages_size = 0;
  uint32_t chunk_count = 0;
  uint32_t reference_count = 0;
  uint32_t keys_size = 0;

  // Bytes of the tail, footer included.
  [[nodiscard]] uint64_t tail_size() const;
};

struct SegmentTail {
  SegmentFooter footer;
  Schema schema;
  ChunkTable table;
  KeyTable keys;
  std::vector<uint32_t> page_crcs;
};

[[nodiscard]] std::string EncodeHeader(const SegmentHeader& header);
[[nodiscard]] absl::StatusOr<SegmentHeader> DecodeHeader(std::span<const std::byte> bytes,
                                                         std::string_view file);

// The tail's bytes; fills in the sizes and counts of `tail->footer`. InvalidArgument when a table
// is too large for the format.
[[nodiscard]] absl::StatusOr<std::string> EncodeTail(SegmentTail* tail);

// `bytes` are the last format::footer::kSize of a file of `file_size` bytes. A newer version or
// flag is Unimplemented, everything else that is wrong DataLoss, naming `file` and the offset.
[[nodiscard]] absl::StatusOr<SegmentFooter> DecodeFooter(std::span<const std::byte> bytes,
                                                         uint64_t file_size, std::string_view file);
// `bytes` are the tail that `footer` describes, itself included.
[[nodiscard]] absl::StatusOr<SegmentTail> DecodeTail(const SegmentFooter& footer,
                                                     std::span<const std::byte> bytes,
                                                     std::string_view file);

// Pages of a body that ends at `body_end`; the last may be short.
[[nodiscard]] constexpr uint64_t PageCount(uint64_t body_end) {
  return (body_end + format::kPageBytes - 1) / format::kPageBytes;
}

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_TAIL_H_
