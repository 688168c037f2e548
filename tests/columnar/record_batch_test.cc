// Batches: agreement of schema and columns, row-wise building, and readers.
#include <memory>
#include <string>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/columnar/column_samples.h"

namespace ashlar {
namespace {

Schema TestSchema() { return *Schema::Make({{"id", Int64(), false}, {"city", Utf8()}}); }

RecordBatch TestBatch(const std::vector<int64_t>& ids) {
  RecordBatchBuilder builder(TestSchema());
  for (const int64_t id : ids) {
    EXPECT_TRUE(builder.column(0).AppendInt64(id).ok());
    builder.column(1).AppendNull();
  }
  return *builder.Finish();
}

void ExpectRefused(const absl::StatusOr<RecordBatch>& batch, const std::string& why) {
  EXPECT_EQ(batch.status().code(), absl::StatusCode::kInvalidArgument) << why;
  EXPECT_THAT(std::string(batch.status().message()), testing::HasSubstr(why));
}

TEST(RecordBatchTest, ColumnsMustFitTheSchema) {
  const std::vector<int64_t> values = {1, 2};
  const Column ids = Column::FromValues<int64_t>(Int64(), values);
  const Column cities = columnar::Texts({"a", "b"});
  EXPECT_TRUE(RecordBatch::Make(TestSchema(), {ids, cities}).ok());
  ExpectRefused(RecordBatch::Make(TestSchema(), {ids}), "1 columns");
  ExpectRefused(RecordBatch::Make(TestSchema(), {ids, ids}), "\"city\" has type utf8");
  ExpectRefused(RecordBatch::Make(TestSchema(), {ids, columnar::Texts({"a"})}), "1 rows");
  ExpectRefused(RecordBatch::Make(TestSchema(), {ids, Column()}), "\"city\" has no column");
}

TEST(RecordBatchTest, RequiredFieldsAreNamedAtAnyDepth) {
  RecordBatchBuilder flat(TestSchema());
  flat.column(0).AppendNull();
  flat.column(1).AppendNull();
  ExpectRefused(flat.Finish(), "required field \"id\"");

  const DataType person = Struct({{"year", Int64(), false}});
  RecordBatchBuilder nested(*Schema::Make({{"people", List(person)}}));
  ColumnBuilder& people = nested.column(0);
  people.child(0).AppendNull();
  ASSERT_TRUE(people.AppendNested().ok());
  EXPECT_TRUE(nested.Finish().ok());
  people.child(0).child(0).AppendNull();
  ASSERT_TRUE(people.child(0).AppendNested().ok());
  ASSERT_TRUE(people.AppendNested().ok());
  ExpectRefused(nested.Finish(), "year");
}

TEST(RecordBatchTest, BuilderRefusesRaggedColumnsAndGoesOn) {
  RecordBatchBuilder builder(TestSchema());
  ASSERT_TRUE(builder.column(0).AppendInt64(1).ok());
  EXPECT_EQ(builder.rows(), 1);
  EXPECT_GT(builder.byte_size(), 0U);
  ExpectRefused(builder.Finish(), "\"city\" has 0 rows");
  EXPECT_EQ(builder.rows(), 0);
  EXPECT_TRUE(builder.Finish().ok());
}

TEST(RecordBatchTest, SlicesAndFindsColumns) {
  const RecordBatch batch = TestBatch({1, 2, 3});
  const absl::StatusOr<RecordBatch> slice = batch.Slice(1, 2);
  ASSERT_TRUE(slice.ok());
  EXPECT_EQ(slice->rows(), 2);
  EXPECT_TRUE(slice->Equals(TestBatch({2, 3})));
  EXPECT_FALSE(slice->Equals(TestBatch({2, 4})));
  EXPECT_EQ(slice->GetColumn("id")->GetInt64(0), 2);
  EXPECT_EQ(batch.GetColumn("town").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(batch.Slice(2, 2).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(BatchReaderTest, ReturnsAllBatchesThenTheEnd) {
  const std::unique_ptr<BatchReader> reader =
      MakeBatchReader(TestSchema(), {TestBatch({1}), TestBatch({2, 3})});
  RecordBatch batch;
  EXPECT_TRUE(*reader->Next(&batch));
  EXPECT_TRUE(*reader->Next(&batch));
  EXPECT_EQ(batch.rows(), 2);
  EXPECT_FALSE(*reader->Next(&batch));
  EXPECT_FALSE(*reader->Next(&batch));
}

TEST(BatchReaderTest, RefusesABatchOfAnotherSchema) {
  const std::unique_ptr<BatchReader> reader =
      MakeBatchReader(*Schema::Make({{"id", Int64()}}), {TestBatch({1})});
  RecordBatch batch;
  EXPECT_EQ(reader->Next(&batch).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace ashlar
