// Datasets as Arrow streams, and Arrow streams as what datasets are written from.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/arrow.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/random_data.h"

namespace ashlar::testkit {
namespace {

void ExportDataset(const Dataset& dataset, ArrowArrayStream* stream) {
  auto reader = dataset.Scan();
  ASSERT_TRUE(reader.ok()) << StatusOf(reader);
  ASSERT_OK(ExportArrowStream(*std::move(reader), stream));
}

// Through both interfaces and back.
std::unique_ptr<BatchReader> ThroughArrow(const Dataset& dataset) {
  ArrowArrayStream stream = {};
  ExportDataset(dataset, &stream);
  auto imported = ImportArrowStream(&stream);
  EXPECT_TRUE(imported.ok()) << StatusOf(imported);
  return *std::move(imported);
}

absl::StatusOr<WriteStats> ReplaceFrom(Store& store, std::string_view dataset,
                                       BatchReader& batches) {
  auto transaction = store.BeginWrite();
  if (!transaction.ok()) return transaction.status();
  if (absl::Status written = transaction->Replace(dataset, batches); !written.ok()) return written;
  return std::move(*transaction).Commit();
}

template <typename PlaceType>
class ArrowStreamTest : public StoreTest<PlaceType> {
 protected:
  Dataset Get(Store& store, std::string_view name) {
    auto dataset = store.GetSnapshot().GetDataset(name);
    EXPECT_OK(dataset);
    return *std::move(dataset);
  }

  // Writes `rows` here and streams them into another store, twice.
  void ExpectRoundTrip(const RecordBatch& rows) {
    ASSERT_OK(this->store_->CreateDataset("rows", rows.schema()));
    ASSERT_OK(ReplaceAll(*this->store_, "rows", rows));
    const Dataset here = Get(*this->store_, "rows");

    MemoryPlace elsewhere;
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Store> other, OpenAt(elsewhere));
    ASSERT_OK(other->CreateDataset("rows", rows.schema()));
    ASSERT_OK_AND_ASSIGN(const WriteStats first, ReplaceFrom(*other, "rows", *ThroughArrow(here)));
    const Dataset there = Get(*other, "rows");
    EXPECT_TRUE(ReadAll(there).Equals(rows));
    EXPECT_EQ(first.segments_written, here.segments().size());

    ASSERT_OK_AND_ASSIGN(const WriteStats second, ReplaceFrom(*other, "rows", *ThroughArrow(here)));
    EXPECT_EQ(second.segments_written, 0U);
    EXPECT_EQ(second.chunks_written, 0U);
    EXPECT_EQ(second.segments_skipped, here.segments().size());
    // What came through Arrow is the store's own content to the store it came from.
    ASSERT_OK_AND_ASSIGN(const WriteStats back,
                         ReplaceFrom(*this->store_, "rows", *ThroughArrow(there)));
    EXPECT_EQ(back.segments_written, 0U);
  }
};
TYPED_TEST_SUITE(ArrowStreamTest, Places);

TYPED_TEST(ArrowStreamTest, RowsAndDictionariesGoFromStoreToStore) {
  this->ExpectRoundTrip(CityRows(0, 40000));
  ArrowArrayStream stream = {};
  ExportDataset(this->Get(*this->store_, "rows"), &stream);
  ArrowSchema schema;
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  EXPECT_STREQ(schema.children[0]->format, "l");
  EXPECT_STREQ(schema.children[1]->format, "I");
  ASSERT_NE(schema.children[1]->dictionary, nullptr);
  EXPECT_STREQ(schema.children[1]->dictionary->format, "u");
  schema.release(&schema);
  stream.release(&stream);
}

TYPED_TEST(ArrowStreamTest, EveryTypeGoesFromStoreToStore) {
  base::Random random(3);
  std::vector<Field> fields;
  for (const DataType& type : LeafTypes()) {
    const size_t i = fields.size();
    fields.push_back({base::StrCat("leaf", i), type, i % 3 != 0});
    fields.push_back({base::StrCat("list", i), List(type)});
    fields.push_back({base::StrCat("struct", i), Struct({{"m", type, false}})});
  }
  const Schema schema = *Schema::Make(std::move(fields));
  this->ExpectRoundTrip(RandomBatch(schema, 3000, random, {.cardinality = 30}));
}

TYPED_TEST(ArrowStreamTest, AppendsFromAStreamAndAnEmptyDatasetIsOne) {
  ASSERT_OK(this->store_->CreateDataset("from", CitySchema()));
  ASSERT_OK(this->store_->CreateDataset("to", CitySchema()));
  const auto append = [this] {
    auto transaction = this->store_->BeginWrite();
    ASSERT_TRUE(transaction.ok()) << StatusOf(transaction);
    const auto batches = ThroughArrow(this->Get(*this->store_, "from"));
    ASSERT_OK(transaction->Append("to", *batches));
    ASSERT_OK(std::move(*transaction).Commit());
  };
  append();
  EXPECT_EQ(this->Get(*this->store_, "to").rows(), 0U);
  ASSERT_OK(ReplaceAll(*this->store_, "from", CityRows(0, 500)));
  append();
  append();
  EXPECT_TRUE(ReadAll(this->Get(*this->store_, "to"))
                  .Equals(Concatenate({CityRows(0, 500), CityRows(0, 500)})));
}

// The map must stay: what is read here at the end has no name, no store and no handle any more.
TYPED_TEST(ArrowStreamTest, ArraysOutliveStreamSnapshotStoreAndTheUnlinkedFile) {
  this->Reopen({.retention = Retention{.count = 1}});
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 3000)));
  ArrowArray array;
  ArrowArray amounts;
  {
    ArrowArrayStream stream = {};
    ExportDataset(this->Get(*this->store_, "orders"), &stream);
    ASSERT_EQ(stream.get_next(&stream, &array), 0);
    stream.release(&stream);
  }
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(50000, 100)));
  ASSERT_OK(this->store_->CollectGarbage(false));
  EXPECT_LE(this->store_->stats().segment_files, 1U);
  EXPECT_GT(this->store_->stats().pins.views, 0U);
  const int64_t length = array.length;
  amounts = *array.children[2];
  array.children[2]->release = nullptr;
  const auto* ids = static_cast<const int64_t*>(array.children[0]->buffers[1]);
  for (int64_t row = 0; row < length; ++row) ASSERT_EQ(ids[row], row);
  array.release(&array);
  EXPECT_EQ(this->store_->stats().pins.views, 1U);
  this->store_.reset();
  const auto* values = static_cast<const double*>(amounts.buffers[1]);
  for (int64_t row = 0; row < length; ++row) {
    ASSERT_EQ(values[row], static_cast<double>(row) * 0.37);
  }
  amounts.release(&amounts);
}

}  // namespace
}  // namespace ashlar::testkit
