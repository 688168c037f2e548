// Zero-copy views: what they outlive, how they are counted, and whom they never hold up.

#include <atomic>
#include <thread>

#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

template <typename PlaceType>
class PinnedViewsTest : public StoreTest<PlaceType> {
 protected:
  RecordBatch FirstBatch(const Dataset& dataset) {
    auto reader = dataset.Scan();
    EXPECT_TRUE(reader.ok()) << reader.status();
    RecordBatch batch;
    EXPECT_OK((*reader)->Next(&batch));
    return batch;
  }
};
TYPED_TEST_SUITE(PinnedViewsTest, Places);

TYPED_TEST(PinnedViewsTest, OutliveSnapshotDatasetStoreExpiryAndUnlinkAcrossThreads) {
  this->Reopen({.retention = Retention{.count = 1}});
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const RecordBatch rows = CityRows(0, 3000);
  ASSERT_OK(ReplaceAll(*this->store_, "orders", rows));
  RecordBatch view;
  {
    const Snapshot snapshot = this->store_->GetSnapshot();
    ASSERT_OK_AND_ASSIGN(const Dataset orders, snapshot.GetDataset("orders"));
    view = this->FirstBatch(orders);
  }
  // Its file is unlinked: no version and no snapshot reaches it any more.
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(50000, 100)));
  ASSERT_OK(this->store_->CollectGarbage(false));
  EXPECT_LE(this->store_->stats().segment_files, 1u);
  const RecordBatch expected = *rows.Slice(0, view.rows());
  EXPECT_TRUE(view.Equals(expected));
  this->store_.reset();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([copy = view, &expected] { EXPECT_TRUE(copy.Equals(expected)); });
  }
  for (std::thread& thread : threads) thread.join();
  std::thread([last = std::move(view), &expected] { EXPECT_TRUE(last.Equals(expected)); }).join();
}

TYPED_TEST(PinnedViewsTest, OutliveTheTransactionThatReadThem) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  RecordBatch view;
  {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
    ASSERT_OK(transaction.Append("orders", CityRows(0, 500)));
    ASSERT_OK_AND_ASSIGN(const Dataset pending, transaction.Read("orders"));
    view = this->FirstBatch(pending);
    std::move(transaction).Abort();
  }
  this->store_.reset();
  EXPECT_TRUE(view.Equals(*CityRows(0, 500).Slice(0, view.rows())));
}

TYPED_TEST(PinnedViewsTest, SlicesShareTheBytesAndCheckTheirBounds) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 3000)));
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  const RecordBatch batch = this->FirstBatch(orders);
  const PinnedBytes& bytes = batch.column(0).data()->values;
  ASSERT_GT(bytes.size(), 64u);
  ASSERT_OK_AND_ASSIGN(const PinnedBytes slice, bytes.Slice(8, 16));
  EXPECT_EQ(slice.data(), bytes.data() + 8);  // nothing was copied
  EXPECT_EQ(slice.size(), 16u);
  EXPECT_EQ(slice.owner(), bytes.owner());
  EXPECT_OK(bytes.Slice(bytes.size(), 0));
  EXPECT_TRUE(absl::IsOutOfRange(bytes.Slice(bytes.size(), 1).status()));
  EXPECT_TRUE(absl::IsOutOfRange(bytes.Slice(bytes.size() + 1, 0).status()));
  EXPECT_TRUE(absl::IsOutOfRange(bytes.Slice(1, UINT64_MAX).status()));
  EXPECT_TRUE(absl::IsOutOfRange(batch.Slice(batch.rows(), 1).status()));
  ASSERT_OK_AND_ASSIGN(const RecordBatch rows, batch.Slice(100, 50));
  EXPECT_EQ(rows.column(0).data()->values.data(), bytes.data());
  EXPECT_TRUE(rows.Equals(CityRows(100, 50)));
}

TYPED_TEST(PinnedViewsTest, AreCountedAndBackToZero) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 3000)));
  EXPECT_EQ(this->store_->stats().pins.views, 0u);
  EXPECT_EQ(this->store_->stats().pins.snapshots, 0u);
  {
    const Snapshot snapshot = this->store_->GetSnapshot();
    const Snapshot second = snapshot.Clone();
    ASSERT_OK_AND_ASSIGN(const Dataset orders, snapshot.GetDataset("orders"));
    const RecordBatch batch = this->FirstBatch(orders);
    const PinStats pins = this->store_->stats().pins;
    EXPECT_EQ(pins.snapshots, 2u);
    EXPECT_EQ(pins.oldest_version, snapshot.version());
    EXPECT_EQ(pins.views, 3u);  // a column each
    EXPECT_GT(pins.bytes, 3000u);
  }
  const PinStats pins = this->store_->stats().pins;
  EXPECT_EQ(pins.snapshots, 0u);
  EXPECT_EQ(pins.views, 0u);
  EXPECT_EQ(pins.bytes, 0u);
  EXPECT_EQ(pins.oldest_version, 0u);
}

// A writer that waited for a view would never come to an end here: the views go only after it.
TYPED_TEST(PinnedViewsTest, HeldInManyThreadsNeverHoldUpAWriter) {
  constexpr int kHolders = 6;
  this->Reopen({.retention = Retention{.count = 1}});
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 500)));
  std::atomic<bool> written{false};
  std::atomic<int> holding{0};
  std::vector<std::thread> holders;
  for (int i = 0; i < kHolders; ++i) {
    holders.emplace_back([&] {
      std::vector<std::pair<Snapshot, RecordBatch>> held;
      while (!written) {
        Snapshot snapshot = this->store_->GetSnapshot();
        const auto orders = snapshot.GetDataset("orders");
        ASSERT_OK(orders);
        RecordBatch batch = this->FirstBatch(*orders);
        held.emplace_back(std::move(snapshot), std::move(batch));
        if (held.size() == 1) ++holding;
        std::this_thread::yield();
      }
      for (const auto& [snapshot, batch] : held) {
        const auto orders = snapshot.GetDataset("orders");
        ASSERT_OK(orders);
        EXPECT_TRUE(this->FirstBatch(*orders).Equals(batch));
      }
    });
  }
  while (holding < kHolders) std::this_thread::yield();
  for (int64_t round = 1; round <= 25; ++round) {
    EXPECT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 500, round)));
    EXPECT_OK(this->store_->Expire(Retention{.count = 1}, false));
    EXPECT_OK(this->store_->CollectGarbage(false));
  }
  EXPECT_GE(this->store_->stats().pins.snapshots, static_cast<uint64_t>(kHolders));
  written = true;
  for (std::thread& holder : holders) holder.join();
  EXPECT_EQ(this->store_->stats().pins.snapshots, 0u);
  EXPECT_EQ(this->store_->stats().pins.views, 0u);
  ASSERT_OK(this->store_->CollectGarbage(false));
  EXPECT_LE(this->store_->stats().segment_files, 2u);  // the newest and the holder of its chunks
}

}  // namespace
}  // namespace ashlar::testkit
