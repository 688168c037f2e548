// Row hashes: one hash for one content, and golden values, for they are part of the format.
#include "src/columnar/row_hash.h"

#include <bit>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/base/hash.h"
#include "tests/columnar/column_generator.h"

namespace ashlar::columnar {
namespace {

RecordBatch BatchOf(const std::vector<Column>& columns) {
  std::vector<Field> fields;
  for (size_t i = 0; i < columns.size(); ++i) {
    fields.push_back({"c" + std::to_string(i), columns[i].type()});
  }
  return RecordBatch::Make(Schema::Make(fields).value(), columns).value();
}

// The rule of row_hash.h, word for word.
uint64_t NaiveStep(uint64_t h, uint64_t v) {
  const uint64_t x = (h ^ v) * 0xd6e8feb86659fd93;
  return x ^ (x >> 32);
}

uint64_t NaiveBytes(std::string_view bytes) {
  return base::Combine(0, base::Hash64(base::AsBytes(bytes), 0));
}

uint64_t NaiveValue(const Column& column, int64_t row) {
  const DataType& type = column.type();
  if (column.IsNull(row)) return 0xa54ff53a5f1d36f1;
  if (type.id() == TypeId::kBool) return column.GetBool(row) ? 1 : 0;
  if (type.is_variable_size() || type.id() == TypeId::kFixedSizeBinary) {
    return NaiveBytes(column.GetBytes(row));
  }
  if (type.id() == TypeId::kFloat64) return std::bit_cast<uint64_t>(column.GetDouble(row));
  if (type.id() == TypeId::kFloat32) {
    return std::bit_cast<uint32_t>(static_cast<float>(column.GetDouble(row)));
  }
  if (type.id() == TypeId::kStruct) {
    uint64_t hash = 0x737472756374;
    for (size_t i = 0; i < type.fields().size(); ++i) {
      hash = NaiveStep(hash, NaiveValue(column.child(i), row));
    }
    return base::Mix64(hash);
  }
  if (type.id() == TypeId::kList || type.id() == TypeId::kFixedSizeList) {
    const auto [begin, end] = column.GetListRange(row);
    const Column elements = column.child(0);
    uint64_t hash = base::Combine(0x6c697374, static_cast<uint64_t>(end - begin));
    std::string bytes;
    for (int64_t i = begin; i < end; ++i) {
      const uint64_t element = NaiveValue(elements, i);
      hash = NaiveStep(hash, element);
      bytes.append(reinterpret_cast<const char*>(&element), sizeof(float));
    }
    return type.id() == TypeId::kList ? base::Mix64(hash) : NaiveBytes(bytes);
  }
  if (type.is_unsigned_integer()) return column.GetUInt64(row);
  const auto value = static_cast<uint64_t>(column.GetInt64(row));
  const int bits = 8 * type.byte_width();
  return bits == 64 ? value : value & ((uint64_t{1} << bits) - 1);
}

std::vector<uint64_t> NaiveHashes(const std::vector<Column>& columns) {
  std::vector<uint64_t> hashes;
  for (int64_t row = 0; row < columns[0].length(); ++row) {
    uint64_t hash = 0x41736c6172726f77;
    for (const Column& column : columns) hash = NaiveStep(hash, NaiveValue(column, row));
    hashes.push_back(base::Mix64(hash));
  }
  return hashes;
}

TEST(HashRowsTest, FollowsTheRuleWhateverTheForm) {
  for (const DataType& type : TypesToTest()) {
    SCOPED_TRACE(type.ToString());
    base::Random random(11);
    // More than one block of the kernel.
    const Column made = RandomColumn(type, 1500, true, 40, random);
    const ColumnPiece whole = Whole(made);
    const Column column = MakeCanonical(type, {&whole, 1}).value();
    const std::vector<uint64_t> expected = NaiveHashes({column});
    EXPECT_EQ(HashRows(BatchOf({column})), expected);
    EXPECT_EQ(HashRows(BatchOf({WithDictionaries(column, random)})), expected);
    EXPECT_EQ(HashRows(BatchOf({WithGarbageInNulls(column, random)})), expected);
    EXPECT_EQ(HashRows(BatchOf({AtAnotherOffset(column, random)})), expected);
    const RecordBatch slice = BatchOf({WithDictionaries(column, random)}).Slice(1200, 7).value();
    EXPECT_EQ(HashRows(slice),
              std::vector<uint64_t>(expected.begin() + 1200, expected.begin() + 1207));
  }
}

TEST(HashRowsTest, ConstantColumnsHashAsTheirRepeatedValue) {
  base::Random random(12);
  for (const DataType& type : TypesToTest()) {
    if (!type.fields().empty()) continue;
    for (const int64_t values : {0, 1}) {
      const Column value = RandomColumn(type, values, false, 40, random);
      auto constant = std::make_shared<ColumnData>();
      constant->type = type;
      constant->encoding = Encoding::kConstant;
      constant->length = 9;
      constant->null_count = values == 0 ? 9 : 0;
      constant->dictionary = value.data();
      const Column column(constant);
      EXPECT_EQ(HashRows(BatchOf({column})), NaiveHashes({column})) << type.ToString();
    }
  }
}

TEST(HashRowsTest, ValuesStayAsTheyAre) {
  const int64_t ints[] = {0, 1, -1};
  const std::string_view texts[] = {"", "ash", "lar"};
  EXPECT_THAT(
      HashRows(BatchOf({Column::FromValues<int64_t>(Int64(), ints), Column::FromStrings(texts)})),
      testing::ElementsAre(15644513288907177959U, 12410150159917084476U, 6119272909556514831U));
}

TEST(HashRowsTest, SimilarRowsHashDifferently) {
  std::vector<int64_t> low;
  std::vector<int64_t> high;
  for (int64_t i = 0; i < 300 * 300; ++i) {
    low.push_back(i % 300);
    high.push_back(i / 300);
  }
  const std::vector<uint64_t> hashes = HashRows(BatchOf(
      {Column::FromValues<int64_t>(Int64(), low), Column::FromValues<int64_t>(Int64(), high)}));
  EXPECT_EQ(std::set<uint64_t>(hashes.begin(), hashes.end()).size(), hashes.size());
}

}  // namespace
}  // namespace ashlar::columnar
