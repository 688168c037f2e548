// Key ranges of keyed datasets against a map: all shapes of keys and bounds, overlapping and
// disjoint segments, dead rows; what is opened and what is copied.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/store/dataset_impl.h"
#include "tests/store/range_model.h"

namespace ashlar {
namespace {

using testkit::ExpectedRange;
using testkit::Model;
using testkit::RangeRows;
using testkit::ReadRange;
using testkit::RowsOf;
using testkit::SchemaOf;
using testkit::Shape;
using testkit::StatusOf;

absl::Status Upsert(Store& store, const RecordBatch& rows, std::vector<Key> deleted = {}) {
  auto transaction = store.BeginWrite();
  if (!transaction.ok()) return transaction.status();
  RETURN_IF_ERROR(transaction->Upsert("keyed", rows));
  RETURN_IF_ERROR(transaction->Delete("keyed", deleted));
  return std::move(*transaction).Commit().status();
}

Dataset Newest(Store& store) { return *store.GetSnapshot().GetDataset("keyed"); }

RangeRows Rows(const Dataset& dataset, const KeyRangeOptions& options) {
  const auto reader = dataset.Range(options);
  EXPECT_TRUE(reader.ok()) << reader.status();
  return reader.ok() ? ReadRange(**reader) : RangeRows();
}

// Rows [first, first + count) of int64 keys; the value of a key is the key.
RecordBatch Integers(int64_t first, int64_t count, int64_t step = 1) {
  static const Shape shape = testkit::RangeShapes()[0];
  RangeRows rows;
  for (int64_t i = 0; i < count; ++i) rows.emplace_back(first + i * step, first + i * step);
  return RowsOf(shape, rows);
}
Schema IntegerSchema() { return SchemaOf(testkit::RangeShapes()[0]); }

template <typename PlaceType>
class KeyRangeTest : public testkit::StoreTest<PlaceType> {};
TYPED_TEST_SUITE(KeyRangeTest, testkit::Places);

// A commit of a few keys from anywhere, or of many from one stretch; and deletes.
void WriteSome(Store& store, const Shape& shape, Model* model, base::Random& random) {
  RangeRows rows;
  const bool stretch = random.OneIn(2);
  const uint64_t first = random.Uniform(900);
  for (uint64_t n = random.Uniform(stretch ? 100 : 60); n > 0; --n) {
    rows.emplace_back(shape.key(stretch ? first + n : random.Uniform(1000)),
                      static_cast<int64_t>(random.Uniform(100'000)) - 1);
  }
  std::vector<Key> deleted;
  for (uint64_t n = random.Uniform(40); n > 0; --n) {
    deleted.push_back(shape.key(random.Uniform(1000)));
  }
  ASSERT_OK(Upsert(store, RowsOf(shape, rows), deleted));
  for (const auto& [key, value] : rows) (*model)[key] = value;
  for (const Key& key : deleted) model->erase(key);
}

TYPED_TEST(KeyRangeTest, GivesWhatAMapGives) {
  uint64_t seed = 0;
  for (const Shape& shape : testkit::RangeShapes()) {
    SCOPED_TRACE(testing::Message() << shape.name << ", seed " << ++seed);
    base::Random random(seed);
    DatasetOptions options{.key = testkit::KeyOf(shape)};
    options.storage = random.OneIn(2) ? Storage::kCompact : Storage::kFast;
    ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), options));
    Model model;
    for (int round = 0; round < 12 && !testing::Test::HasFailure(); ++round) {
      WriteSome(*this->store_, shape, &model, random);
      if (random.OneIn(4)) this->Reopen();
      const Dataset dataset = Newest(*this->store_);
      for (int i = 0; i < 60; ++i) {
        const KeyRangeOptions range = testkit::RandomRange(shape, random);
        EXPECT_EQ(Rows(dataset, range), ExpectedRange(shape, model, range))
            << testkit::Describe(range);
      }
    }
    ASSERT_OK(this->store_->DropDataset("keyed"));
  }
}

TYPED_TEST(KeyRangeTest, RefusesWhatDoesNotFit) {
  ASSERT_OK(this->store_->CreateDataset("keyed", testkit::CitySchema(), {.key = {"city", "id"}}));
  ASSERT_OK(this->store_->CreateDataset("ordered", testkit::CitySchema()));
  const Dataset dataset = Newest(*this->store_);
  const auto expect = [&](const KeyRangeOptions& range, absl::StatusCode code, const char* text) {
    const absl::Status status = dataset.Range(range).status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_NE(status.message().find(text), absl::string_view::npos) << status;
  };
  expect({.from = Key(7)}, absl::StatusCode::kInvalidArgument, "from: key field \"city\"");
  expect({.to = Key({"a", "b"})}, absl::StatusCode::kInvalidArgument, "to: key field \"id\"");
  expect({.prefix = Key("\xff")}, absl::StatusCode::kInvalidArgument, "prefix: key field \"city\"");
  expect({.from = Key({"a", 1, 2})}, absl::StatusCode::kInvalidArgument, "parts");
  expect({.columns = {"town"}}, absl::StatusCode::kNotFound, "town");
  ASSERT_OK_AND_ASSIGN(const Dataset ordered, this->store_->GetSnapshot().GetDataset("ordered"));
  EXPECT_EQ(ordered.Range().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Rows(dataset, {}).empty());
}

// Segments that do not overlap, in the order of their keys or not: batches are slices of the map,
// and a range opens what it reads.
TYPED_TEST(KeyRangeTest, OpensTheSegmentsThatItReads) {
  this->Reopen({.small_commit_bytes = 0});
  ASSERT_OK(this->store_->CreateDataset("keyed", IntegerSchema(), {.key = {"k0"}}));
  for (const int64_t part : {3, 0, 9, 1, 7, 2, 8, 5, 4, 6}) {
    ASSERT_OK(Upsert(*this->store_, Integers(part * 1000, 1000)));
  }
  ASSERT_GE(Newest(*this->store_).segments().size(), 10u);
  const auto opened = [&](const KeyRangeOptions& range, size_t rows) {
    this->Reopen();
    const Dataset dataset = Newest(*this->store_);
    EXPECT_EQ(Rows(dataset, range).size(), rows);
    return dataset.impl().cache->read_stats()->segments_opened.load();
  };
  EXPECT_EQ(opened({.limit = 10}, 10), 1u);
  EXPECT_EQ(opened({.backward = true, .limit = 10}, 10), 1u);
  EXPECT_EQ(opened({.from = Key(2995), .limit = 10}, 10), 2u);
  EXPECT_EQ(opened({.to = Key(3005), .backward = true, .limit = 10}, 10), 2u);
  EXPECT_EQ(opened({.from = Key(5100), .to = Key(5200)}, 100), 1u);
  EXPECT_EQ(opened({.from = Key(5000), .to = Key(7000)}, 2000), 2u);
  EXPECT_EQ(opened({.from = Key(20'000)}, 0), 0u);
  EXPECT_EQ(opened({.from = Key(7), .to = Key(7)}, 0), 0u);
  EXPECT_EQ(opened({.from = Key(9), .to = Key(7)}, 0), 0u);
  EXPECT_EQ(opened({.limit = 0}, 0), 0u);
  EXPECT_EQ(opened({}, 10'000), Newest(*this->store_).segments().size());
}

TYPED_TEST(KeyRangeTest, RowsOfOneSegmentAreNotCopied) {
  this->Reopen({.small_commit_bytes = 0});
  ASSERT_OK(this->store_->CreateDataset("keyed", IntegerSchema(), {.key = {"k0"}}));
  for (int64_t part = 0; part < 4; ++part) {
    ASSERT_OK(Upsert(*this->store_, Integers(part * 1000, 1000)));
  }
  const Dataset dataset = Newest(*this->store_);
  ASSERT_OK_AND_ASSIGN(const auto scan, dataset.Scan());
  ASSERT_OK_AND_ASSIGN(const auto range, dataset.Range());
  RecordBatch stored;
  RecordBatch batch;
  for (size_t i = 0; i < dataset.segments().size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const bool more_stored, scan->Next(&stored));
    ASSERT_OK_AND_ASSIGN(const bool more, range->Next(&batch));
    ASSERT_TRUE(more_stored && more);
    EXPECT_TRUE(batch.Equals(stored));
    for (size_t column = 0; column < batch.columns().size(); ++column) {
      EXPECT_EQ(batch.column(column).data()->values.data(),
                stored.column(column).data()->values.data());
    }
  }
  ASSERT_OK_AND_ASSIGN(const bool more, range->Next(&batch));
  EXPECT_FALSE(more);
}

// Every second key in one segment, the others in another; then stretches in turn.
TYPED_TEST(KeyRangeTest, MergesSegmentsThatInterleave) {
  ASSERT_OK(this->store_->CreateDataset("keyed", IntegerSchema(), {.key = {"k0"}}));
  ASSERT_OK(Upsert(*this->store_, Integers(0, 6000, 2)));
  ASSERT_OK(Upsert(*this->store_, Integers(1, 6000, 2)));
  // Of these 12,000 rows, 100 of every 1,000 and 700 at the end come from other segments.
  for (int64_t i = 0; i < 10; ++i) ASSERT_OK(Upsert(*this->store_, Integers(i * 1000, 100)));
  ASSERT_OK(Upsert(*this->store_, Integers(11'300, 700)));
  const Dataset dataset = Newest(*this->store_);
  for (const bool backward : {false, true}) {
    const RangeRows rows = Rows(dataset, {.backward = backward});
    ASSERT_EQ(rows.size(), 12'000u);
    for (int64_t i = 0; i < 12'000; ++i) {
      const int64_t id = backward ? 11'999 - i : i;
      ASSERT_EQ(rows[static_cast<size_t>(i)], std::pair(Key(id), id));
    }
  }
}

TYPED_TEST(KeyRangeTest, ReadsTheColumnsThatAreAskedFor) {
  const Schema schema = *Schema::Make({{"id", Int64(), false},
                                       {"place", Struct({{"name", Utf8()}, {"zip", Int32()}})},
                                       {"amount", Float64()}});
  ASSERT_OK(this->store_->CreateDataset("keyed", schema, {.key = {"id"}}));
  for (const int64_t first : {0, 1}) {
    RecordBatchBuilder builder(schema);
    for (int64_t id = first; id < 500; id += 2) {
      ASSERT_OK(builder.column(0).AppendInt64(id));
      if (id % 3 == 0) {
        builder.column(1).AppendNull();
      } else {
        ASSERT_OK(builder.column(1).child(0).AppendBytes(base::StrCat("place ", id)));
        ASSERT_OK(builder.column(1).child(1).AppendInt64(id * 10));
        ASSERT_OK(builder.column(1).AppendNested());
      }
      ASSERT_OK(builder.column(2).AppendDouble(0.5));
    }
    ASSERT_OK_AND_ASSIGN(const RecordBatch rows, builder.Finish());
    ASSERT_OK(Upsert(*this->store_, rows));
  }
  ASSERT_OK_AND_ASSIGN(
      const auto reader,
      Newest(*this->store_)
          .Range({.from = Key(100), .to = Key(200), .columns = {"place.zip", "id"}}));
  RecordBatch batch;
  ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&batch));
  ASSERT_TRUE(more);
  ASSERT_EQ(batch.rows(), 100);
  EXPECT_EQ(batch.schema().field(0).name, "place.zip");
  for (int64_t row = 0; row < 100; ++row) {
    EXPECT_EQ(batch.column(1).GetInt64(row), 100 + row);
    EXPECT_EQ(batch.column(0).IsNull(row), (100 + row) % 3 == 0);
    EXPECT_EQ(batch.column(0).GetInt64(row), (100 + row) % 3 == 0 ? 0 : 1000 + row * 10);
  }
}

// What is copied at once is bounded by bytes too.
TYPED_TEST(KeyRangeTest, BatchesOfWideRowsAreSmaller) {
  const Schema schema = *Schema::Make({{"value", Binary()}, {"k0", Int64(), false}});
  ASSERT_OK(this->store_->CreateDataset("keyed", schema, {.key = {"k0"}}));
  for (const int64_t first : {0, 1}) {
    RecordBatchBuilder builder(schema);
    for (int64_t id = first; id < 60; id += 2) {
      ASSERT_OK(builder.column(0).AppendBytes(std::string(1 << 20, static_cast<char>(id))));
      ASSERT_OK(builder.column(1).AppendInt64(id));
    }
    ASSERT_OK_AND_ASSIGN(const RecordBatch rows, builder.Finish());
    ASSERT_OK(Upsert(*this->store_, rows));
  }
  for (const bool backward : {false, true}) {
    ASSERT_OK_AND_ASSIGN(const auto reader, Newest(*this->store_).Range({.backward = backward}));
    int64_t rows = 0;
    RecordBatch batch;
    for (;;) {
      ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&batch));
      if (!more) break;
      EXPECT_LE(batch.rows(), 17);
      for (int64_t row = 0; row < batch.rows(); ++row, ++rows) {
        const int64_t id = backward ? 59 - rows : rows;
        EXPECT_EQ(batch.column(1).GetInt64(row), id);
        EXPECT_EQ(batch.column(0).GetBytes(row), std::string(1 << 20, static_cast<char>(id)));
      }
    }
    EXPECT_EQ(rows, 60);
  }
}

TYPED_TEST(KeyRangeTest, ATransactionSeesItsOwnRows) {
  ASSERT_OK(this->store_->CreateDataset("keyed", IntegerSchema(), {.key = {"k0"}}));
  ASSERT_OK(Upsert(*this->store_, Integers(0, 10)));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  ASSERT_OK(transaction.Upsert("keyed", Integers(10, 2)));
  ASSERT_OK(transaction.Delete("keyed", std::vector<Key>{Key(8)}));
  ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
  const KeyRangeOptions range{.from = Key(7)};
  EXPECT_EQ(Rows(own, range), (RangeRows{{Key(7), 7}, {Key(9), 9}, {Key(10), 10}, {Key(11), 11}}));
  EXPECT_EQ(Rows(Newest(*this->store_), range), (RangeRows{{Key(7), 7}, {Key(8), 8}, {Key(9), 9}}));
}

TYPED_TEST(KeyRangeTest, AReaderOutlivesItsStore) {
  ASSERT_OK(this->store_->CreateDataset("keyed", IntegerSchema(), {.key = {"k0"}}));
  ASSERT_OK(Upsert(*this->store_, Integers(0, 3000)));
  std::unique_ptr<BatchReader> reader;
  { ASSERT_OK_AND_ASSIGN(reader, Newest(*this->store_).Range({.from = Key(10)})); }
  ASSERT_OK(Upsert(*this->store_, Integers(0, 3000, 2)));
  this->store_.reset();
  const RangeRows rows = ReadRange(*reader);
  ASSERT_EQ(rows.size(), 2990u);
  EXPECT_EQ(rows.front(), std::pair(Key(10), int64_t{10}));
}

}  // namespace
}  // namespace ashlar
