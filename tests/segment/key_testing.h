// Keyed segments for tests: sorted keys of several shapes, their hashes and prefixes, and files.
//
// Owns: making them the same at every run. Does not own: the engine's key encoding; a test's keys
// are byte strings that stand for encodings.
#ifndef ASHLAR_TESTS_SEGMENT_KEY_TESTING_H_
#define ASHLAR_TESTS_SEGMENT_KEY_TESTING_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/random.h"
#include "src/segment/key_checks.h"
#include "src/segment/key_lookup.h"
#include "src/segment/key_sections.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {

// Shapes of keys: 8 random bytes, consecutive numbers, texts that begin alike for more than 8
// bytes, texts in groups that do, and texts of 0 to 3 bytes.
enum class KeyShape : uint8_t { kRandom, kDense, kSharedPrefix, kGroups, kShort };
inline constexpr KeyShape kAllShapes[] = {KeyShape::kRandom, KeyShape::kDense,
                                          KeyShape::kSharedPrefix, KeyShape::kGroups,
                                          KeyShape::kShort};

[[nodiscard]] KeyProbe ProbeOf(std::string_view key);

struct KeySet {
  std::vector<std::string> keys;  // ascending, each once
  std::vector<uint64_t> hashes;
  std::vector<uint64_t> prefixes;

  [[nodiscard]] KeySections sections(bool hash_index) const;
  [[nodiscard]] RowKeys row_keys() const { return {hashes, prefixes, false}; }
  // A comparison with `key` for KeyLookup; both must outlive it.
  [[nodiscard]] auto ComparerWith(const std::string& key) const {
    return [this, &key](uint32_t row) -> std::strong_ordering { return keys[row] <=> key; };
  }
};

// About `rows` keys, at least one; fewer where the shape has no more.
[[nodiscard]] KeySet MakeKeys(KeyShape shape, size_t rows, base::Random& random);
// A key that the shape could have, in the set or not.
[[nodiscard]] std::string RandomKey(KeyShape shape, size_t rows, base::Random& random);
[[nodiscard]] KeySet SortedKeys(std::vector<std::string> keys);

// A segment of two columns, key and value, as file `id`; the key is the first column.
[[nodiscard]] Schema KeyedSchema();
inline constexpr uint32_t kKeyChunks[] = {0};
[[nodiscard]] absl::StatusOr<WrittenSegment> WriteKeyed(io::FileSystem& files, const KeySet& keys,
                                                        bool hash_index, uint64_t id = 1);
[[nodiscard]] std::shared_ptr<SegmentFile> OpenKeyed(io::FileSystem& files, const KeySet& keys,
                                                     bool hash_index, uint64_t id = 1);

// Makes the checksums of the key sections right again in a segment whose bytes were changed, as an
// attacker would; FixChecksums() does the rest. False when the tail does not lead to the sections.
[[nodiscard]] bool FixKeyChecksums(std::string* bytes);

}  // namespace ashlar::segment

#endif  // ASHLAR_TESTS_SEGMENT_KEY_TESTING_H_
