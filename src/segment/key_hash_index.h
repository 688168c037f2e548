// KeyHashIndex: from a key's hash straight to its row, in one cache line, read where it lies.
//
// Owns: the buckets, building and probing them. Does not own: comparing full keys (key_lookup.h):
// an 8-bit tag lets one wrong row in 28 buckets through. A bucket has 12 slots for 9 keys on the
// average; a key whose bucket is full goes to one of the next ones, and the bucket's reach says how
// far a search must go.
#ifndef ASHLAR_SRC_SEGMENT_KEY_HASH_INDEX_H_
#define ASHLAR_SRC_SEGMENT_KEY_HASH_INDEX_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/bytes.h"
#include "src/segment/format.h"

namespace ashlar::segment {

// The bytes of an index of `rows` rows, at least one: whole buckets.
[[nodiscard]] uint64_t KeyHashIndexBytes(uint64_t rows);
// The index of rows with these hashes, of which there is at least one. Nothing when so many hashes
// crowd together (an attacker can choose keys so) that a search might read more buckets than a
// reach can say: such a segment is searched by its fences.
[[nodiscard]] std::optional<std::string> BuildKeyHashIndex(std::span<const uint64_t> hashes);

// Borrows its bytes. Thread-safe. Whatever the bytes are, rows that it gives are in the segment.
class KeyHashIndex {
 public:
  KeyHashIndex() = default;
  // DataLoss when the size is not that of an index of `rows` rows. Reads nothing.
  [[nodiscard]] static absl::StatusOr<KeyHashIndex> Make(std::span<const std::byte> bytes,
                                                         uint64_t rows);
  // DataLoss unless every row stands in exactly one slot, unused slots are zero and no reach leads
  // further than once around.
  [[nodiscard]] absl::Status Prove() const;

  // Asks for the cache line that ForEachRow() reads first.
  void Prefetch(uint64_t hash) const { __builtin_prefetch(Bucket(HomeOf(hash, buckets_))); }

  // Calls visit(row) for the rows whose hash may be `hash`, the right one among them, until it
  // returns true; says whether it did.
  template <typename Visit>
  bool ForEachRow(uint64_t hash, const Visit& visit) const {
    namespace f = format::bucket;
    uint64_t at = HomeOf(hash, buckets_);
    const uint32_t reach = LoadByte(at, f::kReach.offset);
    for (uint32_t step = 0; step <= reach; ++step) {
      for (uint32_t slots = MatchingSlots(at, TagOf(hash)); slots != 0; slots &= slots - 1) {
        const uint32_t row = Row(at, static_cast<uint32_t>(std::countr_zero(slots)));
        // Bytes that change under a reader must not lead it astray.
        if (row < rows_ && visit(row)) return true;
      }
      at = at + 1 == buckets_ ? 0 : at + 1;
    }
    return false;
  }

  // The bucket where a hash belongs among `buckets`, fewer than 2^32, and the tag of its slot.
  [[nodiscard]] static uint64_t HomeOf(uint64_t hash, uint64_t buckets) {
    return ((hash >> 32) * buckets) >> 32;
  }
  [[nodiscard]] static uint8_t TagOf(uint64_t hash) { return static_cast<uint8_t>(hash); }

 private:
  KeyHashIndex(const std::byte* bytes, uint64_t buckets, uint64_t rows)
      : bytes_(bytes), buckets_(buckets), rows_(rows) {}

  [[nodiscard]] const std::byte* Bucket(uint64_t i) const {
    return bytes_ + i * format::bucket::kSize;
  }
  [[nodiscard]] uint32_t LoadByte(uint64_t i, uint32_t offset) const {
    return std::to_integer<uint32_t>(Bucket(i)[offset]);
  }
  [[nodiscard]] uint32_t Row(uint64_t i, uint32_t slot) const {
    return base::LoadLittle<uint32_t>(Bucket(i) + format::bucket::kRows.offset +
                                      slot * sizeof(uint32_t));
  }
  // The filled slots with this tag, a bit each, eight tags at a time.
  [[nodiscard]] uint32_t MatchingSlots(uint64_t i, uint8_t tag) const {
    const std::byte* const tags = Bucket(i) + format::bucket::kTags.offset;
    const uint32_t slots = EqualBytes(base::LoadLittle<uint64_t>(tags), tag) |
                           EqualBytes(base::LoadLittle<uint32_t>(tags + sizeof(uint64_t)), tag)
                               << 8;
    const uint32_t filled =
        std::min(LoadByte(i, format::bucket::kFilled.offset), format::bucket::kSlots);
    return slots & ((uint32_t{1} << filled) - 1);
  }
  // Bit i: whether byte i of the word is `byte`.
  [[nodiscard]] static uint32_t EqualBytes(uint64_t word, uint8_t byte) {
    constexpr uint64_t kLow = 0x0101010101010101;
    constexpr uint64_t kSeven = 0x7f7f7f7f7f7f7f7f;
    const uint64_t differs = word ^ kLow * byte;
    // The high bit of each byte that is zero, without a carry from one byte to the next.
    const uint64_t zeros = ~(((differs & kSeven) + kSeven) | differs | kSeven);
    // The eight bits side by side in the top byte: bit 8 i times 2^(56 - 7 i) is bit 56 + i.
    return static_cast<uint32_t>((zeros >> 7) * 0x0102040810204080 >> 56);
  }

  const std::byte* bytes_ = nullptr;
  uint64_t buckets_ = 0;
  uint64_t rows_ = 0;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_HASH_INDEX_H_
