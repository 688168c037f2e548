// Only what is ours and dead is removed.
#include "src/compaction/obsolete_files.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "tests/testing/corruption.h"

namespace ashlar::compaction {
namespace {

class ObsoleteFiles : public testing::Test {
 protected:
  ObsoleteFiles() {
    EXPECT_TRUE(files_.CreateDirectory(io::kSegmentsDirectory).ok());
    for (uint64_t id = 1; id <= 6; ++id) Put(io::SegmentName(id));
    for (uint64_t number = 1; number <= 5; ++number) Put(io::ManifestName(number));
    for (const char* name : {"CURRENT", "CURRENT.tmp", "LOCK", "notes.txt", "MANIFEST-1",
                             "segments/1.seg", "segments/000000000001.seg.bak"}) {
      Put(name);
    }
  }
  void Put(const std::string& name) { testkit::WriteFile(files_, name, "12345"); }
  std::vector<std::string> Left() {
    std::vector<std::string> names;
    const auto tree = *testkit::ReadTree(files_);
    for (const auto& [name, content] : tree.files) names.push_back(name);
    return names;
  }

  io::MemoryFileSystem files_;
  // 5 and 6 may belong to a transaction at work.
  const LiveFiles live_{.segments = {2, 3}, .next_segment_id = 5, .manifest_number = 4};
};

TEST_F(ObsoleteFiles, SweepKeepsTheLiveTheNewAndTheForeign) {
  const auto report = RemoveObsoleteFiles(files_, live_, {});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->removed, (std::vector<std::string>{io::ManifestName(1), io::ManifestName(2),
                                                       io::SegmentName(1), io::SegmentName(4)}));
  EXPECT_EQ(report->bytes, 20u);
  EXPECT_EQ(report->notes.size(), 4u);
  for (const std::string& name : report->removed) {
    EXPECT_TRUE(absl::IsNotFound(files_.OpenForRead(name).status()));
  }
  for (const char* name : {"CURRENT", "CURRENT.tmp", "LOCK", "notes.txt", "MANIFEST-1",
                           "segments/1.seg", "segments/000000000001.seg.bak"}) {
    EXPECT_TRUE(files_.OpenForRead(name).ok()) << name;
  }
  EXPECT_TRUE(RemoveObsoleteFiles(files_, live_, {})->removed.empty());
}

TEST_F(ObsoleteFiles, RecoveryRemovesOrphansToo) {
  const auto report = RemoveObsoleteFiles(files_, live_, {.orphans_from = 5});
  ASSERT_TRUE(report.ok());
  const auto removed = [&](const std::string& name) {
    return std::count(report->removed.begin(), report->removed.end(), name) == 1;
  };
  EXPECT_EQ(report->removed.size(), 8u);
  EXPECT_TRUE(removed(io::SegmentName(5)) && removed(io::SegmentName(6)));
  EXPECT_TRUE(removed("CURRENT.tmp") && removed(io::ManifestName(5)));
}

TEST_F(ObsoleteFiles, DryRunChangesNothing) {
  const auto before = Left();
  const auto report = RemoveObsoleteFiles(files_, live_, {.dry_run = true});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->removed.size(), 4u);
  EXPECT_EQ(Left(), before);
}

TEST_F(ObsoleteFiles, KnownTakesCandidatesOnly) {
  const auto report = RemoveObsoleteFiles(
      files_, live_, {.mode = RemovalMode::kKnown, .candidates = {2, 4, 5, 77}});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->removed, (std::vector<std::string>{io::SegmentName(4), io::ManifestName(2),
                                                       io::ManifestName(1)}));
}

}  // namespace
}  // namespace ashlar::compaction
