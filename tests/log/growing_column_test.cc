// Growing columns: what was appended is what every view shows, for all types and forms of sources.
#include "src/log/growing_column.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ashlar/column.h"
#include "src/base/random.h"
#include "src/columnar/buffer_builder.h"
#include "tests/testing/random_data.h"

namespace ashlar::log {
namespace {

Column ViewOf(const GrowingColumn& column, int64_t first, int64_t end, bool closed) {
  const auto owner = std::make_shared<const int>(0);
  return Column(std::make_shared<const ColumnData>(column.View(owner, first, end, closed)));
}

void ExpectRows(const GrowingColumn& grown, const Column& wanted, int64_t first, int64_t end) {
  for (const bool closed : {false, true}) {
    const Column view = ViewOf(grown, first, end, closed);
    ASSERT_TRUE(view.Validate().ok()) << view.Validate();
    ASSERT_TRUE(view.Equals(wanted.Slice(first, end - first).value()))
        << wanted.type().ToString() << " [" << first << ", " << end << ") closed " << closed;
    ASSERT_EQ(view.null_count(), wanted.Slice(first, end - first)->null_count());
  }
}

// Appends rows of `source`, which begins at any offset, in pieces of any size.
void AppendInPieces(const Column& source, int64_t capacity, base::Random& random) {
  auto grown = std::make_unique<GrowingColumn>(source.type(), capacity, nullptr);
  int64_t base = 0;  // the first row of the current column
  int64_t rows = 0;
  while (base + rows < source.length()) {
    const int64_t left = source.length() - base - rows;
    const int64_t most = std::min<int64_t>(left, 1 + static_cast<int64_t>(random.Uniform(40)));
    int64_t count = most;
    while (count > 0 && !grown->Fits(*source.data(), base + rows, count)) count /= 2;
    if (count == 0) {
      ASSERT_GT(rows, 0) << "an empty column was made to fit";
      const auto before = std::move(grown);
      grown = std::make_unique<GrowingColumn>(source.type(), capacity, before.get());
      grown->EnsureFits(*source.data(), base + rows, 1);
      base += rows;
      rows = 0;
      continue;
    }
    if (rows == 0) grown->EnsureFits(*source.data(), base, count);
    grown->Append(*source.data(), base + rows, count);
    rows += count;
    const Column wanted = source.Slice(base, rows).value();
    const int64_t first = static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(rows) + 1));
    ExpectRows(*grown, wanted, 0, rows);
    ExpectRows(*grown, wanted, first, rows);
    ExpectRows(*grown, wanted, std::max<int64_t>(0, first - 1), first);
  }
}

TEST(GrowingColumn, EveryTypeInPieces) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    testkit::RandomBatchOptions options;
    options.null_fraction = random.OneIn(3) ? 0 : 0.2;
    options.max_string_bytes = random.OneIn(3) ? 200 : 12;
    const Schema schema = testkit::RandomSchema(random);
    const RecordBatch batch = testkit::RandomBatch(schema, 300, random, options);
    for (const Column& column : batch.columns()) {
      const int64_t offset = static_cast<int64_t>(random.Uniform(100));
      AppendInPieces(column.Slice(offset, column.length() - offset).value(), 128, random);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(GrowingColumn, EmptyRowsAreNobodys) {
  base::Random random(1);
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Schema schema = testkit::RandomSchema(random);
    const RecordBatch batch = testkit::RandomBatch(schema, 20, random);
    for (const Column& column : batch.columns()) {
      GrowingColumn grown(column.type(), 100, nullptr);
      grown.EnsureFits(*column.data(), 0, 20);
      grown.AppendEmpty(30);
      grown.Append(*column.data(), 0, 20);
      grown.AppendEmpty(50);
      const Column view = ViewOf(grown, 0, 100, false);
      EXPECT_TRUE(view.Validate().ok()) << view.Validate();
      EXPECT_TRUE(view.Slice(30, 20)->Equals(column));
      EXPECT_FALSE(view.IsNull(0));
      EXPECT_FALSE(view.IsNull(99));
    }
  }
}

// A null may point at bytes in other producers' columns; they are left behind.
TEST(GrowingColumn, BytesOfNullsAreNotCopied) {
  ColumnData source =
      *Column::FromStrings(std::vector<std::string_view>{"abc", "xyz", "de"}).data();
  const uint8_t bits = 0b101;
  columnar::BufferBuilder validity;
  validity.Append(std::as_bytes(std::span(&bits, 1)));
  source.validity = validity.Finish();
  source.null_count = 1;
  GrowingColumn grown(Utf8(), 64, nullptr);
  grown.Append(source, 0, 3);
  const Column view = ViewOf(grown, 0, 3, false);
  EXPECT_EQ(view.data()->values.view(), "abcde");
  EXPECT_TRUE(view.IsNull(1));
  EXPECT_EQ(view.GetBytes(2), "de");
}

// The rows of a view do not change when others are appended, though their buffers are shared.
TEST(GrowingColumn, ViewsStayAsTheyAre) {
  base::Random random(2);
  const Schema schema = Schema::Make({{"b", Bool()}, {"s", Utf8()}, {"l", List(Int64())}}).value();
  const RecordBatch batch = testkit::RandomBatch(schema, 1000, random);
  for (const Column& column : batch.columns()) {
    GrowingColumn grown(column.type(), 1000, nullptr);
    grown.EnsureFits(*column.data(), 0, 1000);
    std::vector<Column> views;
    for (int64_t row = 0; row < 1000; ++row) {
      grown.Append(*column.data(), row, 1);
      if (row % 37 == 0) views.push_back(ViewOf(grown, 0, row + 1, false));
    }
    for (const Column& view : views) {
      EXPECT_TRUE(view.Equals(column.Slice(0, view.length()).value()));
    }
    EXPECT_EQ(ViewOf(grown, 0, 1000, false).data()->offsets.data(),
              ViewOf(grown, 0, 10, false).data()->offsets.data())
        << "zero-copy";
  }
}

TEST(GrowingColumn, BytesAreThoseOfItsBuffers) {
  EXPECT_EQ(GrowingColumn(Int64(), 4096, nullptr).bytes(), 4096u * 8 + 4096 / 8);
  EXPECT_EQ(GrowingColumn(Bool(), 4096, nullptr).bytes(), 2u * 4096 / 8);
  // 4,097 offsets, padded to 64 bytes, and a guess of 16 bytes a string.
  EXPECT_EQ(GrowingColumn(Utf8(), 4096, nullptr).bytes(), 16448u + 4096 * 16 + 4096 / 8);
}

}  // namespace
}  // namespace ashlar::log
