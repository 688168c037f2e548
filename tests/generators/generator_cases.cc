// Lists, reads and digests the generated datasets.
#include "tests/generators/generator_cases.h"

#include "bench/generators/deep_nest.h"
#include "bench/generators/mixed_types.h"
#include "bench/generators/scan_table.h"
#include "bench/generators/wide_table.h"
#include "src/base/check.h"
#include "src/base/digest.h"
#include "src/columnar/canonical.h"

namespace ashlar::bench {

std::vector<GeneratorCase> AllGenerators() {
  return {
      {"ScanTable", [](uint64_t seed) { return MakeScanTableRows(seed); },
       [](uint64_t seed, uint64_t rows, uint64_t batch) {
         return MakeScanTable(seed, rows, batch);
       }},
      {"WideTable", [](uint64_t seed) { return MakeWideTableRows(seed); },
       [](uint64_t seed, uint64_t rows, uint64_t batch) {
         return MakeWideTable(seed, rows, batch);
       }},
      {"DeepNest", [](uint64_t seed) { return MakeDeepNestRows(seed); },
       [](uint64_t seed, uint64_t rows, uint64_t batch) {
         return MakeDeepNest(seed, rows, batch);
       }},
      {"MixedTypes", [](uint64_t seed) { return MakeMixedTypesRows(seed); },
       [](uint64_t seed, uint64_t rows, uint64_t batch) {
         return MakeMixedTypes(seed, rows, batch);
       }},
  };
}

std::vector<RecordBatch> ReadAll(BatchReader& reader) {
  std::vector<RecordBatch> batches;
  RecordBatch batch;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(&batch);
    ASHLAR_CHECK_OK(more.status());
    if (!*more) return batches;
    batches.push_back(batch);
  }
}

std::string DigestOfRows(const std::vector<RecordBatch>& batches) {
  ASHLAR_CHECK(!batches.empty());
  const Schema& schema = batches[0].schema();
  base::DigestBuilder digest;
  for (size_t column = 0; column < schema.size(); ++column) {
    std::vector<columnar::ColumnPiece> pieces;
    for (const RecordBatch& batch : batches) {
      pieces.push_back({&batch.column(column), 0, batch.rows()});
    }
    const absl::StatusOr<base::Digest> part =
        columnar::DigestOfPieces(schema.field(column).type, pieces);
    ASHLAR_CHECK_OK(part.status());
    digest.Update(part->bytes);
  }
  return digest.Finish().ToHex();
}

}  // namespace ashlar::bench
