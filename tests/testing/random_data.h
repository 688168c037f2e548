// Random schemas and batches: inputs for property tests of everything that moves rows.
//
// Owns: generating data of every type and shape from a seed. Does not own: expectations. What is
// generated is valid: nulls only where fields allow them, text is UTF-8.
#ifndef ASHLAR_TESTS_TESTING_RANDOM_DATA_H_
#define ASHLAR_TESTS_TESTING_RANDOM_DATA_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/base/random.h"

namespace ashlar::testkit {

struct RandomSchemaOptions {
  size_t min_fields = 1;
  size_t max_fields = 6;
  uint32_t max_depth = 3;  // 1: no lists and structs
  bool all_nullable = false;
};

struct RandomBatchOptions {
  double null_fraction = 0.15;  // of nullable values
  size_t max_string_bytes = 12;
  size_t max_list_length = 4;
  // Distinct values a leaf is drawn from; 0: as many as there are.
  uint64_t cardinality = 0;
};

// Every type without members or elements of its own choice; those with a width have a small one.
[[nodiscard]] std::vector<DataType> LeafTypes();

// Fields "f0", "f1", … of random types; those of a struct are "m0", "m1", ….
[[nodiscard]] Schema RandomSchema(base::Random& random, const RandomSchemaOptions& options = {});

[[nodiscard]] RecordBatch RandomBatch(const Schema& schema, int64_t rows, base::Random& random,
                                      const RandomBatchOptions& options = {});

// One row, null or not as the field allows.
void AppendRandomValue(const Field& field, base::Random& random, const RandomBatchOptions& options,
                       ColumnBuilder& builder);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_RANDOM_DATA_H_
