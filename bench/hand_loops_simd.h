// The vectorised kernels behind hand_loops.h, each compiled for every instruction set.
//
// Owns: their dispatched entries, over pointers. Callers come through hand_loops.h.
#ifndef ASHLAR_BENCH_HAND_LOOPS_SIMD_H_
#define ASHLAR_BENCH_HAND_LOOPS_SIMD_H_

#include <cstddef>
#include <cstdint>

namespace ashlar::bench {

[[nodiscard]] uint64_t CountGreaterSimd(const double* values, size_t rows, double bound);
[[nodiscard]] double SumDoublesSimd(const double* values, const double* summed, size_t rows,
                                    double bound);
[[nodiscard]] int64_t SumIntegersSimd(const double* values, const int64_t* summed, size_t rows,
                                      double bound);
[[nodiscard]] int64_t SumLiveSimd(const int64_t* values, const int64_t* summed, size_t rows,
                                  int64_t bound, const uint8_t* deleted);
// `count` words, wherever they lie.
[[nodiscard]] uint64_t SumWordsSimd(const uint8_t* bytes, size_t count);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_HAND_LOOPS_SIMD_H_
