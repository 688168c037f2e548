// A leaf value is a function of one random 64-bit number: drawing that number from few gives few
// distinct values of any type.
#include "tests/testing/random_data.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::testkit {
namespace {

using base::Random;

DataType RandomType(Random& random, uint32_t depth_left, const RandomSchemaOptions& options);

Field RandomField(std::string name, Random& random, uint32_t depth_left,
                  const RandomSchemaOptions& options) {
  Field field{std::move(name), RandomType(random, depth_left, options)};
  field.nullable = options.all_nullable || random.Uniform(4) != 0;
  return field;
}

DataType RandomType(Random& random, uint32_t depth_left, const RandomSchemaOptions& options) {
  const std::vector<DataType> leaves = LeafTypes();
  if (depth_left <= 1 || random.Uniform(3) != 0) return leaves[random.Uniform(leaves.size())];
  if (random.OneIn(2)) {
    const bool nullable = options.all_nullable || random.OneIn(2);
    return List(RandomType(random, depth_left - 1, options), nullable);
  }
  std::vector<Field> members;
  const uint64_t count = 1 + random.Uniform(3);
  for (uint64_t i = 0; i < count; ++i) {
    members.push_back(RandomField(base::StrCat('m', i), random, depth_left - 1, options));
  }
  return Struct(std::move(members));
}

std::string RandomText(Random& random, size_t max_bytes) {
  static constexpr std::array<std::string_view, 10> kPieces = {
      "a", "B", "7", " ", "\"", ",", "\n", "\u00e9", "\u20ac", "\U0001f9f1"};
  const size_t wanted = random.Uniform(max_bytes + 1);
  std::string text;
  while (true) {
    const std::string_view piece = kPieces[random.Uniform(kPieces.size())];
    if (text.size() + piece.size() > wanted) return text;
    text += piece;
  }
}

std::string RandomBytes(Random& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.Next64());
  return bytes;
}

double RandomDouble(Random& random) {
  static constexpr std::array<double, 7> kSpecial = {0.0,
                                                     -0.0,
                                                     std::numeric_limits<double>::infinity(),
                                                     -std::numeric_limits<double>::infinity(),
                                                     std::numeric_limits<double>::quiet_NaN(),
                                                     1e30,
                                                     -1.0};
  if (random.OneIn(8)) return kSpecial[random.Uniform(kSpecial.size())];
  return (random.Double() - 0.5) * 1000;
}

// Small numbers are as likely as those of any other size.
uint64_t RandomInteger(Random& random, int bits) {
  const uint64_t value = random.Next64() >> (64 - bits);
  return value >> random.Uniform(static_cast<uint64_t>(bits));
}

absl::Status AppendInteger(const DataType& type, Random& random, ColumnBuilder& builder) {
  const int bits = type.byte_width() * 8;
  if (type.is_unsigned_integer()) return builder.AppendUInt64(RandomInteger(random, bits));
  const auto value = static_cast<int64_t>(RandomInteger(random, bits - 1));
  return builder.AppendInt64(random.OneIn(2) ? value : -value - 1);
}

absl::Status AppendVector(const DataType& type, Random& random, ColumnBuilder& builder) {
  std::vector<float> values(static_cast<size_t>(type.width()));
  for (float& value : values) value = static_cast<float>(RandomDouble(random));
  return builder.AppendVector(values);
}

absl::Status AppendLeaf(const DataType& type, Random& random, const RandomBatchOptions& options,
                        ColumnBuilder& builder) {
  switch (type.id()) {
    case TypeId::kBool:
      return builder.AppendBool(random.OneIn(2));
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return builder.AppendDouble(RandomDouble(random));
    case TypeId::kUtf8:
      return builder.AppendBytes(RandomText(random, options.max_string_bytes));
    case TypeId::kBinary:
      return builder.AppendBytes(RandomBytes(random, random.Uniform(options.max_string_bytes + 1)));
    case TypeId::kFixedSizeBinary:
      return builder.AppendBytes(RandomBytes(random, static_cast<size_t>(type.width())));
    case TypeId::kFixedSizeList:
      return AppendVector(type, random, builder);
    default:
      return AppendInteger(type, random, builder);
  }
}

absl::Status AppendNested(const DataType& type, Random& random, const RandomBatchOptions& options,
                          ColumnBuilder& builder) {
  const bool is_list = type.id() == TypeId::kList;
  const uint64_t repeats = is_list ? random.Uniform(options.max_list_length + 1) : 1;
  for (size_t i = 0; i < type.fields().size(); ++i) {
    for (uint64_t k = 0; k < repeats; ++k) {
      AppendRandomValue(type.fields()[i], random, options, builder.child(i));
    }
  }
  return builder.AppendNested();
}

}  // namespace

std::vector<DataType> LeafTypes() {
  return {Bool(),   Int8(),      Int16(),   Int32(),   Int64(), UInt8(),  UInt16(),
          UInt32(), UInt64(),    Float32(), Float64(), Utf8(),  Binary(), FixedSizeBinary(5),
          Date32(), Timestamp(), Vector(3)};
}

Schema RandomSchema(Random& random, const RandomSchemaOptions& options) {
  ASHLAR_CHECK(options.min_fields <= options.max_fields && options.max_depth >= 1);
  const uint64_t count =
      options.min_fields + random.Uniform(options.max_fields - options.min_fields + 1);
  std::vector<Field> fields;
  for (uint64_t i = 0; i < count; ++i) {
    fields.push_back(RandomField(base::StrCat('f', i), random, options.max_depth, options));
  }
  absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  return *std::move(schema);
}

void AppendRandomValue(const Field& field, Random& random, const RandomBatchOptions& options,
                       ColumnBuilder& builder) {
  if (field.nullable && random.Double() < options.null_fraction) {
    builder.AppendNull();
    return;
  }
  if (field.type.is_nested()) {
    ASHLAR_CHECK_OK(AppendNested(field.type, random, options, builder));
    return;
  }
  const uint64_t draw =
      options.cardinality == 0 ? random.Next64() : random.Uniform(options.cardinality);
  Random value_random(draw);
  ASHLAR_CHECK_OK(AppendLeaf(field.type, value_random, options, builder));
}

RecordBatch RandomBatch(const Schema& schema, int64_t rows, Random& random,
                        const RandomBatchOptions& options) {
  RecordBatchBuilder builder(schema);
  for (size_t i = 0; i < schema.size(); ++i) {
    for (int64_t row = 0; row < rows; ++row) {
      AppendRandomValue(schema.field(i), random, options, builder.column(i));
    }
  }
  absl::StatusOr<RecordBatch> batch = builder.Finish();
  ASHLAR_CHECK_OK(batch.status());
  return *std::move(batch);
}

}  // namespace ashlar::testkit
