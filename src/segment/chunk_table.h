// The chunk table: which bytes, here or in another file, make up each column of a segment.
//
// Owns: its values, their encoding and the refusal of hostile tables: after decoding, every range
// is aligned, inside the body, apart from all others and exactly as large as its lengths claim.
// Does not own: what the buffers hold (chunk_view.h proves that on first touch).
#ifndef ASHLAR_SRC_SEGMENT_CHUNK_TABLE_H_
#define ASHLAR_SRC_SEGMENT_CHUNK_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/base/coding.h"
#include "src/base/digest.h"
#include "src/segment/segment_id.h"

namespace ashlar::segment {

// Bytes of the file; an absent buffer is 0/0, and an empty one is absent.
struct BufferRange {
  uint64_t offset = 0;
  uint64_t size = 0;
  friend bool operator==(const BufferRange&, const BufferRange&) = default;
};

// How the bytes of a buffer lie in the file. Values reach disk: never renumber.
enum class BufferForm : uint8_t {
  kRaw = 1,     // as in memory: these are viewed, all others decoded
  kZstd = 2,    // one zstd frame
  kPlanes = 3,  // numbers in bit planes (plane_codec.h); of offsets, the differences
};

// One column of a chunk: the top-level column, or one below it. Ranges are what the file holds; an
// absent buffer is raw.
struct ChunkNode {
  Encoding encoding = Encoding::kPlain;
  uint8_t code_width = 0;
  uint64_t length = 0;
  uint64_t null_count = 0;
  BufferRange validity;
  BufferRange offsets;
  BufferRange values;
  BufferForm validity_form = BufferForm::kRaw;
  BufferForm offsets_form = BufferForm::kRaw;
  BufferForm values_form = BufferForm::kRaw;
  uint64_t decoded_values = 0;        // bytes of the values in memory
  BufferRange zone_map;               // leaves that are no dictionary
  std::vector<ChunkNode> dictionary;  // one for constant and dictionary encoding
  std::vector<ChunkNode> children;    // as column.h lays them out

  [[nodiscard]] uint64_t zones() const;
  // Whether its own buffers are all raw; those below it do not count.
  [[nodiscard]] bool is_raw() const;
  friend bool operator==(const ChunkNode&, const ChunkNode&) = default;
};

// Values reach disk: never renumber.
enum class ChunkKind : uint8_t { kHere = 1, kReference = 2 };

struct ChunkEntry {
  base::Digest digest;
  ChunkKind kind = ChunkKind::kHere;
  ChunkLocation holder;           // of a reference
  uint64_t stored_bytes = 0;      // buffers but dictionaries
  uint64_t dictionary_bytes = 0;  // buffers of dictionaries
  ChunkNode root;                 // of a chunk that is here
  friend bool operator==(const ChunkEntry&, const ChunkEntry&) = default;
};

// One entry a schema field, in schema order.
struct ChunkTable {
  std::vector<ChunkEntry> entries;

  [[nodiscard]] size_t size() const { return entries.size(); }
  [[nodiscard]] const ChunkEntry& operator[](size_t ordinal) const { return entries[ordinal]; }
  [[nodiscard]] std::vector<base::Digest> Digests() const;
  [[nodiscard]] uint32_t CountReferences() const;
};

void EncodeChunkTable(const ChunkTable& table, base::ByteWriter& out);

// What the table must agree with.
struct ChunkTableLimits {
  uint64_t rows = 0;
  uint64_t body_end = 0;  // where the chunks end: at the key sections, or else at the tail
  uint64_t segment_id = 0;
};

// DataLoss through the reader's context.
[[nodiscard]] absl::StatusOr<ChunkTable> DecodeChunkTable(const Schema& schema,
                                                          const ChunkTableLimits& limits,
                                                          base::ByteReader& in);

// Buffer bytes of a node and all below it; dictionaries apart.
struct NodeBytes {
  uint64_t stored = 0;
  uint64_t dictionary = 0;
};
[[nodiscard]] NodeBytes CountNodeBytes(const ChunkNode& node);
[[nodiscard]] uint32_t CountNodes(const ChunkNode& node);
// Whether the node and all below it can be viewed where they lie.
[[nodiscard]] bool IsViewable(const ChunkNode& node);

// The ranges of a node and all below it in the order of the file: validity, offsets, values,
// dictionary, children; the zone maps follow in the same order of nodes.
void AppendBuffers(const ChunkNode& node, std::vector<BufferRange>* ranges);
void AppendZoneMaps(const ChunkNode& node, std::vector<BufferRange>* ranges);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_CHUNK_TABLE_H_
