// KeyFilter: a split-block Bloom filter over the hashes of a segment's keys, read where it lies.
//
// Owns: the filter's bytes, building and probing them. Does not own: hashing keys
// (src/columnar/key_codec) nor proving bytes against a stamp (key_views.h). A key touches one
// block, which is one cache line, and sets one bit in each of its eight words: blocks of 64 bytes
// hold 0.5 % of false positives with 12 bits a key, where blocks of 32 bytes would need 13.
#ifndef ASHLAR_SRC_SEGMENT_KEY_FILTER_H_
#define ASHLAR_SRC_SEGMENT_KEY_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "src/base/bytes.h"
#include "src/segment/format.h"

namespace ashlar::segment {

// The bytes of a filter for `rows` keys, at least one: whole blocks.
[[nodiscard]] uint64_t KeyFilterBytes(uint64_t rows);
// The filter of these hashes, in any order; there is at least one.
[[nodiscard]] std::string BuildKeyFilter(std::span<const uint64_t> hashes);

// Borrows its bytes. Thread-safe.
class KeyFilter {
 public:
  static constexpr size_t kMaxBatch = 64;

  KeyFilter() = default;
  // DataLoss when the size is not that of a filter for `rows` keys. Any bits are a filter.
  [[nodiscard]] static absl::StatusOr<KeyFilter> Make(std::span<const std::byte> bytes,
                                                      uint64_t rows);

  // Asks for the cache line that MayContain() will read.
  void Prefetch(uint64_t hash) const { __builtin_prefetch(Block(hash)); }

  // False only when no key has this hash.
  [[nodiscard]] bool MayContain(uint64_t hash) const {
    const std::byte* const block = Block(hash);
    const uint64_t places = Places(hash);
    uint64_t all = 1;
    for (uint32_t word = 0; word < format::filter::kWords; ++word) {
      const auto bits = base::LoadLittle<uint64_t>(block + word * sizeof(uint64_t));
      all &= bits >> (places >> (word * kPlaceBits) & kPlaceMask);
    }
    return all != 0;
  }
  // The same for at most kMaxBatch hashes, whose blocks are fetched together: bit i answers for
  // hash i.
  [[nodiscard]] uint64_t MayContainEach(std::span<const uint64_t> hashes) const;

  // The parts of it, for hashes that are each sought in another filter: block i is that of hash i.
  [[nodiscard]] const std::byte* Block(uint64_t hash) const {
    return bytes_ + BlockOf(hash, blocks_) * format::filter::kBlockBytes;
  }
  [[nodiscard]] static uint64_t ProbeEach(std::span<const std::byte* const> blocks,
                                          std::span<const uint64_t> hashes);

  // Which bit a hash sets in each word, six bits a word from the lowest. The multiplication brings
  // the low bits of the hash up, for the high ones have chosen the block.
  static constexpr uint32_t kPlaceBits = 6;
  static constexpr uint64_t kPlaceMask = 63;
  [[nodiscard]] static uint64_t Places(uint64_t hash) {
    return (hash * format::filter::kMultiplier) >> 16;
  }
  // The block of a hash among `blocks`, fewer than 2^32.
  [[nodiscard]] static uint64_t BlockOf(uint64_t hash, uint64_t blocks) {
    return ((hash >> 32) * blocks) >> 32;
  }

 private:
  KeyFilter(const std::byte* bytes, uint64_t blocks) : bytes_(bytes), blocks_(blocks) {}

  const std::byte* bytes_ = nullptr;
  uint64_t blocks_ = 0;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_FILTER_H_
