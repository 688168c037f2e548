// What is read back: all that was acknowledged, or an error; never a wrong value.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "src/base/bytes.h"
#include "src/base/crc32c.h"
#include "src/io/atomic_pointer.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "src/manifest/invariants.h"
#include "src/manifest/manifest_log.h"
#include "src/manifest/manifest_store.h"
#include "tests/manifest/manifest_testing.h"
#include "tests/testing/corruption.h"

namespace ashlar::manifest {
namespace {

class Recovery : public testing::Test {
 protected:
  void Create() {
    set_ = std::make_shared<const VersionSet>(EmptySet());
    store_ = *ManifestStore::Create(files_, *set_);
    Append(CreateDataset(*set_, 1, "orders", {MakeSegment(1), MakeSegment(2)}));
  }
  void Append(const ManifestEdit& edit) {
    before_ = set_;
    bytes_before_ = store_->file_bytes();
    set_ = *Apply(*set_, edit);
    const auto appended = store_->Append(edit, *set_);
    ASSERT_TRUE(appended.ok()) << appended.status();
  }
  std::string Read() {
    const auto recovered = ReadManifest(files_);
    return recovered.ok() ? Describe(*recovered->set) : recovered.status().ToString();
  }

  io::MemoryFileSystem files_;
  std::unique_ptr<ManifestStore> store_;
  std::shared_ptr<const VersionSet> set_;
  std::shared_ptr<const VersionSet> before_;
  uint64_t bytes_before_ = 0;
};

// What no writer of ours writes: checksums are right, but content changes without a version.
TEST_F(Recovery, ACompactionThatDoesNotFitIsDamage) {
  Create();
  ManifestEdit forged = CompactRun(*set_, 1, 0, 2);
  forged.compactions[0].splices[0].removed = 1;
  ASSERT_TRUE(store_->Append(forged, *set_).ok());
  const auto recovered = ReadManifest(files_);
  EXPECT_TRUE(absl::IsDataLoss(recovered.status())) << recovered.status();
  EXPECT_NE(recovered.status().ToString().find("live rows"), std::string::npos);
}

TEST_F(Recovery, ASegmentWithoutRowsIsDamage) {
  Create();
  auto empty = std::make_shared<SegmentMeta>(*MakeSegment(900));
  empty->rows = 0;
  const ManifestEdit forged = CreateDataset(*set_, 77, "forged", {empty});
  ASSERT_TRUE(store_->Append(forged, *set_).ok());
  const auto recovered = ReadManifest(files_);
  EXPECT_TRUE(absl::IsDataLoss(recovered.status())) << recovered.status();
  EXPECT_NE(recovered.status().ToString().find("without rows"), std::string::npos);
}

TEST_F(Recovery, RandomHistoriesComeBackFromEditsAndFromCheckpoints) {
  base::Random random(11);
  for (int round = 0; round < 10; ++round) {
    io::MemoryFileSystem files;
    auto set = std::make_shared<const VersionSet>(EmptySet());
    auto store = *ManifestStore::Create(files, *set);
    for (int i = 0; i < 30; ++i) {
      const ManifestEdit edit = RandomEdit(*set, random);
      const auto next = Apply(*set, edit);
      ASSERT_TRUE(next.ok()) << next.status();
      ASSERT_TRUE(CheckTransition(*set, **next).ok()) << CheckTransition(*set, **next);
      set = *next;
      ASSERT_TRUE(store->Append(edit, *set).ok());
      if (random.OneIn(10)) {
        ASSERT_TRUE(store->Roll(*set).ok());
      }
    }
    auto recovered = ReadManifest(files);
    ASSERT_TRUE(recovered.ok()) << recovered.status();
    EXPECT_EQ(Describe(*recovered->set), Describe(*set));
    ASSERT_TRUE(store->Roll(*set).ok());
    recovered = ReadManifest(files);
    ASSERT_TRUE(recovered.ok()) << recovered.status();
    EXPECT_EQ(Describe(*recovered->set), Describe(*set));
    const auto& versions = recovered->set->versions;
    for (size_t i = 1; i < versions.size(); ++i) {
      for (const auto& [name, state] : set->versions[i]->datasets) {
        const auto old = set->versions[i - 1]->datasets.find(name);
        if (old == set->versions[i - 1]->datasets.end() || old->second != state) continue;
        EXPECT_EQ(versions[i]->datasets.at(name), versions[i - 1]->datasets.at(name));
      }
    }
  }
}

TEST_F(Recovery, TornLastRecordLeavesTheValueBefore) {
  Create();
  Append(AppendSegment(*set_, 1));
  const std::string name = io::ManifestName(1);
  const std::string whole = testkit::ReadFile(files_, name);
  for (uint64_t size = bytes_before_; size < whole.size(); ++size) {
    testkit::WriteFile(files_, name, whole.substr(0, size));
    const auto recovered = ReadManifest(files_);
    ASSERT_TRUE(recovered.ok()) << size << recovered.status();
    EXPECT_EQ(recovered->valid_bytes, bytes_before_);
    EXPECT_EQ(Describe(*recovered->set), Describe(*before_));
    testkit::WriteFile(files_, name, whole.substr(0, size) + std::string(whole.size() - size, 0));
    const std::string zeros = Read();
    EXPECT_TRUE(zeros == Describe(*before_) || zeros == Describe(*set_)) << zeros;
  }
}

TEST_F(Recovery, EveryFlipOfAnUncleanFileLosesAtMostTheLastEdit) {
  Create();
  Append(AppendSegment(*set_, 1));
  Append(AppendSegment(*set_, 1));
  const std::string name = io::ManifestName(1);
  for (uint64_t at = 0; at < store_->file_bytes(); ++at) {
    testkit::FlipByte(files_, name, at, 0x10);
    const auto recovered = ReadManifest(files_);
    if (at < bytes_before_) {
      EXPECT_EQ(recovered.status().code(), absl::StatusCode::kDataLoss) << at;
      EXPECT_NE(recovered.status().ToString().find(name), std::string::npos);
    } else {
      ASSERT_TRUE(recovered.ok()) << at << recovered.status();
      EXPECT_EQ(Describe(*recovered->set), Describe(*before_)) << at;
    }
    testkit::FlipByte(files_, name, at, 0x10);
  }
  EXPECT_EQ(Read(), Describe(*set_));
}

TEST_F(Recovery, EveryFlipAndCutOfACleanStoreIsFound) {
  Create();
  Append(CreateKeyedDataset(*set_, 2, "users", {MakeSegment(4), MakeSegment(5)}));
  Append(KillRows(*set_, 2, 4, {0, 3, 4}));
  ManifestEdit seal;
  seal.durable_logs = {{1, 4096}};
  Append(seal);
  ASSERT_TRUE(store_->CloseClean().ok());
  ASSERT_TRUE(ReadManifest(files_)->clean);
  for (const std::string& name : {io::ManifestName(1), std::string(io::kCurrentName)}) {
    const std::string whole = testkit::ReadFile(files_, name);
    for (uint64_t at = 0; at < whole.size(); ++at) {
      for (const uint8_t mask : {0x01, 0x80}) {
        testkit::FlipByte(files_, name, at, mask);
        const absl::Status status = ReadManifest(files_).status();
        EXPECT_TRUE(absl::IsDataLoss(status) || absl::IsUnimplemented(status)) << at << status;
        testkit::FlipByte(files_, name, at, mask);
      }
      testkit::WriteFile(files_, name, whole.substr(0, at));
      EXPECT_TRUE(absl::IsDataLoss(ReadManifest(files_).status())) << at;
      testkit::WriteFile(files_, name, whole);
    }
  }
  testkit::WriteFile(files_, io::ManifestName(1),
                     testkit::ReadFile(files_, io::ManifestName(1)) + std::string(8, '\0'));
  EXPECT_TRUE(absl::IsDataLoss(ReadManifest(files_).status()));
}

TEST_F(Recovery, OtherVersionsAreRefusedByName) {
  Create();
  const std::string name = io::ManifestName(1);
  const std::string whole = testkit::ReadFile(files_, name);
  const auto refuse = [&](uint32_t offset, uint32_t value) {
    std::string changed = whole;
    base::StoreLittle<uint32_t>(reinterpret_cast<std::byte*>(changed.data()) + offset, value);
    base::StoreLittle<uint32_t>(reinterpret_cast<std::byte*>(changed.data()) + 60,
                                base::Crc32c(base::AsBytes(changed).first(60)));
    testkit::WriteFile(files_, name, changed);
    return ReadManifest(files_).status();
  };
  EXPECT_TRUE(absl::IsUnimplemented(refuse(8, 9)));
  EXPECT_NE(refuse(8, 9).ToString().find("version 9 is too new"), std::string::npos);
  EXPECT_NE(refuse(8, 1).ToString().find("version 1 is too old"), std::string::npos);
  EXPECT_NE(refuse(8, 0).ToString().find("version 0 is too old"), std::string::npos);
  EXPECT_NE(refuse(12, 4).ToString().find("feature flags 4 are too new"), std::string::npos);
  const std::string kind = EncodeRecord(static_cast<format::RecordKind>(3), {}, 1, 0);
  testkit::WriteFile(files_, name, whole + kind);
  const absl::Status newer = ReadManifest(files_).status();
  EXPECT_TRUE(absl::IsUnimplemented(newer));
  EXPECT_NE(newer.ToString().find("record kind 3"), std::string::npos) << newer;
}

TEST_F(Recovery, MissingFiles) {
  EXPECT_TRUE(absl::IsNotFound(ReadManifest(files_).status()));
  Create();
  ASSERT_TRUE(files_.Unlink(io::ManifestName(1)).ok());
  EXPECT_TRUE(absl::IsDataLoss(ReadManifest(files_).status()));
}

// Printed, not judged: a shared machine keeps no times.
void PrintReadTime(io::FileSystem& files, const char* what) {
  auto best = std::chrono::nanoseconds::max();
  for (int i = 0; i < 7; ++i) {
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE(ReadManifest(files).ok());
    best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
  }
  std::printf("%s: %.2f ms\n", what, static_cast<double>(best.count()) / 1e6);
}

TEST_F(Recovery, TenThousandSegmentsDecodeFast) {
  std::vector<std::shared_ptr<const SegmentMeta>> segments;
  for (uint64_t id = 1; id <= 10'000; ++id) segments.push_back(MakeSegment(id));
  const VersionSet empty = EmptySet();
  set_ = *Apply(empty, CreateDataset(empty, 1, "big", segments));
  store_ = *ManifestStore::Create(files_, *set_);
  PrintReadTime(files_, "10,000 segments");
  for (int i = 0; i < 1000; ++i) Append(AppendSegment(*set_, 1, 10));
  PrintReadTime(files_, "10,000 segments and 1,000 edits, 10 versions kept");
  EXPECT_EQ(Read(), Describe(*set_));
}

}  // namespace
}  // namespace ashlar::manifest
