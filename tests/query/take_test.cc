// Take and ConcatColumns against rows read one by one, for every type and form.
#include "src/query/take.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/columnar/dictionary.h"
#include "tests/columnar/column_generator.h"
#include "tests/query/query_testing.h"

namespace ashlar::query {
namespace {

bool IsAligned(const ColumnData& data) {
  const auto aligned = [](const PinnedBytes& bytes) {
    return reinterpret_cast<uintptr_t>(bytes.data()) % 64 == 0;
  };
  bool all = aligned(data.validity) && aligned(data.offsets) && aligned(data.values);
  for (const auto& child : data.children) all &= IsAligned(*child);
  return all;
}

std::vector<uint32_t> RandomRows(int64_t length, uint64_t count, base::Random& random) {
  std::vector<uint32_t> rows;
  for (uint64_t i = 0; i < count && length > 0; ++i) {
    rows.push_back(static_cast<uint32_t>(random.Uniform(static_cast<uint64_t>(length))));
  }
  return rows;
}

// One row of each column is equal.
void ExpectSameRow(const Column& a, int64_t row_a, const Column& b, int64_t row_b) {
  EXPECT_TRUE(a.Slice(row_a, 1)->Equals(*b.Slice(row_b, 1))) << a.type().ToString();
}

class TakeTest : public testing::TestWithParam<uint64_t> {
 protected:
  base::Random random_{GetParam()};
};

TEST_P(TakeTest, RowsAreThoseAskedFor) {
  for (const DataType& type : columnar::TypesToTest()) {
    for (int i = 0; i < 6; ++i) {
      const auto length = static_cast<int64_t>(random_.Uniform(300));
      const Column column = RandomForm(type, length, random_);
      const std::vector<uint32_t> rows = RandomRows(length, random_.Uniform(400), random_);
      const Column taken = Take(column, rows).value();
      ASSERT_EQ(taken.length(), static_cast<int64_t>(rows.size()));
      EXPECT_TRUE(taken.Validate().ok()) << taken.Validate();
      EXPECT_EQ(taken.encoding(), column.encoding());
      EXPECT_TRUE(IsAligned(*taken.data()));
      for (size_t row = 0; row < rows.size(); ++row) {
        ExpectSameRow(taken, static_cast<int64_t>(row), column, rows[row]);
      }
    }
  }
}

TEST_P(TakeTest, PiecesStandOneBehindTheOther) {
  for (const DataType& type : columnar::TypesToTest()) {
    for (int i = 0; i < 6; ++i) {
      // Of one column, so that dictionaries are shared, or of several.
      std::vector<Column> pieces;
      const Column first = RandomForm(type, 200, random_);
      const bool one_source = random_.OneIn(2);
      for (uint64_t n = random_.Uniform(5); n > 0; --n) {
        const Column source = one_source ? first : RandomForm(type, 200, random_);
        const auto begin = static_cast<int64_t>(random_.Uniform(100));
        const Column slice =
            source.Slice(begin, static_cast<int64_t>(random_.Uniform(100))).value();
        const std::vector<uint32_t> rows = RandomRows(slice.length(), 50, random_);
        pieces.push_back(random_.OneIn(2) ? slice : Take(slice, rows).value());
      }
      const Column joined = ConcatColumns(type, pieces).value();
      EXPECT_TRUE(joined.Validate().ok()) << joined.Validate();
      int64_t at = 0;
      for (const Column& piece : pieces) {
        EXPECT_TRUE(joined.Slice(at, piece.length())->Equals(piece)) << type.ToString();
        at += piece.length();
      }
      EXPECT_EQ(joined.length(), at);
      if (one_source && !pieces.empty()) {
        EXPECT_EQ(joined.encoding(), first.encoding());
      }
    }
  }
}

TEST_P(TakeTest, BytesOfAViewAreThoseOfItsRows) {
  for (const DataType& type : columnar::TypesToTest()) {
    const Column column = RandomForm(type, 256, random_);
    const auto whole = static_cast<double>(ViewBytes(column));
    const auto halves =
        static_cast<double>(ViewBytes(column, 0, 128) + ViewBytes(column, 128, 128));
    EXPECT_NEAR(whole, halves, 8) << type.ToString();  // bitmaps end within a byte
    EXPECT_EQ(ViewBytes(column, 7, 0), 0);
    const Column plain = columnar::RandomColumn(type, 256, true, 20, random_);
    const auto logical = static_cast<double>(columnar::LogicalBytes(plain));
    EXPECT_NEAR(static_cast<double>(ViewBytes(plain)), logical, 64) << type.ToString();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TakeTest, testing::Range<uint64_t>(1, 9));

TEST(TakeSharingTest, DictionariesAreSharedNotCopied) {
  base::Random random(1);
  const Column strings = columnar::RandomColumn(List(Utf8()), 500, true, 5, random);
  const Column column = columnar::WithDictionaries(strings, random);
  const Column taken = Take(column, RandomRows(500, 100, random)).value();
  EXPECT_EQ(taken.child(0).data()->dictionary, column.child(0).data()->dictionary);
  const std::vector<Column> pieces = {taken, column, taken};
  const Column joined = ConcatColumns(column.type(), pieces).value();
  EXPECT_EQ(joined.child(0).data()->dictionary, column.child(0).data()->dictionary);
}

TEST(NullColumnTest, HoldsNullsOfEveryType) {
  for (const DataType& type : columnar::TypesToTest()) {
    const Column nulls = NullColumn(type, 70);
    EXPECT_TRUE(nulls.Validate().ok()) << nulls.Validate();
    EXPECT_EQ(nulls.null_count(), 70);
    EXPECT_EQ(nulls.type(), type);
  }
}

}  // namespace
}  // namespace ashlar::query
