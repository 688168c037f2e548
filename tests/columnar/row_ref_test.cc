// RowRef: the short way to a value says what the column says, in every form that columns have.
#include "ashlar/row_ref.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "tests/columnar/column_generator.h"
#include "tests/columnar/column_samples.h"

namespace ashlar::columnar {
namespace {

void ExpectSameValue(const RowRef& row, const Column& column, int64_t at) {
  ASSERT_EQ(row.IsNull(0), column.IsNull(at));
  const DataType& type = column.type();
  if (type.id() == TypeId::kBool) {
    ASSERT_EQ(row.GetBool(0), column.GetBool(at));
  } else if (type.is_unsigned_integer()) {
    ASSERT_EQ(row.GetUInt64(0), column.GetUInt64(at));
  } else if (type.is_floating()) {
    const double value = column.GetDouble(at);
    ASSERT_TRUE(row.GetDouble(0) == value || value != value);
  } else if (type.is_variable_size() || type.id() == TypeId::kFixedSizeBinary) {
    ASSERT_EQ(row.GetBytes(0), column.GetBytes(at));
  } else if (!type.is_nested() && type.id() != TypeId::kFixedSizeList) {
    ASSERT_EQ(row.GetInt64(0), column.GetInt64(at));
  }
}

TEST(RowRef, ReadsWhatTheColumnHolds) {
  base::Random random(3);
  for (const DataType& type : TypesToTest()) {
    for (int form = 0; form < 8; ++form) {
      Column column = RandomColumn(type, 50, form >= 4, 20, random);
      if (form % 2 == 1) column = WithDictionaries(column, random);
      if (form % 4 >= 2) column = AtAnotherOffset(column, random);
      const Schema schema = Schema::Make({{"value", type}}).value();
      const auto source = RowSource::Make(RecordBatch::Make(schema, {column}).value());
      for (int64_t at = 0; at < column.length(); ++at) {
        source->ahead().Prefetch(static_cast<uint64_t>(at));
        ExpectSameValue(RowRef(source.get(), at), column, at);
        if (HasFatalFailure()) FAIL() << type.ToString() << ", form " << form << ", row " << at;
      }
      source->ahead().Prefetch(static_cast<uint64_t>(column.length()));  // a hint may be wrong
    }
  }
}

TEST(RowRef, StaysValidOncePinned) {
  const Schema schema = Schema::Make({{"value", Int64()}}).value();
  const Column column = Column::FromValues<int64_t>(Int64(), std::vector<int64_t>{1, 2});
  auto source = RowSource::Make(RecordBatch::Make(schema, {column}).value());
  const std::weak_ptr<const RowSource> watch = source;
  std::optional<RowRef> pinned = RowRef(source.get(), 1).Pin();
  source.reset();
  ASSERT_FALSE(watch.expired());
  EXPECT_EQ(pinned->GetInt64(0), 2);
  pinned.reset();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace ashlar::columnar
