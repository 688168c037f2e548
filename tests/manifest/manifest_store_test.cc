// ManifestStore under failing writes, full disks and crashes.
#include "src/manifest/manifest_store.h"

#include <gtest/gtest.h>

#include <set>

#include "src/io/atomic_pointer.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "src/io/posix_file_system.h"
#include "tests/io/temporary_directory.h"
#include "tests/manifest/manifest_testing.h"
#include "tests/testing/corruption.h"
#include "tests/testing/crash_states.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/recording_file_system.h"
#include "tests/testing/resource_limit.h"

namespace ashlar::manifest {
namespace {

using testkit::CrashState;
using testkit::Fault;

class Stored : public testing::Test {
 protected:
  void CreateIn(std::unique_ptr<io::FileSystem> files) {
    files_ = std::move(files);
    set_ = std::make_shared<const VersionSet>(EmptySet());
    store_ = *ManifestStore::Create(*files_, *set_);
    EXPECT_TRUE(Append(CreateDataset(*set_, 1, "orders", {MakeSegment(1)})).ok());
  }
  absl::Status Append(const ManifestEdit& edit) {
    const auto next = *Apply(*set_, edit);
    const auto appended = store_->Append(edit, *next);
    if (appended.ok()) set_ = next;
    return appended.status();
  }
  absl::Status Append() { return Append(AppendSegment(*set_, 1)); }
  void ExpectStored() {
    const auto recovered = ReadManifest(*files_);
    ASSERT_TRUE(recovered.ok()) << recovered.status();
    EXPECT_EQ(Describe(*recovered->set), Describe(*set_));
  }
  // In the file that there is, and then in the next one.
  void ExpectGoesOn() {
    EXPECT_TRUE(Append().ok());
    EXPECT_EQ(store_->manifest_number(), 1u);
    EXPECT_TRUE(store_->Roll(*set_).ok());
    EXPECT_EQ(store_->manifest_number(), 2u);
    ExpectStored();
  }

  std::unique_ptr<io::FileSystem> files_;
  std::unique_ptr<ManifestStore> store_;
  std::shared_ptr<const VersionSet> set_;
};

class Faulty : public Stored {
 protected:
  Faulty() { Restart(); }
  void Restart() {
    injector_ = std::make_shared<testkit::FaultInjector>();
    CreateIn(std::make_unique<testkit::FaultyFileSystem>(std::make_unique<io::MemoryFileSystem>(),
                                                         injector_));
  }

  std::shared_ptr<testkit::FaultInjector> injector_;
};

class InDirectory : public Stored {
 protected:
  InDirectory() { CreateIn(*io::OpenPosixFileSystem(directory_.path())); }

  io::TemporaryDirectory directory_;
};

TEST_F(Faulty, NoSpaceIsRefusedAndHeals) {
  for (uint64_t budget = 0; budget < 140; budget += 7) {
    injector_->SetByteBudget(budget);
    const absl::Status status = Append();
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << budget << status;
    EXPECT_FALSE(store_->read_only());
    ExpectStored();
    injector_->SetByteBudget(std::nullopt);
    EXPECT_TRUE(Append().ok());
    EXPECT_EQ(store_->manifest_number(), 1u);
    ExpectStored();
  }
  ASSERT_TRUE(store_->CloseClean().ok());
  EXPECT_TRUE(ReadManifest(*files_)->clean);
}

TEST_F(Faulty, NoSpaceForARollLeavesTheOldFile) {
  for (uint64_t budget = 0; budget < 290; budget += 13) {
    injector_->SetByteBudget(budget);
    EXPECT_TRUE(absl::IsResourceExhausted(store_->Roll(*set_).status())) << budget;
    injector_->SetByteBudget(std::nullopt);
    EXPECT_FALSE(store_->read_only());
    ExpectStored();
  }
  ExpectGoesOn();
}

// Records are gathered first, so that it is not the append that finds no space.
TEST_F(InDirectory, NoSpaceIsRefusedAndHeals) {
  for (uint64_t room = 0; room < 140; room += 7) {
    absl::Status status;
    {
      const testkit::FileSizeLimit full(store_->file_bytes() + room);
      status = Append();
    }
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << room << status;
    EXPECT_FALSE(store_->read_only());
    ExpectStored();
    EXPECT_TRUE(Append().ok());
    EXPECT_EQ(store_->manifest_number(), 1u);
    ExpectStored();
  }
  ASSERT_TRUE(store_->CloseClean().ok());
  EXPECT_TRUE(ReadManifest(*files_)->clean);
}

TEST_F(InDirectory, NoSpaceForARollLeavesTheOldFile) {
  for (uint64_t room = 0; room < 260; room += 13) {
    absl::Status status;
    {
      const testkit::FileSizeLimit full(room);
      status = store_->Roll(*set_).status();
    }
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << room << status;
    EXPECT_FALSE(store_->read_only());
    ExpectStored();
  }
  ExpectGoesOn();
}

TEST_F(InDirectory, NoDescriptorIsRefusedAndHeals) {
  if (testkit::kRuntimeNeedsDescriptors)
    GTEST_SKIP() << "the sanitizer's runtime needs descriptors";
  for (const bool roll : {false, true, false}) {
    ASSERT_TRUE(store_->CloseClean().ok());
    store_ = ManifestStore::Open(*files_, *ReadManifest(*files_));
    absl::Status status;
    {
      const testkit::NoDescriptors exhausted;
      status = roll ? store_->Roll(*set_).status() : Append();
    }
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_FALSE(store_->read_only());
    ExpectStored();
    EXPECT_TRUE(Append().ok());
    ExpectStored();
  }
}

// Until the new CURRENT is synced, whatever fails has changed nothing.
TEST_F(Faulty, AnErrorBeforeCurrentIsSwappedIsAnOrdinaryOne) {
  for (const testkit::CallSet call : {testkit::kUnlinkCall, testkit::kCreateCall}) {
    ASSERT_TRUE(store_->CloseClean().ok());
    store_ = ManifestStore::Open(*files_, *ReadManifest(*files_));
    injector_->Arm({.calls = call});
    EXPECT_TRUE(absl::IsDataLoss(Append()));
    EXPECT_EQ(injector_->hits(), 1u);
    injector_->Disarm();
    EXPECT_FALSE(store_->read_only());
    ExpectStored();
    EXPECT_TRUE(Append().ok());
    ExpectStored();
  }
}

TEST_F(Faulty, AFailedWriteIsFollowedByANewManifest) {
  injector_->Arm({.calls = testkit::kAppendCall});
  EXPECT_FALSE(Append().ok());
  injector_->Disarm();
  EXPECT_FALSE(store_->read_only());
  ExpectStored();
  EXPECT_TRUE(Append().ok());
  EXPECT_EQ(store_->manifest_number(), 2u);
  ExpectStored();
}

TEST_F(Faulty, AFailedSyncMakesReadOnly) {
  injector_->Arm({.calls = testkit::kSyncCall});
  const absl::Status status = Append();
  EXPECT_NE(status.ToString().find("outcome unknown"), std::string::npos) << status;
  injector_->Disarm();
  EXPECT_TRUE(store_->read_only());
  EXPECT_EQ(Append().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(store_->CloseClean().ok());
}

// Whatever call fails: what was acknowledged is there, and what was refused is not, unless the
// store said that it does not know.
TEST_F(Faulty, EveryCallMayFail) {
  for (const bool forever : {false, true}) {
    for (uint64_t nth = 1; nth < 60; ++nth) {
      Restart();
      injector_->Arm({.calls = testkit::kMutatingCalls, .nth = nth, .forever = forever});
      std::set<std::string> allowed;
      for (int step = 0; step < 4; ++step) {
        const ManifestEdit edit = AppendSegment(*set_, 1);
        const std::string tried = Describe(**Apply(*set_, edit));
        const absl::Status status = Append(edit);
        if (!status.ok() && store_->read_only() && allowed.empty()) allowed.insert(tried);
        if (step == 1) (void)store_->Roll(*set_).status().ok();
      }
      (void)store_->CloseClean().ok();
      const bool hit = injector_->hits() > 0;
      injector_->Disarm();
      allowed.insert(Describe(*set_));
      const auto recovered = ReadManifest(*files_);
      ASSERT_TRUE(recovered.ok()) << nth << recovered.status();
      EXPECT_TRUE(allowed.contains(Describe(*recovered->set))) << nth;
      if (!hit) break;
    }
  }
}

TEST_F(Faulty, CleanStoreIsAppendedToAfterTheMarkIsGone) {
  ASSERT_TRUE(store_->CloseClean().ok());
  auto recovered = *ReadManifest(*files_);
  ASSERT_TRUE(recovered.clean);
  store_ = ManifestStore::Open(*files_, recovered);
  ASSERT_TRUE(store_->CloseClean().ok());
  EXPECT_TRUE(ReadManifest(*files_)->clean);
  store_ = ManifestStore::Open(*files_, recovered);
  EXPECT_TRUE(Append().ok());
  EXPECT_EQ(store_->manifest_number(), 1u);
  EXPECT_FALSE(ReadManifest(*files_)->clean);
  ExpectStored();
  store_ = ManifestStore::Open(*files_, *ReadManifest(*files_));
  EXPECT_TRUE(Append().ok());
  EXPECT_EQ(store_->manifest_number(), 2u);
  ExpectStored();
  ASSERT_TRUE(store_->CloseClean().ok());
  EXPECT_TRUE(ReadManifest(*files_)->clean);
  EXPECT_EQ(Append().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(Faulty, ALongEditLogRollsIntoACheckpoint) {
  const std::string text(1 << 20, 'x');
  uint64_t edit_bytes = 0;
  while (store_->manifest_number() == 1 && edit_bytes < (6u << 20)) {
    ManifestEdit edit;
    edit.set_tags = {{"t", {set_->current()->version, {{"k", text}}}}};
    ASSERT_TRUE(Append(edit).ok());
    edit_bytes += text.size();
  }
  EXPECT_EQ(store_->manifest_number(), 2u);
  EXPECT_EQ(edit_bytes, 4u << 20) << "the edit that would exceed 4 MiB is in the checkpoint";
  EXPECT_LT(store_->file_bytes(), 2u << 20);
  ExpectStored();
}

// Crashes at every operation of create, append, roll, close and going on after a close.
TEST(Crash, EveryStateReadsAsAnAcknowledgedOrThePendingValue) {
  testkit::RecordingFileSystem files;
  std::vector<std::pair<size_t, std::string>> acknowledged;
  auto set = std::make_shared<const VersionSet>(EmptySet());
  auto store = *ManifestStore::Create(files, *set);
  acknowledged.push_back({files.op_count(), Describe(*set)});
  const auto append = [&](const ManifestEdit& edit) {
    set = *Apply(*set, edit);
    ASSERT_TRUE(store->Append(edit, *set).ok());
    acknowledged.push_back({files.op_count(), Describe(*set)});
  };
  append(CreateKeyedDataset(*set, 1, "orders", {MakeSegment(1)}));
  append(AppendSegment(*set, 1));
  append(KillRows(*set, 1, 1, {3, 4}));
  ASSERT_TRUE(store->Roll(*set).ok());
  append(KillRows(*set, 1, 1, {0, 9}));
  append(AppendSegment(*set, 1));
  ASSERT_TRUE(store->CloseClean().ok());
  store = ManifestStore::Open(files, *ReadManifest(files));
  append(KillRows(*set, 1, 2, {1}));
  const testkit::OpLog log = files.log();
  std::set<uint64_t> seen;
  for (size_t point = 0; point <= files.op_count(); ++point) {
    size_t durable = 0;
    while (durable < acknowledged.size() && acknowledged[durable].first <= point) ++durable;
    for (const CrashState& state : testkit::CrashStates(log, point)) {
      const auto left = testkit::Materialize(state);
      const auto recovered = ReadManifest(*left);
      if (durable == 0 && absl::IsNotFound(recovered.status())) continue;
      ASSERT_TRUE(recovered.ok()) << point << state.description << recovered.status();
      const std::string value = Describe(*recovered->set);
      const bool current = durable > 0 && value == acknowledged[durable - 1].second;
      const bool pending = durable < acknowledged.size() && value == acknowledged[durable].second;
      EXPECT_TRUE(current || pending) << point << " " << state.description;
      seen.insert(testkit::ContentHash(state.tree));
      auto reopened = ManifestStore::Open(*left, *recovered);
      EXPECT_TRUE(reopened->Roll(*recovered->set).ok());
      EXPECT_EQ(Describe(*ReadManifest(*left)->set), value);
    }
  }
  EXPECT_GT(seen.size(), 20u);
}

}  // namespace
}  // namespace ashlar::manifest
