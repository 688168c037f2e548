// Keyed datasets of tests: a nullable value, and a key of one shape.
//
// Owns: making rows of a shape and reading them back. Does not own: expectations, nor which shapes
// a test wants.
#ifndef ASHLAR_TESTS_STORE_KEY_SHAPES_H_
#define ASHLAR_TESTS_STORE_KEY_SHAPES_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/strings.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {

// The value of a key: what tells versions of a row apart. Null is -1.
using Model = std::map<Key, int64_t>;

// A dataset with keys of one shape and a nullable value.
struct Shape {
  const char* name;
  std::vector<DataType> types;
  std::function<Key(uint64_t)> key;
};

inline Schema SchemaOf(const Shape& shape) {
  std::vector<Field> fields = {{"value", Int64()}};
  for (size_t i = 0; i < shape.types.size(); ++i) {
    fields.push_back({base::StrCat("k", i), shape.types[i], false});
  }
  return *Schema::Make(fields);
}

// "k0", "k1", …
inline std::vector<std::string> KeyOf(const Shape& shape) {
  std::vector<std::string> names;
  for (size_t i = 0; i < shape.types.size(); ++i) names.push_back(base::StrCat("k", i));
  return names;
}

inline void AppendPart(const Key& part, ColumnBuilder& builder) {
  if (builder.type().is_signed_integer()) {
    ASSERT_OK(builder.AppendInt64(*part.AsInt64()));
  } else if (builder.type().is_unsigned_integer()) {
    ASSERT_OK(builder.AppendUInt64(*part.AsUInt64()));
  } else {
    ASSERT_OK(builder.AppendBytes(part.bytes()));
  }
}

inline RecordBatch RowsOf(const Shape& shape, const std::vector<std::pair<Key, int64_t>>& rows) {
  RecordBatchBuilder builder(SchemaOf(shape));
  for (const auto& [key, value] : rows) {
    if (value < 0) {
      builder.column(0).AppendNull();
    } else {
      EXPECT_OK(builder.column(0).AppendInt64(value));
    }
    for (size_t i = 0; i < shape.types.size(); ++i) {
      AppendPart(key.parts()[i], builder.column(1 + i));
    }
  }
  return *builder.Finish();
}

inline Key KeyAt(const RecordBatch& batch, int64_t row) {
  std::vector<Key> parts;
  for (size_t i = 1; i < batch.columns().size(); ++i) {
    const Column& column = batch.column(i);
    if (column.type().is_signed_integer()) {
      parts.emplace_back(column.GetInt64(row));
    } else if (column.type().is_unsigned_integer()) {
      parts.emplace_back(column.GetUInt64(row));
    } else if (column.type().id() == TypeId::kUtf8) {
      parts.emplace_back(column.GetBytes(row));
    } else {
      parts.push_back(Key::Binary(column.GetBytes(row)));
    }
  }
  return Key(std::move(parts));
}

inline int64_t ValueAt(const RecordBatch& batch, int64_t row) {
  return batch.column(0).IsNull(row) ? -1 : batch.column(0).GetInt64(row);
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_KEY_SHAPES_H_
