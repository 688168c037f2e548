// One publication at a time, readers at any time.
#include "src/manifest/publisher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "src/io/memory_file_system.h"
#include "tests/manifest/manifest_testing.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::manifest {
namespace {

class PublisherTest : public testing::Test {
 protected:
  PublisherTest() {
    auto initial = std::make_shared<const VersionSet>(EmptySet());
    auto store = *ManifestStore::Create(files_, *initial);
    publisher_ =
        std::make_unique<Publisher>(std::move(store), initial, [this](const auto&) { ++swaps_; });
    EXPECT_TRUE(publisher_
                    ->Publish([](const VersionSet& base) {
                      return CreateDataset(base, 1, "orders", {MakeSegment(1)});
                    })
                    .ok());
  }

  io::MemoryFileSystem files_;
  std::atomic<int> swaps_{0};
  std::unique_ptr<Publisher> publisher_;
};

TEST_F(PublisherTest, EmptyAndRefusedEditsPublishNothing) {
  const auto before = publisher_->current();
  const uint64_t bytes = publisher_->manifest_file_bytes();
  EXPECT_TRUE(publisher_->Publish([](const VersionSet&) { return ManifestEdit(); }).ok());
  EXPECT_FALSE(publisher_
                   ->Publish([](const VersionSet&) -> absl::StatusOr<ManifestEdit> {
                     return absl::AbortedError("no");
                   })
                   .ok());
  const auto broken = publisher_->Publish([](const VersionSet& base) {
    ManifestEdit edit = NextVersion(base);
    edit.version->version += 5;
    return edit;
  });
  EXPECT_EQ(broken.status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(publisher_->current(), before);
  EXPECT_EQ(publisher_->manifest_file_bytes(), bytes);
  EXPECT_EQ(swaps_, 1);
}

// A sync that was not begun, for want of a descriptor, may be tried again; one that failed may not.
TEST_F(PublisherTest, AFailedSyncOfADirectoryMakesReadOnly) {
  const auto injector = std::make_shared<testkit::FaultInjector>();
  testkit::FaultyFileSystem faulty(files_.NewHandle(), injector);
  injector->Arm({.calls = testkit::kSyncDirectoryCall,
                 .status = absl::ResourceExhaustedError("no descriptor")});
  EXPECT_TRUE(absl::IsResourceExhausted(publisher_->SyncDirectory(faulty, "")));
  EXPECT_FALSE(publisher_->failed());
  EXPECT_TRUE(publisher_->SyncDirectory(faulty, "").ok());
  injector->Arm({.calls = testkit::kSyncDirectoryCall});
  EXPECT_FALSE(publisher_->SyncDirectory(faulty, "").ok());
  EXPECT_TRUE(publisher_->failed());
  EXPECT_TRUE(publisher_->read_only());
}

TEST_F(PublisherTest, ReadersSeeWholeVersionsInOrder) {
  std::atomic<bool> stop{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      uint64_t last = 0;
      while (!stop) {
        const auto set = publisher_->current();
        EXPECT_GE(set->current()->version, last);
        last = set->current()->version;
        EXPECT_EQ(set->current()->datasets.at("orders")->segments.size(), last);
      }
    });
  }
  std::vector<std::jthread> writers;
  for (int i = 0; i < 2; ++i) {
    writers.emplace_back([&] {
      for (int n = 0; n < 100; ++n) {
        EXPECT_TRUE(
            publisher_->Publish([](const VersionSet& base) { return AppendSegment(base, 1, 10); })
                .ok());
      }
    });
  }
  writers.clear();
  stop = true;
  threads.clear();
  EXPECT_EQ(publisher_->current()->current()->version, 201u);
  EXPECT_EQ(swaps_, 201);
  ASSERT_TRUE(publisher_->Roll().ok());
  EXPECT_EQ(publisher_->manifest_number(), 2u);
  ASSERT_TRUE(publisher_->CloseClean().ok());
  EXPECT_EQ(Describe(*ReadManifest(files_)->set), Describe(*publisher_->current()));
}

}  // namespace
}  // namespace ashlar::manifest
