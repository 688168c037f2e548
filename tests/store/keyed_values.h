// Keyed datasets of several key shapes with two nullable values, and a map that they must equal.
//
// Owns: making batches of them, reading them back. Does not own: expectations beyond equality.
#ifndef ASHLAR_TESTS_STORE_KEYED_VALUES_H_
#define ASHLAR_TESTS_STORE_KEYED_VALUES_H_

#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/strings.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {

// Null is -1. `b` is stored as text.
struct Values {
  int64_t a = -1;
  int64_t b = -1;
  friend bool operator==(const Values&, const Values&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Values& values) {
    return out << values.a << "/" << values.b;
  }
};
using KeyedModel = std::map<Key, Values>;
using KeyedRows = std::vector<std::pair<Key, Values>>;

struct KeyShape {
  const char* name;
  std::vector<DataType> types;
  std::function<Key(uint64_t)> key;

  [[nodiscard]] std::vector<std::string> fields() const {
    std::vector<std::string> names;
    for (size_t i = 0; i < types.size(); ++i) names.push_back(base::StrCat("k", i));
    return names;
  }
};

inline std::vector<KeyShape> KeyShapes() {
  return {
      {"int64", {Int64()}, [](uint64_t n) { return Key(static_cast<int64_t>(n) - 500); }},
      {"utf8", {Utf8()}, [](uint64_t n) { return Key(base::StrCat("key ", n * 7919 % 1000)); }},
      {"fixed",
       {FixedSizeBinary(3)},
       [](uint64_t n) {
         return Key::Binary(std::string{'k', static_cast<char>(n / 256), static_cast<char>(n)});
       }},
      {"composite",
       {Utf8(), Int32()},
       [](uint64_t n) {
         return Key({std::string(n % 3, '\0'), static_cast<int64_t>(n / 3)});
       }},
  };
}

// Which of the value columns a batch has.
struct Columns {
  bool a = true;
  bool b = true;
};

inline Schema SchemaOf(const KeyShape& shape, Columns columns = {}) {
  std::vector<Field> fields;
  if (columns.a) fields.push_back({"a", Int64()});
  for (size_t i = 0; i < shape.types.size(); ++i) {
    fields.push_back({base::StrCat("k", i), shape.types[i], false});
  }
  if (columns.b) fields.push_back({"b", Utf8()});
  return *Schema::Make(fields);
}

inline RecordBatch RowsOf(const KeyShape& shape, const KeyedRows& rows, Columns columns = {}) {
  RecordBatchBuilder builder(SchemaOf(shape, columns));
  for (const auto& [key, values] : rows) {
    size_t column = 0;
    if (columns.a) {
      ColumnBuilder& a = builder.column(column++);
      if (values.a < 0) a.AppendNull();
      if (values.a >= 0) EXPECT_OK(a.AppendInt64(values.a));
    }
    for (const Key& part : key.parts()) {
      ColumnBuilder& of_part = builder.column(column++);
      EXPECT_OK(of_part.type().is_signed_integer() ? of_part.AppendInt64(*part.AsInt64())
                                                   : of_part.AppendBytes(part.bytes()));
    }
    if (columns.b) {
      ColumnBuilder& b = builder.column(column++);
      if (values.b < 0) b.AppendNull();
      if (values.b >= 0) EXPECT_OK(b.AppendBytes(base::StrCat(values.b)));
    }
  }
  return *builder.Finish();
}

// The key that these key columns hold in a row.
inline Key KeyOf(std::span<const Column> columns, int64_t row) {
  std::vector<Key> parts;
  for (const Column& column : columns) {
    if (column.type().is_signed_integer()) {
      parts.emplace_back(column.GetInt64(row));
    } else if (column.type().id() == TypeId::kUtf8) {
      parts.emplace_back(column.GetBytes(row));
    } else {
      parts.push_back(Key::Binary(column.GetBytes(row)));
    }
  }
  return Key(std::move(parts));
}

// Whole rows, by their keys; no key may come twice.
inline KeyedModel ModelOf(const Dataset& dataset) {
  const RecordBatch rows = ReadAll(dataset);
  std::vector<Column> key;
  for (const std::string& name : dataset.key()) key.push_back(*rows.GetColumn(name));
  KeyedModel model;
  for (int64_t row = 0; row < rows.rows(); ++row) {
    Values values;
    const Column a = *rows.GetColumn("a");
    const Column b = *rows.GetColumn("b");
    if (!a.IsNull(row)) values.a = a.GetInt64(row);
    if (!b.IsNull(row)) values.b = std::stoll(std::string(b.GetBytes(row)));
    const auto [place, is_new] = model.emplace(KeyOf(key, row), values);
    EXPECT_TRUE(is_new) << place->first;
  }
  EXPECT_EQ(dataset.rows(), model.size());
  return model;
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_KEYED_VALUES_H_
