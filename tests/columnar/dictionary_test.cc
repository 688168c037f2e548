// Encodings: what is chosen, in which order, and the way back.
#include "src/columnar/dictionary.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/hash.h"
#include "tests/columnar/column_generator.h"
#include "tests/columnar/column_samples.h"

namespace ashlar::columnar {
namespace {

Column Canonical(const Column& column) {
  const ColumnPiece piece = Whole(column);
  return MakeCanonical(column.type(), {&piece, 1}).value();
}

Column Ints(int64_t rows, int64_t modulus) {
  std::vector<int64_t> values;
  for (int64_t i = 0; i < rows; ++i) values.push_back(i % modulus - modulus / 2);
  return Column::FromValues<int64_t>(Int64(), values);
}

TEST(ChooseEncodingTest, DecodesToTheSameValuesWhateverIsChosen) {
  for (const DataType& type : TypesToTest()) {
    for (const uint64_t distinct : {1, 3, 50, 1000000}) {
      for (const bool nulls : {false, true}) {
        SCOPED_TRACE(testing::Message() << type.ToString() << " " << distinct << " " << nulls);
        base::Random random(distinct);
        const auto rows = static_cast<int64_t>(random.Uniform(6000));
        const Column plain = Canonical(RandomColumn(type, rows, nulls, distinct, random));
        const Column encoded = ChooseEncoding(plain);
        EXPECT_TRUE(encoded.Validate().ok()) << encoded.Validate();
        EXPECT_TRUE(encoded.Equals(plain));
        EXPECT_EQ(encoded.null_count(), plain.null_count());
        EXPECT_EQ(DigestOfCanonical(encoded), DigestOfCanonical(plain));
        const Column decoded = DecodeToPlain(encoded).value();
        EXPECT_EQ(decoded.encoding(), Encoding::kPlain);
        EXPECT_TRUE(decoded.Equals(plain));
      }
    }
  }
}

// None of ours has one, but producers may hand us any.
TEST(DecodeToPlainTest, DictionariesOfBools) {
  ColumnBuilder values(Bool());
  for (const bool value : {true, false}) ASSERT_TRUE(values.AppendBool(value).ok());
  std::vector<std::optional<uint8_t>> codes;
  for (size_t i = 0; i < 130; ++i) {
    codes.push_back(i % 5 == 0 ? std::nullopt : std::optional<uint8_t>(i % 3 == 0 ? 1 : 0));
  }
  const Column encoded = *MakeColumn(DictionaryData(values.Finish(), codes)).Slice(3, 120);
  const Column plain = DecodeToPlain(encoded).value();
  EXPECT_EQ(plain.encoding(), Encoding::kPlain);
  EXPECT_TRUE(plain.Validate().ok()) << plain.Validate();
  EXPECT_TRUE(plain.Equals(encoded));
}

TEST(ChooseEncodingTest, EqualRowsBecomeConstant) {
  EXPECT_EQ(ChooseEncoding(Ints(100, 1)).encoding(), Encoding::kConstant);
  const std::vector<std::string_view> same(9, "ashlar");
  EXPECT_EQ(ChooseEncoding(Column::FromStrings(same)).encoding(), Encoding::kConstant);
  // The bytes repeat, the values do not.
  const std::string_view shifted[] = {"aa", "a", "aaa", "aa"};
  EXPECT_EQ(ChooseEncoding(Column::FromStrings(shifted)).encoding(), Encoding::kPlain);
  ColumnBuilder nulls(Bool());
  for (int i = 0; i < 20; ++i) nulls.AppendNull();
  const Column constant = ChooseEncoding(nulls.Finish());
  EXPECT_EQ(constant.encoding(), Encoding::kConstant);
  EXPECT_EQ(constant.null_count(), 20);
}

TEST(ChooseEncodingTest, ANullAmongEqualRowsIsNoConstant) {
  ColumnBuilder builder(Int64());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(builder.AppendInt64(7).ok());
  builder.AppendNull();
  EXPECT_EQ(ChooseEncoding(Canonical(builder.Finish())).encoding(), Encoding::kDictionary);
}

TEST(ChooseEncodingTest, DictionariesMustPay) {
  EXPECT_EQ(ChooseEncoding(Ints(60000, 200)).encoding(), Encoding::kDictionary);
  EXPECT_EQ(ChooseEncoding(Ints(60000, 200)).data()->code_width, 1);
  EXPECT_EQ(ChooseEncoding(Ints(60000, 257)).data()->code_width, 2);
  EXPECT_EQ(ChooseEncoding(Ints(60000, 20000)).encoding(), Encoding::kDictionary);
  EXPECT_EQ(ChooseEncoding(Ints(60000, 60000)).encoding(), Encoding::kPlain);
  EXPECT_EQ(ChooseEncoding(Ints(60000, 40000)).encoding(), Encoding::kPlain);
  // Many, and what repeats is far away: few rows of a sample are equal.
  EXPECT_EQ(ChooseEncoding(Ints(65536, 32768)).encoding(), Encoding::kDictionary);
  std::vector<int64_t> sorted;
  for (int64_t i = 0; i < 60000; ++i) sorted.push_back(i / 4);
  EXPECT_EQ(ChooseEncoding(Column::FromValues<int64_t>(Int64(), sorted)).encoding(),
            Encoding::kDictionary);
  const int16_t narrow[] = {1, 2, 1, 2, 1, 2, 1, 2};
  EXPECT_EQ(ChooseEncoding(Column::FromValues<int16_t>(Int16(), narrow)).encoding(),
            Encoding::kPlain);
}

TEST(ChooseEncodingTest, SortsIntegersByValue) {
  std::vector<int32_t> values;
  for (int32_t i = 0; i < 100; ++i) values.push_back((i * 7) % 5 - 2);
  const Column encoded = ChooseEncoding(Column::FromValues<int32_t>(Int32(), values));
  ASSERT_EQ(encoded.encoding(), Encoding::kDictionary);
  const Column dictionary(encoded.data()->dictionary);
  ASSERT_EQ(dictionary.length(), 5);
  for (int64_t i = 0; i < 5; ++i) EXPECT_EQ(dictionary.GetInt64(i), i - 2);
}

TEST(ChooseEncodingTest, SortsUnsignedAndFloatsAndStrings) {
  const uint64_t large[] = {uint64_t{1} << 63, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  const Column unsigned_dictionary(
      ChooseEncoding(Column::FromValues<uint64_t>(UInt64(), large)).data()->dictionary);
  EXPECT_EQ(unsigned_dictionary.GetUInt64(0), 1U);

  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> doubles = {0.0, std::nan(""), -0.0, infinity, 1.5, -infinity, -2};
  const std::vector<double> more(80, 1.5);
  doubles.insert(doubles.end(), more.begin(), more.end());
  const Column floats(
      ChooseEncoding(Column::FromValues<double>(Float64(), doubles)).data()->dictionary);
  ASSERT_EQ(floats.length(), 7);
  EXPECT_EQ(floats.GetDouble(0), -infinity);
  EXPECT_EQ(floats.GetDouble(1), -2);
  EXPECT_TRUE(std::signbit(floats.GetDouble(2)));
  EXPECT_FALSE(std::signbit(floats.GetDouble(3)));
  EXPECT_EQ(floats.GetDouble(5), infinity);
  EXPECT_TRUE(std::isnan(floats.GetDouble(6)));

  const std::string zero("a\0", 2);
  std::vector<std::string_view> texts = {"\xc3\xa9", "b", zero, "a", "", "prefix-02", "prefix-01"};
  texts.insert(texts.end(), 200, "prefix-01");
  const Column strings(ChooseEncoding(Column::FromStrings(texts)).data()->dictionary);
  std::vector<std::string_view> found;
  for (int64_t i = 0; i < strings.length(); ++i) found.push_back(strings.GetBytes(i));
  EXPECT_THAT(found,
              testing::ElementsAre("", "a", zero, "b", "prefix-01", "prefix-02", "\xc3\xa9"));
}

TEST(ChooseEncodingTest, OrderOfRowsDoesNotChangeTheDictionary) {
  std::vector<int64_t> values;
  for (int64_t i = 0; i < 5000; ++i) {
    values.push_back(static_cast<int64_t>(base::Mix64(static_cast<uint64_t>(i % 90))));
  }
  const Column forward = ChooseEncoding(Column::FromValues<int64_t>(Int64(), values));
  const std::vector<int64_t> reversed(values.rbegin(), values.rend());
  const Column backward = ChooseEncoding(Column::FromValues<int64_t>(Int64(), reversed));
  EXPECT_EQ(forward.data()->dictionary->values.view(), backward.data()->dictionary->values.view());
}

TEST(DecodeToPlainTest, DecodesNestedColumnsAndSlices) {
  base::Random random(5);
  for (const DataType& type : TypesToTest()) {
    const Column plain = Canonical(RandomColumn(type, 200, true, 9, random));
    const Column slice = WithDictionaries(plain, random).Slice(31, 100).value();
    const Column decoded = DecodeToPlain(slice).value();
    EXPECT_TRUE(decoded.Equals(plain.Slice(31, 100).value())) << type.ToString();
    EXPECT_TRUE(decoded.Validate().ok());
  }
}

TEST(DecodeToPlainTest, SharesWhatIsPlain) {
  const Column plain = Ints(100, 100);
  EXPECT_EQ(DecodeToPlain(plain)->data(), plain.data());
}

}  // namespace
}  // namespace ashlar::columnar
