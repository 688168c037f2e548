// ExactSum: sums of 64-bit integers that do not overflow on the way.
//
// Owns: 128-bit accumulation. Does not own: what is said when the total does not fit. Any order of
// additions gives the same sum, so parts may be summed apart and merged.
#ifndef ASHLAR_SRC_QUERY_EXACT_SUM_H_
#define ASHLAR_SRC_QUERY_EXACT_SUM_H_

#include <cstdint>
#include <optional>

namespace ashlar::query {

class ExactSum {
 public:
  void Add(int64_t value) { total_ += value; }
  void Add(uint64_t value) { total_ += static_cast<Wide>(value); }
  void Add(const ExactSum& other) { total_ += other.total_; }

  [[nodiscard]] std::optional<int64_t> AsInt64() const {
    if (total_ < INT64_MIN || total_ > INT64_MAX) return std::nullopt;
    return static_cast<int64_t>(total_);
  }
  [[nodiscard]] std::optional<uint64_t> AsUInt64() const {
    if (total_ < 0 || total_ > static_cast<Wide>(UINT64_MAX)) return std::nullopt;
    return static_cast<uint64_t>(total_);
  }
  [[nodiscard]] double AsDouble() const { return static_cast<double>(total_); }

 private:
  __extension__ using Wide = __int128;  // 2^63 additions of any 64-bit values fit
  Wide total_ = 0;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_EXACT_SUM_H_
