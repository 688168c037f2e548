// Random batches for comparing evaluators.
//
// Owns: columns of every leaf type in plain, constant, dictionary and sliced form, whose values are
// few, close to each other and now and then at the ends of their types, so that comparisons split
// them and arithmetic fails sometimes, not always. Does not own: expressions over them.
#ifndef ASHLAR_TESTS_QUERY_COLUMN_MIXTURE_H_
#define ASHLAR_TESTS_QUERY_COLUMN_MIXTURE_H_

#include <cstdint>

#include "ashlar/column.h"
#include "src/base/random.h"

namespace ashlar::query {

// Two columns a type, named after it ("int32", "int32_b"); "list" holds int64, "vector" floats.
[[nodiscard]] RecordBatch MixedColumns(int64_t rows, base::Random& random);

// The same values in another form: dictionary, constant, garbage in null slots, another offset.
[[nodiscard]] Column InSomeForm(const Column& plain, base::Random& random);

}  // namespace ashlar::query

#endif  // ASHLAR_TESTS_QUERY_COLUMN_MIXTURE_H_
