// Hand-written loops over raw column memory: the baselines that queries are measured beside.
//
// Owns: for each measured query, the fastest loop we can write that knows everything a planner has
// to find out: plain buffers, no nulls, one type. Does not own: queries, and no engine code may
// call these. A query that reaches 70 % of such a loop pays little for being general. SIMD is
// chosen at run time; buffers need not be aligned. Single-threaded.
#ifndef ASHLAR_BENCH_HAND_LOOPS_H_
#define ASHLAR_BENCH_HAND_LOOPS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ashlar::bench {

// Rows with values[i] > bound; NaN never is.
[[nodiscard]] uint64_t CountGreater(std::span<const double> values, double bound);

// The sum of summed[i] where values[i] > bound. The order of the additions is not that of the rows.
[[nodiscard]] double SumWhereGreater(std::span<const double> values, std::span<const double> summed,
                                     double bound);
// Integer sums wrap.
[[nodiscard]] int64_t SumWhereGreater(std::span<const double> values,
                                      std::span<const int64_t> summed, double bound);

// The same over two integer columns for the rows that are alive: bit i of `deleted` (least
// significant first, one bit a row) says that row i is not.
[[nodiscard]] int64_t SumLiveWhereGreater(std::span<const int64_t> values,
                                          std::span<const int64_t> summed, int64_t bound,
                                          std::span<const std::byte> deleted);

template <typename T>
struct GroupSum {
  uint64_t count = 0;
  T sum = 0;
};

// Count and sum of each group. codes[i] < groups for all i; groups <= 65,536.
[[nodiscard]] std::vector<GroupSum<int64_t>> SumByCode(std::span<const uint8_t> codes,
                                                       std::span<const int64_t> values,
                                                       size_t groups);
[[nodiscard]] std::vector<GroupSum<int64_t>> SumByCode(std::span<const uint16_t> codes,
                                                       std::span<const int64_t> values,
                                                       size_t groups);
[[nodiscard]] std::vector<GroupSum<double>> SumByCode(std::span<const uint8_t> codes,
                                                      std::span<const double> values,
                                                      size_t groups);
[[nodiscard]] std::vector<GroupSum<double>> SumByCode(std::span<const uint16_t> codes,
                                                      std::span<const double> values,
                                                      size_t groups);

// The wrapping sum of all 64-bit words, which reads memory as fast as it can be read: the bandwidth
// that scans are judged by. A rest of fewer than eight bytes is left out.
[[nodiscard]] uint64_t SumWords(std::span<const std::byte> bytes);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_HAND_LOOPS_H_
