// Canonical form: one digest for one content, whatever its form.
#include "src/columnar/canonical.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "tests/columnar/column_generator.h"

namespace ashlar::columnar {
namespace {

base::Digest DigestOfWhole(const Column& column) {
  const ColumnPiece piece = Whole(column);
  return DigestOfPieces(column.type(), {&piece, 1}).value();
}

Column Canonical(const Column& column) {
  const ColumnPiece piece = Whole(column);
  return MakeCanonical(column.type(), {&piece, 1}).value();
}

// No slot of a null, no offset and no spare bit may differ between equal canonical columns.
void ExpectSameBuffers(const ColumnData& a, const ColumnData& b) {
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.length, b.length);
  EXPECT_EQ(a.null_count, b.null_count);
  EXPECT_EQ(a.offset, 0);
  EXPECT_EQ(a.validity.view(), b.validity.view());
  EXPECT_EQ(a.offsets.view(), b.offsets.view());
  EXPECT_EQ(a.values.view(), b.values.view());
  ASSERT_EQ(a.children.size(), b.children.size());
  for (size_t i = 0; i < a.children.size(); ++i) {
    ExpectSameBuffers(*a.children[i], *b.children[i]);
  }
}

class CanonicalTest : public testing::TestWithParam<DataType> {};

TEST_P(CanonicalTest, EveryFormOfEqualValuesHasTheSameCanonicalForm) {
  for (uint64_t seed = 0; seed < 12; ++seed) {
    base::Random random(seed);
    const auto rows = static_cast<int64_t>(seed == 0 ? 0 : random.Uniform(150) + 1);
    const Column column = Canonical(RandomColumn(GetParam(), rows, seed % 3 != 0, 20, random));
    const base::Digest expected = NaiveDigest(column);
    EXPECT_EQ(DigestOfCanonical(column), expected);
    const Column forms[] = {column, WithDictionaries(column, random),
                            WithGarbageInNulls(column, random), AtAnotherOffset(column, random),
                            AtAnotherOffset(WithGarbageInNulls(column, random), random)};
    for (const Column& form : forms) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " form " << (&form - forms));
      ASSERT_EQ(NaiveDigest(form), expected);
      EXPECT_EQ(DigestOfWhole(form), expected);
      EXPECT_TRUE(form.Equals(column));
      const std::vector<ColumnPiece> pieces = RandomPieces(form, random);
      EXPECT_EQ(DigestOfPieces(form.type(), pieces).value(), expected);
      const Column again = MakeCanonical(form.type(), pieces).value();
      EXPECT_TRUE(again.Validate().ok()) << again.Validate();
      ExpectSameBuffers(*again.data(), *column.data());
      const ColumnPiece whole = Whole(form);
      EXPECT_EQ(LogicalBytesOfPieces({&whole, 1}), LogicalBytes(column));
    }
  }
}

TEST_P(CanonicalTest, AllNullColumnsAreEqualHoweverEncoded) {
  ColumnBuilder builder(GetParam());
  for (int i = 0; i < 70; ++i) builder.AppendNull();
  const Column nulls = builder.Finish();
  const base::Digest expected = NaiveDigest(nulls);
  EXPECT_EQ(DigestOfWhole(nulls), expected);
  base::Random random(1);
  EXPECT_EQ(DigestOfWhole(WithGarbageInNulls(Canonical(nulls), random)), expected);
  if (!GetParam().fields().empty()) return;
  auto constant = std::make_shared<ColumnData>();
  constant->type = GetParam();
  constant->encoding = Encoding::kConstant;
  constant->length = constant->null_count = 70;
  constant->dictionary = ColumnBuilder(GetParam()).Finish().data();
  EXPECT_EQ(DigestOfWhole(Column(constant)), expected);
  ExpectSameBuffers(*Canonical(Column(constant)).data(), *Canonical(nulls).data());
}

TEST_P(CanonicalTest, ConstantEqualsTheSameValueRepeated) {
  if (!GetParam().fields().empty()) return;
  base::Random random(2);
  const Column value = RandomColumn(GetParam(), 1, false, 1000, random);
  const std::vector<ColumnPiece> repeated(77, Whole(value));
  auto constant = std::make_shared<ColumnData>();
  constant->type = GetParam();
  constant->encoding = Encoding::kConstant;
  constant->length = 77;
  constant->dictionary = value.data();
  const Column plain = MakeCanonical(GetParam(), repeated).value();
  ExpectSameBuffers(*Canonical(Column(constant)).data(), *plain.data());
  EXPECT_EQ(DigestOfWhole(Column(constant)), NaiveDigest(plain));
}

INSTANTIATE_TEST_SUITE_P(Types, CanonicalTest, testing::ValuesIn(TypesToTest()),
                         [](const auto& param) { return "type" + std::to_string(param.index); });

// Digests are names on disk: these may never change. NaiveDigest() agrees with each.
TEST(CanonicalGoldenTest, DigestsStayAsTheyAre) {
  const int64_t ints[] = {1, -2, 3};
  const Column numbers = Column::FromValues<int64_t>(Int64(), ints);
  ColumnBuilder text(Utf8());
  ASSERT_TRUE(text.AppendBytes("ash").ok());
  text.AppendNull();
  ASSERT_TRUE(text.AppendBytes("lar").ok());
  const Column strings = text.Finish();
  base::Random random(7);
  const Column nested =
      RandomColumn(List(Struct({{"x", Int32()}, {"name", Utf8()}})), 20, true, 9, random);
  const Column empty = ColumnBuilder(Utf8()).Finish();
  const std::pair<Column, std::string> golden[] = {
      {numbers, "a8d3f26d6251410d52ccba92379c063833948fe03bbd3df0f0ce84ffff6b3f9e"},
      {strings, "bcd381bfaabb2a78487cdd35212b0adea93123f8ad4ad2893497dad231ecdaef"},
      {nested, "b0743cb8fe052c54746a34ed8beeb8c345ac822ad2ed21d33f4b57463593aeb9"},
      {empty, "406372f32d75921da154adf28d7711af2df64c083cb3c6b8d5b8531d0e81bc41"}};
  for (const auto& [column, hex] : golden) {
    EXPECT_EQ(DigestOfWhole(column).ToHex(), hex);
    EXPECT_EQ(NaiveDigest(column).ToHex(), hex);
  }
}

TEST(CanonicalDigestTest, DependsOnTypeRowsNullsAndBits) {
  const int64_t ints[] = {1, 2};
  const Column numbers = Column::FromValues<int64_t>(Int64(), ints);
  const Column times = Column::FromValues<int64_t>(Timestamp(), ints);
  EXPECT_NE(DigestOfWhole(numbers), DigestOfWhole(times));
  EXPECT_NE(DigestOfWhole(numbers), DigestOfWhole(numbers.Slice(0, 1).value()));
  const double zeros[] = {0.0};
  const double negative[] = {-0.0};
  EXPECT_NE(DigestOfWhole(Column::FromValues<double>(Float64(), zeros)),
            DigestOfWhole(Column::FromValues<double>(Float64(), negative)));
  ColumnBuilder null(Int64());
  null.AppendNull();
  const int64_t zero[] = {0};
  EXPECT_NE(DigestOfWhole(null.Finish()),
            DigestOfWhole(Column::FromValues<int64_t>(Int64(), zero)));
}

TEST(MakeCanonicalTest, SharesNullFreeSlices) {
  base::Random random(3);
  const Column column = RandomColumn(Int64(), 1000, false, 1000, random);
  const ColumnPiece piece{&column, 100, 500};
  const Column slice = MakeCanonical(Int64(), {&piece, 1}).value();
  EXPECT_EQ(slice.data()->values.data(), column.data()->values.data() + 800);
  const Column strings = RandomColumn(Utf8(), 1000, false, 1000, random);
  const Column same = Canonical(strings);
  EXPECT_EQ(same.data()->offsets.data(), strings.data()->offsets.data());
  EXPECT_EQ(same.data()->values.data(), strings.data()->values.data());
}

TEST(MakeCanonicalTest, AlignsWhatItMakes) {
  base::Random random(4);
  const Column column = RandomColumn(Utf8(), 1000, true, 1000, random);
  const ColumnPiece pieces[] = {{&column, 3, 5}, {&column, 11, 700}};
  const Column made = MakeCanonical(Utf8(), pieces).value();
  const ColumnData& data = *made.data();
  for (const PinnedBytes* buffer : {&data.validity, &data.offsets, &data.values}) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % 64, 0U);
  }
}

TEST(MakeCanonicalTest, RefusesBuffersAboveTwoGigabytes) {
  auto constant = std::make_shared<ColumnData>();
  constant->type = Utf8();
  constant->encoding = Encoding::kConstant;
  constant->length = int64_t{1} << 28;
  const std::string_view value[] = {"sixteen bytes..."};
  constant->dictionary = Column::FromStrings(value).data();
  const Column column(constant);
  const ColumnPiece piece = Whole(column);
  EXPECT_EQ(MakeCanonical(Utf8(), {&piece, 1}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DigestOfPieces(Utf8(), {&piece, 1}).status().code(),
            absl::StatusCode::kInvalidArgument);
  constant->length = std::numeric_limits<int64_t>::max() / 2;
  const ColumnPiece huge = Whole(column);
  EXPECT_FALSE(MakeCanonical(Utf8(), {&huge, 1}).ok());
}

TEST(LogicalBytesTest, CountsEveryBuffer) {
  ColumnBuilder builder(Utf8());
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(builder.AppendBytes("four").ok());
  builder.AppendNull();
  const Column column = builder.Finish();
  EXPECT_EQ(LogicalBytes(Canonical(column)), 2U + 11 * 4 + 36);
  EXPECT_EQ(LogicalBytesOfPieces({}), 0U);
}

}  // namespace
}  // namespace ashlar::columnar
