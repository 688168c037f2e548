// Interleave against rows read one by one, for every type and form.
#include "src/query/interleave.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/columnar/column_generator.h"
#include "tests/query/query_testing.h"

namespace ashlar::query {
namespace {

class InterleaveTest : public testing::TestWithParam<uint64_t> {
 protected:
  base::Random random_{GetParam()};
};

TEST_P(InterleaveTest, RowsAreThoseAskedFor) {
  for (const DataType& type : columnar::TypesToTest()) {
    for (int i = 0; i < 8; ++i) {
      std::vector<Column> sources;
      for (uint64_t n = 1 + random_.Uniform(4); n > 0; --n) {
        sources.push_back(
            RandomForm(type, 1 + static_cast<int64_t>(random_.Uniform(200)), random_));
      }
      std::vector<RowPlace> places;
      for (uint64_t n = random_.Uniform(300); n > 0; --n) {
        const auto source = static_cast<uint32_t>(random_.Uniform(sources.size()));
        const auto rows = static_cast<uint64_t>(sources[source].length());
        places.push_back({source, static_cast<uint32_t>(random_.Uniform(rows))});
      }
      const Column column = Interleave(type, sources, places).value();
      ASSERT_EQ(column.length(), static_cast<int64_t>(places.size()));
      EXPECT_TRUE(column.Validate().ok()) << column.Validate();
      for (size_t row = 0; row < places.size(); ++row) {
        const Column& source = sources[places[row].source];
        EXPECT_TRUE(
            column.Slice(static_cast<int64_t>(row), 1)->Equals(*source.Slice(places[row].row, 1)))
            << type.ToString();
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, InterleaveTest, testing::Range<uint64_t>(0, 6));

TEST(Interleave, RefusesWhatABufferDoesNotTake) {
  const std::string mebibyte(size_t{1} << 20, 'x');
  const Column column = Column::FromStrings(std::vector<std::string_view>{mebibyte});
  const std::vector<RowPlace> places(2048);
  EXPECT_EQ(Interleave(Utf8(), {&column, 1}, places).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace ashlar::query
