// Versions, tags, retention and time travel, on a directory and on memory.

#include <unistd.h>

#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

template <typename PlaceType>
class HistoryTest : public StoreTest<PlaceType> {};
TYPED_TEST_SUITE(HistoryTest, Places);

TYPED_TEST(HistoryTest, TimeTravelByVersionTimeAndTag) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));  // version 1
  std::vector<std::chrono::system_clock::time_point> times;
  for (int64_t round = 1; round <= 5; ++round) {
    this->clock_.Advance(std::chrono::seconds(10));
    ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 100 * round)));
    times.push_back(this->clock_.Now());
  }
  ASSERT_OK(this->store_->Tag("third", 4, {{"why", "test"}}));
  this->Reopen();
  const auto rows = [](absl::StatusOr<Snapshot> snapshot) {
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return snapshot.ok() ? snapshot->GetDataset("orders")->rows() : 0;
  };
  EXPECT_EQ(rows(this->store_->At(uint64_t{2})), 100u);
  EXPECT_EQ(rows(this->store_->At(times[1])), 200u);
  EXPECT_EQ(rows(this->store_->At(times[1] + std::chrono::seconds(5))), 200u);
  EXPECT_EQ(rows(this->store_->AtTag("third")), 300u);
  EXPECT_EQ(rows(this->store_->AtText("third")), 300u);
  EXPECT_EQ(rows(this->store_->AtText("6")), 500u);
  ASSERT_EQ(this->store_->tags().size(), 1u);
  EXPECT_EQ(this->store_->tags()[0].attributes.at("why"), "test");
  EXPECT_TRUE(absl::IsNotFound(this->store_->At(uint64_t{99}).status()));
  EXPECT_TRUE(absl::IsNotFound(this->store_->AtTag("fourth").status()));
  EXPECT_TRUE(absl::IsNotFound(this->store_->At(times[0] - std::chrono::hours(1000000)).status()));
}

TYPED_TEST(HistoryTest, NewestTenVersionsStayByDefaultAndTagsKeepOthers) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 2000)));
  ASSERT_OK(this->store_->Tag("keep", 2));
  for (int64_t round = 1; round <= 15; ++round) {
    ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 2000, round)));
  }
  EXPECT_EQ(this->store_->versions().size(), 11u);
  ASSERT_OK_AND_ASSIGN(const Snapshot kept, this->store_->AtTag("keep"));
  ASSERT_OK_AND_ASSIGN(const Dataset orders, kept.GetDataset("orders"));
  EXPECT_TRUE(ReadAll(orders).Equals(CityRows(0, 2000)));
  ASSERT_OK(this->store_->DeleteTag("keep"));
  // A snapshot that outlives its store is a reader to the next writer.
  this->Reopen();
  ASSERT_OK(this->store_->Expire(Retention{.count = 1}, false));
  EXPECT_EQ(this->store_->versions().size(), 2u);
  EXPECT_TRUE(ReadAll(orders).Equals(CityRows(0, 2000)));
}

TYPED_TEST(HistoryTest, AReaderAtAnOldVersionKeepsItFromTheWriter) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  for (int64_t round = 1; round <= 5; ++round) {
    ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 2000, round)));
  }
  {
    ASSERT_OK_AND_ASSIGN(auto reader, OpenAt(this->place_, {.mode = AccessMode::kReadOnly}));
    ASSERT_OK_AND_ASSIGN(const Snapshot old, reader->At(uint64_t{3}));
    ASSERT_OK(this->store_->Expire(Retention{.count = 1}, false));
    EXPECT_EQ(this->store_->versions().size(), 2u);
    ASSERT_OK_AND_ASSIGN(const Dataset orders, old.GetDataset("orders"));
    EXPECT_TRUE(ReadAll(orders).Equals(CityRows(0, 2000, 2)));
  }
  ASSERT_OK(this->store_->Expire(Retention{.count = 1}, false));
  EXPECT_EQ(this->store_->versions().size(), 1u);
}

TYPED_TEST(HistoryTest, RetentionByAge) {
  this->Reopen({.retention = Retention{.count = 100, .age = std::chrono::seconds(60)}});
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  for (int64_t round = 1; round <= 10; ++round) {
    this->clock_.Advance(std::chrono::seconds(20));
    ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 500, round)));
  }
  EXPECT_LE(this->store_->versions().size(), 5u);
  EXPECT_GE(this->store_->versions().size(), 3u);
}

TYPED_TEST(HistoryTest, ExpiryRemovesUnreachableFilesAndNothingElse) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  for (int64_t round = 1; round <= 8; ++round) {
    ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 5000, round)));
  }
  ASSERT_OK_AND_ASSIGN(const ExpireReport dry,
                       this->store_->Expire(Retention{.count = 1}, /*dry_run=*/true));
  EXPECT_EQ(dry.versions.size(), 8u);
  EXPECT_EQ(this->store_->versions().size(), 9u);
  const uint64_t files = this->store_->stats().segment_files;
  ASSERT_OK_AND_ASSIGN(const ExpireReport done,
                       this->store_->Expire(Retention{.count = 1}, /*dry_run=*/false));
  EXPECT_GT(done.files_removed, 0u);
  EXPECT_EQ(this->store_->stats().segment_files, files - done.files_removed);
  this->Reopen();
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_TRUE(ReadAll(orders).Equals(CityRows(0, 5000, 8)));
}

TYPED_TEST(HistoryTest, BadTagNamesAndVersionsAreRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(this->store_->Tag("../x", 0)));
  EXPECT_TRUE(absl::IsInvalidArgument(this->store_->Tag("1st", 0)));
  EXPECT_TRUE(absl::IsNotFound(this->store_->Tag("fine", 77)));
  EXPECT_TRUE(absl::IsNotFound(this->store_->DeleteTag("none")));
  EXPECT_TRUE(absl::IsInvalidArgument(this->store_->Expire(Retention{.count = 0}, false).status()));
}

}  // namespace
}  // namespace ashlar::testkit
