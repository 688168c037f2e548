// What tests of batches in the commit log share: both directions in one call, and other forms.
//
// Owns: shortcuts. Does not own: expectations.
#ifndef ASHLAR_TESTS_COLUMNAR_BATCH_TESTING_H_
#define ASHLAR_TESTS_COLUMNAR_BATCH_TESTING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/coding.h"
#include "src/base/limits.h"
#include "src/base/random.h"
#include "src/columnar/batch_codec.h"
#include "src/columnar/dictionary.h"
#include "tests/columnar/column_generator.h"

namespace ashlar::columnar {

[[nodiscard]] inline std::string EncodeBatch(const RecordBatch& batch) {
  absl::StatusOr<BatchEncoder> encoder = BatchEncoder::Make(batch);
  ASHLAR_CHECK_OK(encoder.status());
  base::ByteWriter out;
  encoder->Write(out);
  ASHLAR_CHECK(out.size() == encoder->size());
  return out.Take();
}

// The bytes must hold one batch and nothing else.
[[nodiscard]] inline absl::StatusOr<RecordBatch> DecodeWhole(
    std::string_view bytes, const Schema& schema, AbsentFields absent = AbsentFields::kBecomeNull,
    int64_t max_rows = base::kMaxCommitRows) {
  base::ByteReader in(base::AsBytes(bytes), "log");
  absl::StatusOr<RecordBatch> batch = DecodeBatch(in, schema, absent, max_rows);
  if (!batch.ok()) return batch;
  if (absl::Status whole = in.Finish(); !whole.ok()) return whole;
  return batch;
}

[[nodiscard]] inline RecordBatch MakeBatch(std::vector<Field> fields, std::vector<Column> columns) {
  Schema schema = Schema::Make(std::move(fields)).value();
  return RecordBatch::Make(std::move(schema), std::move(columns)).value();
}

// The same rows with columns in other encodings, at other offsets, with garbage where null.
[[nodiscard]] inline RecordBatch InOtherForms(const RecordBatch& batch, base::Random& random) {
  std::vector<Column> columns;
  for (const Column& column : batch.columns()) {
    const ColumnPiece piece = Whole(column);
    const Column canonical = MakeCanonical(column.type(), {&piece, 1}).value();
    switch (random.Uniform(6)) {
      case 0:
        columns.push_back(WithDictionaries(canonical, random));
        break;
      case 1:
        columns.push_back(WithGarbageInNulls(canonical, random));
        break;
      case 2:
        columns.push_back(AtAnotherOffset(canonical, random));
        break;
      case 3:
        columns.push_back(ChooseEncoding(canonical));
        break;
      case 4:
        columns.push_back(AtAnotherOffset(WithDictionaries(canonical, random), random));
        break;
      default:
        columns.push_back(column);
    }
  }
  return RecordBatch::Make(batch.schema(), std::move(columns)).value();
}

}  // namespace ashlar::columnar

#endif  // ASHLAR_TESTS_COLUMNAR_BATCH_TESTING_H_
