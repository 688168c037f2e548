// The key table: where a segment's key filter, fences and index lie, and which keys they are of.
//
// Owns: its values, their encoding, the refusal of hostile tables, and the stamp. Does not own: the
// sections' bytes (key_views.h). Each section is stamped with the digests of the key's chunks, so
// one that was made for other keys is recognised before it can call a key absent.
#ifndef ASHLAR_SRC_SEGMENT_KEY_TABLE_H_
#define ASHLAR_SRC_SEGMENT_KEY_TABLE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/coding.h"
#include "src/base/digest.h"
#include "src/segment/chunk_table.h"

namespace ashlar::segment {

// Values reach disk: never renumber.
enum class KeySectionKind : uint8_t { kFilter = 1, kFences = 2, kIndex = 3 };

// "key filter", "key fences" or "key index".
[[nodiscard]] std::string_view NameOf(KeySectionKind kind);

struct KeySection {
  KeySectionKind kind = KeySectionKind::kFilter;
  BufferRange range;  // of the file
  uint32_t crc = 0;   // CRC32C of the range
  base::Digest stamp;
  friend bool operator==(const KeySection&, const KeySection&) = default;
};

// Empty in a segment of an ordered dataset.
struct KeyTable {
  std::vector<uint32_t> chunks;      // ordinals of the key's fields, in the order of the key
  std::vector<KeySection> sections;  // a filter, fences and perhaps an index, in this order

  [[nodiscard]] bool empty() const { return sections.empty(); }
  // Nothing when the segment has no such section.
  [[nodiscard]] const KeySection* Find(KeySectionKind kind) const;
  [[nodiscard]] uint64_t section_bytes() const;
  friend bool operator==(const KeyTable&, const KeyTable&) = default;
};

// What sections made for the chunks of `key_chunks` are stamped with; the ordinals are in `table`.
[[nodiscard]] base::Digest KeyStamp(const ChunkTable& table, std::span<const uint32_t> key_chunks);

// InvalidArgument unless the ordinals are those of at least one chunk of `chunk_count`, each once.
[[nodiscard]] absl::Status CheckKeyChunks(std::span<const uint32_t> key_chunks,
                                          uint64_t chunk_count);

// Nothing for an empty table.
void EncodeKeyTable(const KeyTable& table, base::ByteWriter& out);

// What the table must agree with.
struct KeyTableLimits {
  uint64_t chunk_count = 0;
  uint64_t body_end = 0;  // the tail offset; the last section ends there
};

// DataLoss through the reader's context. The sections that are given follow one another without
// gaps up to the end of the body; their sizes and bytes are not judged.
[[nodiscard]] absl::StatusOr<KeyTable> DecodeKeyTable(const KeyTableLimits& limits,
                                                      base::ByteReader& in);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_TABLE_H_
