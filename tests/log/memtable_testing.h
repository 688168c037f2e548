// What tests of the memtable share: tables, and random commits for them.
//
// Owns: making them. Does not own: what should become of them (memtable_model.h).
#ifndef ASHLAR_TESTS_LOG_MEMTABLE_TESTING_H_
#define ASHLAR_TESTS_LOG_MEMTABLE_TESTING_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/columnar/dictionary.h"
#include "src/columnar/key_codec.h"
#include "src/log/memtable.h"
#include "tests/testing/random_data.h"

namespace ashlar::log {

// Key fields of the types, then values of any type.
struct Table {
  Schema schema;
  columnar::KeyCodec codec;
};

inline Table MakeTable(const std::vector<DataType>& key_types, base::Random& random) {
  std::vector<Field> fields;
  std::vector<std::string> names;
  for (const DataType& type : key_types) {
    names.push_back(base::StrCat("k", names.size()));
    fields.push_back({names.back(), type, false});
  }
  const Schema values = testkit::RandomSchema(random);
  for (const Field& field : values.fields()) {
    fields.push_back({field.name, field.type, field.nullable});
  }
  const Schema schema = Schema::Make(std::move(fields)).value();
  return {schema, columnar::KeyCodec::Make(schema, names).value()};
}

// Rows whose keys are among about `keys`.
inline RecordBatch RandomRows(const Table& table, int64_t rows, uint64_t keys,
                              base::Random& random) {
  testkit::RandomBatchOptions options;
  options.cardinality = keys;
  options.max_string_bytes = random.OneIn(10) ? 300 : 10;
  return testkit::RandomBatch(table.schema, rows, random, options);
}

inline MemtableBatch Upserts(const Table& table, RecordBatch rows) {
  columnar::EncodedKeys keys = table.codec.EncodeBatch(rows).value();
  return {std::move(rows), std::move(keys)};
}

inline MemtableBatch Deletes(const Table& table, const RecordBatch& rows) {
  return {RecordBatch(), table.codec.EncodeBatch(rows).value()};
}

inline RecordBatch Encoded(const RecordBatch& batch) {
  std::vector<Column> columns;
  for (const Column& column : batch.columns()) columns.push_back(columnar::ChooseEncoding(column));
  return RecordBatch::Make(batch.schema(), std::move(columns)).value();
}

inline int64_t CommitRows(base::Random& random) {
  if (random.OneIn(40)) return static_cast<int64_t>(random.Uniform(1500));
  return random.OneIn(5) ? static_cast<int64_t>(random.Uniform(60)) : 1;
}

inline std::vector<MemtableBatch> RandomCommit(const Table& table, uint64_t keys,
                                               base::Random& random) {
  std::vector<MemtableBatch> batches;
  for (uint64_t steps = 1 + random.Uniform(3); steps != 0; --steps) {
    RecordBatch rows = RandomRows(table, CommitRows(random), keys, random);
    if (random.OneIn(3)) {
      batches.push_back(Deletes(table, rows));
    } else {
      if (random.OneIn(4)) rows = Encoded(rows);
      batches.push_back(Upserts(table, std::move(rows)));
    }
  }
  return batches;
}

inline Table Small() {
  const Schema schema = Schema::Make({{"id", Int64()}, {"name", Utf8()}}).value();
  const std::vector<std::string> names = {"id"};
  return {schema, columnar::KeyCodec::Make(schema, names).value()};
}

}  // namespace ashlar::log

#endif  // ASHLAR_TESTS_LOG_MEMTABLE_TESTING_H_
