// DeepNest and MixedTypes hold what their headers say.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/generators/awkward_values.h"
#include "bench/generators/deep_nest.h"
#include "bench/generators/mixed_types.h"
#include "gtest/gtest.h"
#include "src/base/time_text.h"

namespace ashlar::bench {
namespace {

// Every node below `column` has nulls where it may, and values.
void ExpectNullsAndValues(const Column& column, const std::string& path, bool nullable) {
  SCOPED_TRACE(path);
  EXPECT_EQ(column.null_count() > 0, nullable);
  EXPECT_LT(column.null_count(), column.length());
  if (column.type().id() == TypeId::kFixedSizeList) return;
  const std::vector<Field>& fields = column.type().fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    // In a null struct a required member is null as well.
    const bool may_be_null = fields[i].nullable || column.type().id() == TypeId::kStruct;
    ExpectNullsAndValues(column.child(i), path + "." + fields[i].name, may_be_null);
  }
}

int64_t LongestList(const Column& lists) {
  int64_t longest = 0;
  for (int64_t row = 0; row < lists.length(); ++row) {
    const auto [first, end] = lists.GetListRange(row);
    longest = std::max(longest, end - first);
  }
  return longest;
}

TEST(DeepNestTest, EveryPathHasNullsAndValues) {
  const RecordBatch batch = MakeDeepNestRows(1)->Rows(0, 5'000);
  for (size_t i = 1; i < batch.columns().size(); ++i) {
    const Field& field = batch.schema().field(i);
    ExpectNullsAndValues(batch.column(i), field.name, field.nullable);
  }
}

TEST(DeepNestTest, FewerAndFewerRowsReachDown) {
  const RecordBatch batch = MakeDeepNestRows(2, {.chain_depth = 60})->Rows(0, 5'000);
  Column chain = batch.GetColumn("chain").value();
  int64_t above = chain.length();
  int depth = 0;
  while (true) {
    ++depth;
    const int64_t here = chain.length() - chain.null_count();
    // Far down so few are left that chance may take none of them.
    EXPECT_LE(here, depth <= 10 ? above - 1 : above) << depth;
    above = here;
    if (chain.type().fields().size() == 1) break;
    chain = chain.child(1);
  }
  EXPECT_EQ(depth, 60);
}

TEST(DeepNestTest, ListsAreOfUnevenLength) {
  const RecordBatch batch = MakeDeepNestRows(3)->Rows(0, 5'000);
  const Column orders = batch.GetColumn("orders").value();
  EXPECT_GT(LongestList(orders), 10);
  EXPECT_LE(LongestList(orders), 24);
  const Column items = orders.child(0).child(2);
  EXPECT_GT(LongestList(items.child(0).child(3)), 5);
}

TEST(DeepNestTest, AbsentPercentBoundsWhatIsNull) {
  const RecordBatch none = MakeDeepNestRows(4, {.absent_percent = 0})->Rows(0, 500);
  const RecordBatch all = MakeDeepNestRows(4, {.absent_percent = 100})->Rows(0, 500);
  for (size_t i = 1; i < none.columns().size(); ++i) {
    EXPECT_EQ(none.column(i).null_count(), 0);
    EXPECT_EQ(all.column(i).null_count(), 500);
  }
}

TEST(MixedTypesTest, HasEveryTypeWithNullsAndValues) {
  const RecordBatch batch = MakeMixedTypesRows(1)->Rows(0, 2'000);
  std::set<TypeId> types;
  for (size_t i = 0; i < batch.columns().size(); ++i) {
    const Field& field = batch.schema().field(i);
    if (field.name == "row" || field.name == "same" || field.name == "nothing") continue;
    types.insert(field.type.id());
    ExpectNullsAndValues(batch.column(i), field.name, field.nullable);
  }
  EXPECT_EQ(types.size(), static_cast<size_t>(TypeId::kStruct));
  EXPECT_EQ(batch.GetColumn("same")->null_count(), 0);
  EXPECT_EQ(batch.GetColumn("nothing")->null_count(), 2'000);
}

TEST(MixedTypesTest, NullPercentBoundsWhatIsNull) {
  const RecordBatch none = MakeMixedTypesRows(2, {.null_percent = 0})->Rows(0, 300);
  const RecordBatch all = MakeMixedTypesRows(2, {.null_percent = 100})->Rows(0, 300);
  for (const std::string_view name : {"i8", "text", "code", "vector", "events"}) {
    EXPECT_EQ(none.GetColumn(name)->null_count(), 0) << name;
    EXPECT_EQ(all.GetColumn(name)->null_count(), 300) << name;
  }
}

TEST(MixedTypesTest, IntegersReachTheEndsOfTheirTypes) {
  const RecordBatch batch = MakeMixedTypesRows(3, {.null_percent = 0})->Rows(0, 2'000);
  const auto range = [&batch](std::string_view name) {
    const Column column = batch.GetColumn(name).value();
    int64_t least = column.GetInt64(0);
    int64_t most = least;
    for (int64_t row = 0; row < column.length(); ++row) {
      least = std::min(least, column.GetInt64(row));
      most = std::max(most, column.GetInt64(row));
    }
    return std::pair(least, most);
  };
  EXPECT_EQ(range("i8"), (std::pair<int64_t, int64_t>(INT8_MIN, INT8_MAX)));
  EXPECT_EQ(range("i16"), (std::pair<int64_t, int64_t>(INT16_MIN, INT16_MAX)));
  EXPECT_EQ(range("i32"), (std::pair<int64_t, int64_t>(INT32_MIN, INT32_MAX)));
  EXPECT_EQ(range("i64"), (std::pair<int64_t, int64_t>(INT64_MIN, INT64_MAX)));
  EXPECT_EQ(range("day"), (std::pair<int64_t, int64_t>(base::kMinDate32, base::kMaxDate32)));
  EXPECT_EQ(range("at"), (std::pair(base::kMinTimestampMicros, base::kMaxTimestampMicros)));
  const Column wide = batch.GetColumn("u64").value();
  uint64_t most = 0;
  for (int64_t row = 0; row < wide.length(); ++row) most = std::max(most, wide.GetUInt64(row));
  EXPECT_EQ(most, UINT64_MAX);
}

TEST(MixedTypesTest, FloatsHoldTheSpecialNumbers) {
  const RecordBatch batch = MakeMixedTypesRows(4)->Rows(0, 2'000);
  for (const std::string_view name : {"f32", "f64"}) {
    const Column column = batch.GetColumn(name).value();
    std::set<uint64_t> seen;
    for (int64_t row = 0; row < column.length(); ++row) {
      seen.insert(std::bit_cast<uint64_t>(column.GetDouble(row)));
    }
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double special :
         {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, -0.0, -1.0}) {
      EXPECT_TRUE(seen.contains(std::bit_cast<uint64_t>(special))) << name << ' ' << special;
    }
  }
}

TEST(MixedTypesTest, StringsAreEmptyShortLongAndOfAllKindsOfCharacters) {
  const RecordBatch batch = MakeMixedTypesRows(5)->Rows(0, 8'000);
  for (const std::string_view name : {"text", "bytes"}) {
    const Column column = batch.GetColumn(name).value();
    int64_t empty = 0;
    int64_t most = 0;
    bool has_four_bytes = false;
    bool has_zero = false;
    for (int64_t row = 0; row < column.length(); ++row) {
      const std::string_view value = column.GetBytes(row);
      empty += !column.IsNull(row) && value.empty() ? 1 : 0;
      most = std::max(most, static_cast<int64_t>(value.size()));
      has_four_bytes |= value.find("\U0001f600") != value.npos;
      has_zero |= value.find('\0') != value.npos;
    }
    EXPECT_GT(empty, 100) << name;
    EXPECT_GE(most, static_cast<int64_t>(kMinLongBytes)) << name;
    EXPECT_LE(most, static_cast<int64_t>(kMaxLongBytes)) << name;
    EXPECT_EQ(has_four_bytes, name == "text");
    EXPECT_TRUE(has_zero) << name;
  }
  const RecordBatch small = MakeMixedTypesRows(5, {.long_every = 0})->Rows(0, 8'000);
  EXPECT_LT(small.GetColumn("text")->data()->values.size(), 8'000 * 200);
}

}  // namespace
}  // namespace ashlar::bench
