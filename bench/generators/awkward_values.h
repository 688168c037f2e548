// Values that break things: the ends of every type, special numbers, odd and long text.
//
// Owns: drawing one value of a leaf type, a third of them awkward. Does not own: nulls and nesting
// (mixed_types.cc). Everything is valid: text is UTF-8, dates lie in the years 0001 to 9999.
#ifndef ASHLAR_BENCH_GENERATORS_AWKWARD_VALUES_H_
#define ASHLAR_BENCH_GENERATORS_AWKWARD_VALUES_H_

#include <cstdint>

#include "ashlar/builder.h"
#include "src/base/random.h"

namespace ashlar::bench {

// Bytes of a long string: more than a page of 64 KiB.
inline constexpr uint64_t kMinLongBytes = 65'537;
inline constexpr uint64_t kMaxLongBytes = 81'920;

// Any type but lists and structs. One in `long_every` strings is long; 0: none.
void AppendAwkward(base::Random& random, uint32_t long_every, ColumnBuilder& builder);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_GENERATORS_AWKWARD_VALUES_H_
