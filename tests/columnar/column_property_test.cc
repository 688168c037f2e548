// Properties that hold for every schema: builder, validation, slices, truncation and equality
// agree.
#include <cstdint>
#include <string>

#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/columnar/json_value.h"
#include "tests/testing/random_data.h"

namespace ashlar {
namespace {

class ColumnPropertyTest : public testing::TestWithParam<uint64_t> {
 protected:
  base::Random random_{GetParam()};
};

std::string RowsText(const RecordBatch& batch, int64_t offset, int64_t length) {
  std::string text;
  for (int64_t row = offset; row < offset + length; ++row) {
    columnar::AppendJsonRow(batch, row, &text, {.include_nulls = true});
    text += '\n';
  }
  return text;
}

TEST_P(ColumnPropertyTest, BuiltColumnsAreValidAndSlicesKeepTheirRows) {
  for (int i = 0; i < 10; ++i) {
    const Schema schema = testkit::RandomSchema(random_);
    const auto rows = static_cast<int64_t>(random_.Uniform(300));
    const RecordBatch batch = testkit::RandomBatch(schema, rows, random_);
    ASSERT_EQ(batch.rows(), rows);
    const auto offset = static_cast<int64_t>(random_.Uniform(static_cast<uint64_t>(rows) + 1));
    const auto length =
        static_cast<int64_t>(random_.Uniform(static_cast<uint64_t>(rows - offset) + 1));
    const RecordBatch slice = *batch.Slice(offset, length);
    EXPECT_EQ(RowsText(slice, 0, length), RowsText(batch, offset, length));
    for (size_t c = 0; c < schema.size(); ++c) {
      EXPECT_TRUE(batch.column(c).Validate().ok()) << batch.column(c).Validate();
      EXPECT_TRUE(slice.column(c).Validate().ok()) << slice.column(c).Validate();
      int64_t nulls = 0;
      for (int64_t row = 0; row < length; ++row) nulls += slice.column(c).IsNull(row) ? 1 : 0;
      EXPECT_EQ(slice.column(c).null_count(), nulls);
    }
  }
}

TEST_P(ColumnPropertyTest, TruncatedBuildersForgetWhatWasTakenBack) {
  for (int i = 0; i < 10; ++i) {
    const Field field = testkit::RandomSchema(random_, {.max_fields = 1}).field(0);
    const uint64_t seed = random_.Next64();
    const uint64_t rows = random_.Uniform(200);
    const auto append = [&field](ColumnBuilder& builder, base::Random& random, uint64_t count) {
      for (uint64_t row = 0; row < count; ++row) {
        testkit::AppendRandomValue(field, random, {}, builder);
      }
    };
    ColumnBuilder straight(field.type);
    base::Random straight_random(seed);
    append(straight, straight_random, rows);

    ColumnBuilder detour(field.type);
    base::Random detour_random(seed);
    const uint64_t before = random_.Uniform(rows + 1);
    append(detour, detour_random, before);
    append(detour, random_, random_.Uniform(100));
    detour.Truncate(static_cast<int64_t>(before));
    append(detour, detour_random, rows - before);

    EXPECT_EQ(detour.byte_size(), straight.byte_size());
    const Column a = straight.Finish();
    const Column b = detour.Finish();
    EXPECT_TRUE(a.Equals(b)) << field.type.ToString();
    EXPECT_TRUE(b.Validate().ok()) << b.Validate();
    EXPECT_EQ(a.data()->values.view(), b.data()->values.view());
    EXPECT_EQ(a.data()->validity.view(), b.data()->validity.view());
  }
}

TEST_P(ColumnPropertyTest, EqualityIsThatOfTheRowsText) {
  int equal = 0;
  for (int i = 0; i < 40; ++i) {
    const Schema schema = testkit::RandomSchema(random_, {.max_fields = 1});
    const testkit::RandomBatchOptions few = {.null_fraction = 0.3, .cardinality = 2};
    const RecordBatch batch = testkit::RandomBatch(schema, 40, random_, few);
    for (int64_t row = 0; row + 1 < batch.rows(); ++row) {
      const RecordBatch a = *batch.Slice(row, 1);
      const RecordBatch b = *batch.Slice(row + 1, 1);
      const bool same = a.Equals(b);
      EXPECT_EQ(same, RowsText(a, 0, 1) == RowsText(b, 0, 1)) << schema.ToString();
      equal += same ? 1 : 0;
    }
  }
  EXPECT_GT(equal, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ColumnPropertyTest, testing::Range<uint64_t>(1, 6));

}  // namespace
}  // namespace ashlar
