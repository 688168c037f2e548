// What the tests of the generators share: all datasets by name, and their rows read and digested.
//
// Owns: no expectation. A case is small enough to be read whole.
#ifndef ASHLAR_TESTS_GENERATORS_GENERATOR_CASES_H_
#define ASHLAR_TESTS_GENERATORS_GENERATOR_CASES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "bench/generators/row_generator.h"

namespace ashlar::bench {

struct GeneratorCase {
  std::string name;
  std::unique_ptr<const RowGenerator> (*rows)(uint64_t seed);
  std::unique_ptr<BatchReader> (*reader)(uint64_t seed, uint64_t rows, uint64_t batch_rows);
};

// The four datasets with their default options.
[[nodiscard]] std::vector<GeneratorCase> AllGenerators();

[[nodiscard]] std::vector<RecordBatch> ReadAll(BatchReader& reader);

// Of the rows of all batches, however they are cut: over the digest of each column, in hex.
[[nodiscard]] std::string DigestOfRows(const std::vector<RecordBatch>& batches);

}  // namespace ashlar::bench

#endif  // ASHLAR_TESTS_GENERATORS_GENERATOR_CASES_H_
