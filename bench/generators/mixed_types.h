// MixedTypes: every type of the data model with its awkward values.
//
//   row     int64 not null     the row's number
//   b       bool
//   i8 … i64, u8 … u64         one column an integer type; extremes, zero, small and any values
//   f32, f64                   also NaN, infinities, -0.0, the largest and the smallest numbers
//   text    utf8               empty, ASCII, of one to four bytes a character; long ones
//   code    utf8               one of 12 texts
//   bytes   binary             any bytes; long ones
//   id16    fixed_size_binary(16)
//   day     date32             years 0001 to 9999, the ends included
//   at      timestamp          the same
//   vector  fixed_size_list<float32>(8)
//   ints    list<int64>
//   texts   list<utf8>
//   point   struct<x: int32 not null, y: float64, name: utf8>
//   events  list<struct<day: date32, tags: list<utf8>>>
//   same    int64              one value in all rows
//   nothing float64            only nulls
//
// Every column but row, same and nothing is null in `null_percent` of its rows; so are elements and
// nullable members. One in `long_every` texts and byte strings has 65,537 to 81,920 bytes. NaN is
// the one quiet NaN, for text forms of values know no other.
#ifndef ASHLAR_BENCH_GENERATORS_MIXED_TYPES_H_
#define ASHLAR_BENCH_GENERATORS_MIXED_TYPES_H_

#include <cstdint>
#include <memory>

#include "bench/generators/row_generator.h"

namespace ashlar::bench {

struct MixedTypesOptions {
  uint32_t null_percent = 10;  // 0 to 100
  uint32_t long_every = 1000;  // 0: no long strings
};

[[nodiscard]] std::unique_ptr<const RowGenerator> MakeMixedTypesRows(
    uint64_t seed, const MixedTypesOptions& options = {});
[[nodiscard]] std::unique_ptr<BatchReader> MakeMixedTypes(uint64_t seed, uint64_t rows,
                                                          uint64_t batch_rows,
                                                          const MixedTypesOptions& options = {});

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_GENERATORS_MIXED_TYPES_H_
