// KeyFences: the 8-byte prefix of every sixteenth row, as a static search tree read where it lies.
//
// Owns: the bytes, building them, and narrowing a prefix to few rows. Does not own: comparing full
// keys (key_lookup.h); equal prefixes may span many fences, and then many rows remain. The lowest
// level holds all fences in order; each level above repeats every eighth of the one below. So a
// search reads one cache line a level, and the upper levels, which stay in the cache, cost a
// seventh more bytes.
#ifndef ASHLAR_SRC_SEGMENT_KEY_FENCES_H_
#define ASHLAR_SRC_SEGMENT_KEY_FENCES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/bytes.h"
#include "src/segment/fence_search.h"
#include "src/segment/format.h"

namespace ashlar::segment {

// Rows [first, last).
struct CandidateRows {
  uint64_t first = 0;
  uint64_t last = 0;
  [[nodiscard]] uint64_t rows() const { return last - first; }
  friend bool operator==(const CandidateRows&, const CandidateRows&) = default;
};

// The bytes of the fences of `rows` rows, at least one: whole nodes.
[[nodiscard]] uint64_t KeyFencesBytes(uint64_t rows);
// The fences of the rows' prefixes, which ascend (checked) and are at least one. A prefix is the
// first 8 bytes of the encoded key as a big-endian number, padded with zeros.
[[nodiscard]] std::string BuildKeyFences(std::span<const uint64_t> prefixes);

// Borrows its bytes. Thread-safe. Whatever the bytes are, answers stay within the rows.
class KeyFences {
 public:
  KeyFences() = default;
  // DataLoss when the size is not that of the fences of `rows` rows. Reads nothing.
  [[nodiscard]] static absl::StatusOr<KeyFences> Make(std::span<const std::byte> bytes,
                                                      uint64_t rows);
  // DataLoss when the fences do not ascend, or the upper levels are not those of the lowest.
  [[nodiscard]] absl::Status Prove() const;

  // All rows with this prefix lie among the candidates; rows before these have smaller prefixes,
  // rows behind them greater ones. So the first row at or after a key lies there too, or is the one
  // behind them.
  [[nodiscard]] CandidateRows Find(uint64_t prefix) const;
  // Find() in two steps, so that many searches can wait for memory together: the first descends to
  // the lowest level and asks for the node there.
  [[nodiscard]] uint64_t NodeOf(uint64_t prefix) const;
  [[nodiscard]] CandidateRows FindIn(uint64_t node, uint64_t prefix) const;

  [[nodiscard]] uint64_t rows() const { return rows_; }

 private:
  static constexpr size_t kMaxLevels = 10;  // 8 to the power of 10 exceeds 2^32 / 16

  [[nodiscard]] CandidateRows RowsOf(const FenceCounts& counts) const;
  [[nodiscard]] std::span<const FenceLevel> levels() const {
    return std::span(levels_).first(height_);
  }
  [[nodiscard]] uint64_t Fence(size_t level, uint64_t i) const {
    return base::LoadLittle<uint64_t>(levels_[level].nodes + i * sizeof(uint64_t));
  }

  std::array<FenceLevel, kMaxLevels> levels_;
  size_t height_ = 0;
  uint64_t rows_ = 0;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_FENCES_H_
