// KeySections: what a writer knows about the keys of its rows, and the bytes that it makes of it.
//
// Owns: judging the input and building filter, fences and index from it. Does not own: their places
// in the file (segment_writer.h) nor the encoding of keys.
#ifndef ASHLAR_SRC_SEGMENT_KEY_SECTIONS_H_
#define ASHLAR_SRC_SEGMENT_KEY_SECTIONS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "src/segment/key_table.h"

namespace ashlar::segment {

// The keys of a segment's rows, row by row; rows are sorted by encoded key and no key is twice.
struct KeySections {
  std::span<const uint64_t> hashes;    // of the encoded keys
  std::span<const uint64_t> prefixes;  // their first 8 bytes, big endian, padded with zeros
  std::vector<uint32_t> key_chunks;    // ordinals of the key's fields, in the order of the key
  bool hash_index = false;             // 7.1 bytes a key, for gets that need no search
};

struct KeySectionBytes {
  KeySectionKind kind = KeySectionKind::kFilter;
  std::string bytes;
};

// InvalidArgument unless there are as many hashes and prefixes as `rows`, at least one, and the
// prefixes ascend.
[[nodiscard]] absl::Status CheckKeySections(const KeySections& keys, uint64_t rows);
// The sections in the order of the file. `keys` were checked. An index that was asked for is left
// out where hashes crowd together (key_hash_index.h). The bytes depend on the input alone.
[[nodiscard]] std::vector<KeySectionBytes> BuildKeySections(const KeySections& keys);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_SECTIONS_H_
