// A store in a directory when the system has no more to give: no space, no descriptors. What is
// refused is not there, what was there is read, and as soon as there is some again the same handle
// goes on.

#include "tests/io/temporary_directory.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/in_child.h"
#include "tests/testing/resource_limit.h"

namespace ashlar::testkit {
namespace {

class LimitsTest : public ::testing::Test {
 protected:
  void Open() {
    auto opened = Store::Open(directory_.path(), {.create_if_missing = true});
    ASSERT_OK(opened.status());
    store_ = *std::move(opened);
  }
  // A store of which a process was killed that had it open.
  void Kill() {
    EXPECT_EQ(InChild([&] {
                Open();
                if (!store_->CreateDataset("d", CitySchema()).ok()) return 1;
                if (!ReplaceAll(*store_, "d", CityRows(0, 5000)).ok()) return 2;
                return AppendAll(*store_, "d", CityRows(5000, 10)).ok() ? 0 : 3;
              }),
              0);
  }
  uint64_t Rows() { return store_->GetSnapshot().GetDataset("d")->rows(); }

  io::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(LimitsTest, AKilledStoreIsOpenedAndReadOnAFullDisk) {
  Kill();
  {
    const FileSizeLimit full(10);
    Open();
    ASSERT_TRUE(store_ != nullptr);
    EXPECT_EQ(Rows(), 5010u);
    EXPECT_TRUE(absl::IsResourceExhausted(ReplaceAll(*store_, "d", CityRows(0, 100)).status()));
    EXPECT_TRUE(absl::IsResourceExhausted(store_->Tag("t", 1)));
    EXPECT_EQ(Rows(), 5010u);
  }
  ASSERT_OK(store_->Tag("t", 1));
  ASSERT_OK(ReplaceAll(*store_, "d", CityRows(0, 100)));
  ASSERT_OK(store_->Close());
  Open();
  EXPECT_TRUE(ReadAll(*store_->GetSnapshot().GetDataset("d")).Equals(CityRows(0, 100)));
}

TEST_F(LimitsTest, WantOfSpaceForTheManifestRefusesTheCommitAlone) {
  Open();
  ASSERT_OK(store_->CreateDataset("d", CitySchema()));
  ASSERT_OK(ReplaceAll(*store_, "d", CityRows(0, 10)));
  for (rlim_t bytes = 0; bytes < 4096; bytes += 256) {
    absl::Status tagged;
    {
      const FileSizeLimit full(bytes);
      tagged = store_->Tag("t", 1);
    }
    EXPECT_TRUE(tagged.ok() || absl::IsResourceExhausted(tagged)) << tagged;
    ASSERT_OK(store_->Tag("t", 1));
  }
}

TEST_F(LimitsTest, WantOfDescriptorsRefusesTheCallAlone) {
  Open();
  ASSERT_OK(store_->CreateDataset("d", CitySchema()));
  ASSERT_OK(ReplaceAll(*store_, "d", CityRows(0, 1000)));
  for (int round = 0; round < 3; ++round) {
    {
      const NoDescriptors exhausted;
      EXPECT_TRUE(
          absl::IsResourceExhausted(ReplaceAll(*store_, "d", CityRows(0, 100, round)).status()));
      EXPECT_TRUE(absl::IsResourceExhausted(Store::Open(directory_.path()).status()));
    }
    ASSERT_OK(ReplaceAll(*store_, "d", CityRows(0, 100, round)));
    EXPECT_TRUE(ReadAll(*store_->GetSnapshot().GetDataset("d")).Equals(CityRows(0, 100, round)));
  }
}

// Every number of descriptors between none and enough, for a process of its own each.
TEST_F(LimitsTest, ALowLimitOfDescriptorsIsAnErrorAtMost) {
  if (kRuntimeNeedsDescriptors) GTEST_SKIP() << "the sanitizer's runtime needs descriptors";
  Kill();
  for (rlim_t limit = 4; limit < 40; ++limit) {
    const int result = InChild([&] {
      const ResourceLimit few(RLIMIT_NOFILE, limit);
      auto opened = Store::Open(directory_.path());
      if (!opened.ok()) return absl::IsResourceExhausted(opened.status()) ? 0 : 1;
      const auto replaced = ReplaceAll(**opened, "d", CityRows(0, 100));
      return replaced.ok() || absl::IsResourceExhausted(replaced.status()) ? 0 : 2;
    });
    EXPECT_EQ(result, 0) << limit;
  }
  Open();
  EXPECT_TRUE(Rows() == 5010 || Rows() == 100);
  EXPECT_OK(ReplaceAll(*store_, "d", CityRows(0, 50)));
}

}  // namespace
}  // namespace ashlar::testkit
