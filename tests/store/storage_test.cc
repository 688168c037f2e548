// Storage is a dataset's choice that only its bytes show: the same rows, digests and sharing of
// chunks, whatever it is.
#include <string>
#include <utility>
#include <vector>

#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

const DatasetOptions kCompact = {.storage = Storage::kCompact};

// All rows of a dataset at the newest version.
RecordBatch RowsOf(const Store& store, std::string_view name) {
  const auto dataset = store.GetSnapshot().GetDataset(name);
  EXPECT_TRUE(dataset.ok()) << dataset.status();
  return dataset.ok() ? ReadAll(*dataset) : RecordBatch();
}

std::vector<std::string> SegmentDigests(const Store& store, std::string_view name) {
  std::vector<std::string> digests;
  for (const SegmentInfo& info : store.GetSnapshot().GetDataset(name)->segments()) {
    digests.push_back(info.digest);
  }
  return digests;
}

template <typename PlaceType>
class StorageTest : public StoreTest<PlaceType> {};
TYPED_TEST_SUITE(StorageTest, Places);

TYPED_TEST(StorageTest, IsKeptAndShownAndTakesFewerBytes) {
  const RecordBatch rows = CityRows(0, 5000);
  ASSERT_OK(this->store_->CreateDataset("fast", CitySchema()));
  ASSERT_OK_AND_ASSIGN(const WriteStats fast, ReplaceAll(*this->store_, "fast", rows));
  // Other rows, so that nothing is shared.
  const RecordBatch others = CityRows(10'000, 5000);
  ASSERT_OK(this->store_->CreateDataset("compact", CitySchema(), kCompact));
  ASSERT_OK_AND_ASSIGN(const WriteStats compact, ReplaceAll(*this->store_, "compact", others));
  EXPECT_LT(compact.chunk_bytes() * 10, fast.chunk_bytes() * 8);
  this->Reopen();
  const Snapshot snapshot = this->store_->GetSnapshot();
  EXPECT_EQ(snapshot.GetDataset("fast")->storage(), Storage::kFast);
  EXPECT_EQ(snapshot.GetDataset("compact")->storage(), Storage::kCompact);
  EXPECT_TRUE(RowsOf(*this->store_, "fast").Equals(rows));
  EXPECT_EQ(this->store_->stats().reads.chunks_decoded, 0U);
  EXPECT_TRUE(RowsOf(*this->store_, "compact").Equals(others));
  EXPECT_GT(this->store_->stats().reads.chunks_decoded, 0U);
  EXPECT_GT(this->store_->stats().reads.bytes_copied, 0U);
}

// A chunk known in one form is referred to by datasets of the other, and so are whole segments.
TYPED_TEST(StorageTest, ChunksAreSharedBetweenForms) {
  for (const auto& [first, second] : {std::pair(Storage::kFast, Storage::kCompact),
                                      std::pair(Storage::kCompact, Storage::kFast)}) {
    const std::string suffix = first == Storage::kFast ? "1" : "2";
    const int64_t at = first == Storage::kFast ? 0 : 100'000;
    const RecordBatch known = CityRows(at, 5000);
    ASSERT_OK(this->store_->CreateDataset("a" + suffix, CitySchema(), {.storage = first}));
    ASSERT_OK(this->store_->CreateDataset("b" + suffix, CitySchema(), {.storage = second}));
    ASSERT_OK(ReplaceAll(*this->store_, "a" + suffix, known));
    ASSERT_OK_AND_ASSIGN(const WriteStats same, ReplaceAll(*this->store_, "b" + suffix, known));
    EXPECT_EQ(same.segments_written, 0U);
    EXPECT_GT(same.segments_skipped, 0U);
    EXPECT_EQ(SegmentDigests(*this->store_, "a" + suffix),
              SegmentDigests(*this->store_, "b" + suffix));
    // The last column changes, the others are referred to across forms.
    ASSERT_OK(this->store_->CreateDataset("c" + suffix, CitySchema(),
                                          {.boundaries = {.fixed_rows = 5000}, .storage = first}));
    ASSERT_OK(this->store_->CreateDataset("d" + suffix, CitySchema(),
                                          {.boundaries = {.fixed_rows = 5000}, .storage = second}));
    ASSERT_OK(ReplaceAll(*this->store_, "c" + suffix, known));
    const RecordBatch changed = CityRows(at, 5000, 7);
    ASSERT_OK_AND_ASSIGN(const WriteStats partly, ReplaceAll(*this->store_, "d" + suffix, changed));
    EXPECT_EQ(partly.chunks_written, 1U);
    EXPECT_EQ(partly.chunks_skipped, 2U);
    this->Reopen();
    EXPECT_TRUE(RowsOf(*this->store_, "d" + suffix).Equals(changed));
    EXPECT_TRUE(RowsOf(*this->store_, "c" + suffix).Equals(known));
    EXPECT_TRUE(RowsOf(*this->store_, "b" + suffix).Equals(known));
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, this->store_->Verify(/*deep=*/true));
  EXPECT_TRUE(report.damage.empty());
}

// What is decoded belongs to nobody else: it outlives the store.
TYPED_TEST(StorageTest, DecodedColumnsOutliveTheStore) {
  const RecordBatch rows = CityRows(0, 3000);
  ASSERT_OK(this->store_->CreateDataset("d", CitySchema(), kCompact));
  ASSERT_OK(ReplaceAll(*this->store_, "d", rows));
  RecordBatch batch;
  {
    const auto reader = this->store_->GetSnapshot().GetDataset("d")->Scan();
    ASSERT_OK(reader.status());
    ASSERT_TRUE(*(*reader)->Next(&batch));
  }
  this->store_.reset();
  const int64_t count = batch.rows();
  EXPECT_TRUE(batch.Equals(*rows.Slice(0, count)));
}

}  // namespace
}  // namespace ashlar::testkit
