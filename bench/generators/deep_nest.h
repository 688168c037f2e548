// DeepNest: structs and lists within each other, deep, sparse and of uneven depth.
//
//   id            int64 not null
//   profile       struct<name: utf8, address: struct<city: utf8, geo: struct<lat: float64,
//                 lon: float64, level: int16>>>
//   orders        list<struct<at: timestamp not null, total: float64, items: list<struct<
//                 sku: utf8, price: float64, tags: list<utf8>, discounts: list<struct<
//                 kind: utf8, percent: float32>>>>>>
//   measurements  list<list<float64>>
//   attributes    list<struct<key: utf8 not null, value: struct<text: utf8, number: float64,
//                 flags: list<bool>>>>
//   chain         struct<value: int32, next: struct<value: int32, next: … >>, `chain_depth` structs
//
// Every nullable level is null for `absent_percent` of its parents, so that at each level of chain
// fewer rows are left. Most lists are empty or of a few elements; one in 64 has up to 24.
#ifndef ASHLAR_BENCH_GENERATORS_DEEP_NEST_H_
#define ASHLAR_BENCH_GENERATORS_DEEP_NEST_H_

#include <cstdint>
#include <memory>

#include "bench/generators/row_generator.h"

namespace ashlar::bench {

struct DeepNestOptions {
  uint32_t chain_depth = 12;     // 1 to 60
  uint32_t absent_percent = 30;  // 0 to 100
};

[[nodiscard]] std::unique_ptr<const RowGenerator> MakeDeepNestRows(
    uint64_t seed, const DeepNestOptions& options = {});
[[nodiscard]] std::unique_ptr<BatchReader> MakeDeepNest(uint64_t seed, uint64_t rows,
                                                        uint64_t batch_rows,
                                                        const DeepNestOptions& options = {});

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_GENERATORS_DEEP_NEST_H_
