// Columns of every leaf type, a list and vectors; see the header.
#include "tests/query/column_mixture.h"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/check.h"
#include "src/columnar/dictionary.h"
#include "tests/columnar/column_generator.h"

namespace ashlar::query {
namespace {

using base::Random;

struct NamedType {
  std::string_view name;
  DataType type;
};

const std::vector<NamedType>& ScalarTypes() {
  static const auto* const types = new std::vector<NamedType>{
      {"bool", Bool()},     {"int8", Int8()},          {"int16", Int16()},     {"int32", Int32()},
      {"int64", Int64()},   {"uint8", UInt8()},        {"uint16", UInt16()},   {"uint32", UInt32()},
      {"uint64", UInt64()}, {"float32", Float32()},    {"float64", Float64()}, {"utf8", Utf8()},
      {"date32", Date32()}, {"timestamp", Timestamp()}};
  return *types;
}

constexpr std::array<std::string_view, 12> kTexts = {
    "", "a", "b", "ab", "abc", "Zebra", "zebra", "12", "-7", "x y", "\xc3\xa4\xc3\xb6", "ab%"};

// What values of one column are like.
struct Flavour {
  uint64_t distinct = 8;
  bool extremes = false;
  uint64_t one_null_in = 0;  // 0: none
};

int64_t SignedValue(const DataType& type, const Flavour& flavour, Random& random) {
  const int64_t max = INT64_MAX >> (64 - 8 * type.byte_width());
  if (flavour.extremes && random.OneIn(6)) return random.OneIn(2) ? max : -max - 1;
  const auto value = static_cast<int64_t>(random.Uniform(flavour.distinct)) - 3;
  return type.id() == TypeId::kTimestamp ? value * 40'000'000'000 : std::min(value, max);
}

uint64_t UnsignedValue(const DataType& type, const Flavour& flavour, Random& random) {
  const uint64_t max = UINT64_MAX >> (64 - 8 * type.byte_width());
  if (flavour.extremes && random.OneIn(6)) return max - random.Uniform(2);
  return std::min(random.Uniform(flavour.distinct), max);
}

double RealValue(const Flavour& flavour, Random& random) {
  if (flavour.extremes && random.OneIn(4)) {
    const double special[] = {std::nan(""), HUGE_VAL, -HUGE_VAL, -0.0, 1e300, 3e38, 0x1p63};
    return special[random.Uniform(7)];
  }
  return static_cast<double>(random.Uniform(flavour.distinct)) / 2 - 1;
}

void AppendValue(const DataType& type, const Flavour& flavour, Random& random,
                 ColumnBuilder* builder) {
  if (flavour.one_null_in != 0 && random.OneIn(flavour.one_null_in)) {
    builder->AppendNull();
  } else if (type.id() == TypeId::kBool) {
    ASHLAR_CHECK_OK(builder->AppendBool(random.Uniform(flavour.distinct) != 0));
  } else if (type.id() == TypeId::kUtf8) {
    ASHLAR_CHECK_OK(
        builder->AppendBytes(kTexts[random.Uniform(std::min<uint64_t>(flavour.distinct, 12))]));
  } else if (type.id() == TypeId::kFixedSizeBinary) {
    const std::string_view bytes[] = {"abc", "abd", std::string_view("\0\xff\0", 3)};
    ASHLAR_CHECK_OK(builder->AppendBytes(bytes[random.Uniform(3)]));
  } else if (type.is_floating()) {
    ASHLAR_CHECK_OK(builder->AppendDouble(RealValue(flavour, random)));
  } else if (type.is_unsigned_integer()) {
    ASHLAR_CHECK_OK(builder->AppendUInt64(UnsignedValue(type, flavour, random)));
  } else {
    ASHLAR_CHECK_OK(builder->AppendInt64(SignedValue(type, flavour, random)));
  }
}

Flavour RandomFlavour(Random& random) {
  const uint64_t distinct[] = {1, 2, 5, 12, 100, 5000};
  const uint64_t nulls[] = {0, 0, 1, 2, 5, 100};
  return {distinct[random.Uniform(6)], random.OneIn(3), nulls[random.Uniform(6)]};
}

Column RandomScalars(const DataType& type, int64_t rows, Random& random) {
  const Flavour flavour = RandomFlavour(random);
  ColumnBuilder builder(type);
  for (int64_t row = 0; row < rows; ++row) AppendValue(type, flavour, random, &builder);
  return InSomeForm(builder.Finish(), random);
}

Column RandomLists(int64_t rows, Random& random) {
  ColumnBuilder builder(List(Int64()));
  const Flavour flavour{5, false, 4};
  for (int64_t row = 0; row < rows; ++row) {
    if (random.OneIn(6)) {
      builder.AppendNull();
      continue;
    }
    for (uint64_t i = random.Uniform(4); i > 0; --i) {
      AppendValue(Int64(), flavour, random, &builder.child(0));
    }
    ASHLAR_CHECK_OK(builder.AppendNested());
  }
  return builder.Finish();
}

Column RandomVectors(int64_t rows, Random& random) {
  ColumnBuilder builder(ashlar::Vector(11));
  for (int64_t row = 0; row < rows; ++row) {
    float values[11] = {};
    if (random.OneIn(6)) {
      builder.AppendNull();
      continue;
    }
    if (!random.OneIn(5)) {
      for (float& value : values) value = static_cast<float>(random.Double() - 0.5);
    }
    ASHLAR_CHECK_OK(builder.AppendVector(values));
  }
  return builder.Finish();
}

}  // namespace

Column InSomeForm(const Column& plain, Random& random) {
  switch (random.Uniform(6)) {
    case 0:
      return plain;
    case 1:
      return columnar::WithDictionaries(plain, random);
    case 2:
      return columnar::WithGarbageInNulls(plain, random);
    case 3:
      return columnar::AtAnotherOffset(plain, random);
    default:
      return columnar::ChooseEncoding(plain);
  }
}

RecordBatch MixedColumns(int64_t rows, Random& random) {
  std::vector<Field> fields;
  std::vector<Column> columns;
  for (const std::string suffix : {"", "_b"}) {
    for (const NamedType& named : ScalarTypes()) {
      fields.push_back({std::string(named.name) + suffix, named.type});
      columns.push_back(RandomScalars(named.type, rows, random));
    }
  }
  fields.push_back({"list", List(Int64())});
  columns.push_back(RandomLists(rows, random));
  fields.push_back({"vector", ashlar::Vector(11)});
  columns.push_back(RandomVectors(rows, random));
  absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  absl::StatusOr<RecordBatch> batch = RecordBatch::Make(*std::move(schema), std::move(columns));
  ASHLAR_CHECK_OK(batch.status());
  return *std::move(batch);
}

}  // namespace ashlar::query
