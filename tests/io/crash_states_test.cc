// The crash model on small logs whose states are known, and CURRENT's swap under it.
#include "tests/testing/crash_states.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/io/atomic_pointer.h"
#include "src/io/file_names.h"
#include "tests/testing/corruption.h"
#include "tests/testing/recording_file_system.h"

namespace ashlar::io {
namespace {

using testkit::CrashOptions;
using testkit::CrashState;
using testkit::CrashStates;
using testkit::RecordingFileSystem;
using Files = std::map<std::string, std::string>;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

// No tears and no chance: what remains is small enough to write down.
constexpr CrashOptions kStrict = {.strict = true, .torn_writes = 0, .random_states = 0};
constexpr CrashOptions kOrdered = {.strict = false, .torn_writes = 0, .random_states = 0};

std::vector<Files> Trees(const RecordingFileSystem& files, const CrashOptions& options) {
  std::vector<Files> trees;
  for (const CrashState& state : CrashStates(files.log(), files.op_count(), options)) {
    trees.push_back(state.tree.files);
  }
  return trees;
}

std::unique_ptr<WritableFile> Append(FileSystem& files, std::string_view name,
                                     std::string_view content) {
  auto file = files.Create(name, {});
  EXPECT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE((*file)->Append(base::AsBytes(content)).ok());
  return *std::move(file);
}

TEST(CrashStates, SyncedFileInSyncedDirectoryIsCertain) {
  RecordingFileSystem files;
  ASSERT_TRUE(Append(files, "a", "data")->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{{"a", "data"}}));
}

TEST(CrashStates, UnsyncedDirectoryMayForgetASyncedFile) {
  RecordingFileSystem files;
  ASSERT_TRUE(Append(files, "a", "data")->Sync().ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{}, Files{{"a", "data"}}));
}

TEST(CrashStates, UnsyncedBytesAreAllOrNothingWithoutTears) {
  RecordingFileSystem files;
  const auto file = Append(files, "a", "xy");
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  ASSERT_TRUE(file->Append(base::AsBytes("12")).ok());
  ASSERT_TRUE(file->Append(base::AsBytes("34")).ok());
  // The last one: the second write reached the disk, the first did not.
  EXPECT_THAT(Trees(files, kStrict),
              UnorderedElementsAre(Files{{"a", "xy1234"}}, Files{{"a", "xy"}}, Files{{"a", "xy12"}},
                                   Files{{"a", std::string("xy\0\00034", 6)}}));
}

TEST(CrashStates, TornWriteIsCutZeroedOrJunk) {
  RecordingFileSystem files;
  const auto file = Append(files, "a", "");
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  ASSERT_TRUE(file->Append(base::AsBytes("abcd")).ok());
  std::set<std::string> contents;
  for (const Files& tree : Trees(files, {.random_states = 0})) contents.insert(tree.at("a"));
  for (const std::string& expected :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("abcd"),
        std::string(4, '\0'), std::string("ab\0\0", 4), std::string("\0\0cd", 4)}) {
    EXPECT_TRUE(contents.contains(expected)) << expected;
  }
  const bool junk = std::any_of(contents.begin(), contents.end(), [](const std::string& content) {
    return content.size() == 4 && content.substr(0, 2) == "ab" && content.substr(2) != "cd" &&
           content.substr(2) != std::string(2, '\0');
  });
  EXPECT_TRUE(junk);
  for (const std::string& content : contents) EXPECT_LE(content.size(), 4u);
}

TEST(CrashStates, TearsFollowSectorsAndPagesOfTheFile) {
  RecordingFileSystem files;
  const auto file = Append(files, "a", std::string(100, 'h'));
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  ASSERT_TRUE(file->Append(base::AsBytes(std::string(9000, 't'))).ok());
  std::set<size_t> sizes;
  for (const Files& tree : Trees(files, {.random_states = 0})) sizes.insert(tree.at("a").size());
  EXPECT_TRUE(sizes.contains(4096));
  EXPECT_TRUE(sizes.contains(8192));
  EXPECT_TRUE(sizes.contains(512));
}

TEST(CrashStates, OrderedModelKeepsDirectoryChangesInOrder) {
  RecordingFileSystem files;
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(Append(files, name, "")->Sync().ok());
  const Files a = {{"a", ""}}, b = {{"b", ""}}, c = {{"c", ""}};
  const Files ab = {{"a", ""}, {"b", ""}}, ac = {{"a", ""}, {"c", ""}}, bc = {{"b", ""}, {"c", ""}};
  const Files abc = {{"a", ""}, {"b", ""}, {"c", ""}};
  EXPECT_THAT(Trees(files, kOrdered), UnorderedElementsAre(Files{}, a, ab, abc));
  EXPECT_THAT(Trees(files, kStrict),
              UnorderedElementsAreArray({Files{}, a, b, c, ab, ac, bc, abc}));
}

TEST(CrashStates, WriteInPlaceMayLeaveAnySectorsOld) {
  const std::string old(1024, 'o');
  const std::string mixed = std::string(512, 'o') + std::string(512, 'n');
  auto base = std::make_unique<MemoryFileSystem>();
  testkit::WriteFile(*base, "a", old);
  RecordingFileSystem files(std::move(base));
  const auto file = files.OpenBlockFile("a", {});
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(std::string(1024, 'n'))).ok());
  EXPECT_THAT(Trees(files, kStrict),
              UnorderedElementsAre(Files{{"a", old}}, Files{{"a", std::string(1024, 'n')}}));
  std::set<std::string> contents;
  for (const Files& tree : Trees(files, {.random_states = 0})) contents.insert(tree.at("a"));
  EXPECT_TRUE(contents.contains(mixed));
  EXPECT_TRUE(contents.contains(std::string(512, 'n') + std::string(512, 'o')));
  for (const std::string& content : contents) EXPECT_EQ(content.size(), 1024u);
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{{"a", std::string(1024, 'n')}}));
}

TEST(CrashStates, WritesInPlaceAreReorderedBeforeSync) {
  RecordingFileSystem files;
  const auto file = files.CreateBlockFile("a", {.size = 1024});
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  const std::string x(512, 'x'), y(512, 'y'), z(512, '\0');
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(x)).ok());
  ASSERT_TRUE((*file)->WriteAt(512, base::AsBytes(y)).ok());
  EXPECT_THAT(Trees(files, kStrict),
              UnorderedElementsAre(Files{{"a", z + z}}, Files{{"a", x + z}}, Files{{"a", z + y}},
                                   Files{{"a", x + y}}));
}

TEST(CrashStates, AllocationAheadIsPendingUntilSync) {
  RecordingFileSystem files;
  const auto file = files.CreateBlockFile("a", {.size = 512});
  ASSERT_TRUE(files.SyncDirectory("").ok());
  EXPECT_THAT(Trees(files, {}),
              UnorderedElementsAre(Files{{"a", ""}}, Files{{"a", std::string(512, '\0')}}));
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{{"a", std::string(512, '\0')}}));
}

TEST(CrashStates, RenameIsAtomic) {
  auto base = std::make_unique<MemoryFileSystem>();
  testkit::WriteFile(*base, "current", "old");
  RecordingFileSystem files(std::move(base));
  ASSERT_TRUE(Append(files, "tmp", "new")->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  ASSERT_TRUE(files.Rename("tmp", "current").ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{{"current", "old"}, {"tmp", "new"}},
                                                     Files{{"current", "new"}}));
}

TEST(CrashStates, RenameBeforeSyncMayEmptyTheTarget) {
  auto base = std::make_unique<MemoryFileSystem>();
  testkit::WriteFile(*base, "current", "old");
  RecordingFileSystem files(std::move(base));
  (void)Append(files, "tmp", "new");
  ASSERT_TRUE(files.Rename("tmp", "current").ok());
  EXPECT_THAT(Trees(files, kOrdered), testing::Contains(Files{{"current", ""}}));
}

TEST(CrashStates, UnlinkBeforeSyncMayBeUndone) {
  auto base = std::make_unique<MemoryFileSystem>();
  testkit::WriteFile(*base, "a", "data");
  RecordingFileSystem files(std::move(base));
  ASSERT_TRUE(files.Unlink("a").ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{}, Files{{"a", "data"}}));
  ASSERT_TRUE(files.SyncDirectory("").ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{}));
}

TEST(CrashStates, LostDirectoryTakesItsFilesAlong) {
  RecordingFileSystem files;
  ASSERT_TRUE(files.CreateDirectory("d").ok());
  ASSERT_TRUE(Append(files, "d/a", "data")->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("d").ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{}, Files{{"d/a", "data"}}));
}

TEST(CrashStates, UnsyncedTruncationMayBeUndone) {
  RecordingFileSystem files;
  const auto file = Append(files, "a", "abcdef");
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  ASSERT_TRUE(file->Truncate(2).ok());
  EXPECT_THAT(Trees(files, {}), UnorderedElementsAre(Files{{"a", "abcdef"}}, Files{{"a", "ab"}}));
}

TEST(CrashStates, EarlierPointsSeeLess) {
  RecordingFileSystem files;
  ASSERT_TRUE(Append(files, "a", "data")->Sync().ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  files.Mark("acknowledged");
  const testkit::OpLog log = files.log();
  ASSERT_EQ(log.marks.size(), 1u);
  EXPECT_EQ(log.marks[0].op_count, 4u);
  EXPECT_EQ(CrashStates(log, 0).size(), 1u);
  EXPECT_TRUE(CrashStates(log, 0)[0].tree.files.empty());
  EXPECT_GT(CrashStates(log, 2).size(), 2u);
}

TEST(CrashStates, SameSeedSameStates) {
  RecordingFileSystem files;
  (void)Append(files, "a", std::string(1000, 'x'));
  const CrashOptions options = {.torn_writes = 0, .random_states = 50, .seed = 3};
  EXPECT_EQ(Trees(files, options), Trees(files, options));
}

TEST(CrashStates, MaterializedTreeIsThere) {
  RecordingFileSystem files;
  ASSERT_TRUE(files.CreateDirectory("d").ok());
  (void)Append(files, "d/a", "data");
  const CrashState all = CrashStates(files.log(), files.op_count())[0];
  EXPECT_EQ(all.description, "all");
  const auto made = testkit::Materialize(all);
  EXPECT_EQ(testkit::ReadFile(*made, "d/a"), "data");
  EXPECT_EQ(*testkit::ReadTree(*made), all.tree);
}

// The point of it all: at every instant of a swap CURRENT is the old one or the new one.
TEST(CrashStates, SwapOfCurrentIsAtomicAtEveryPoint) {
  auto base = std::make_unique<MemoryFileSystem>();
  ASSERT_TRUE(SwapCurrent(*base, 1).ok());
  testkit::WriteFile(*base, kCurrentTemporaryName, "stale");
  RecordingFileSystem files(std::move(base));
  ASSERT_TRUE(SwapCurrent(files, 2).ok());
  for (const bool strict : {true, false}) {
    for (size_t point = 0; point <= files.op_count(); ++point) {
      for (const CrashState& state : CrashStates(files.log(), point, {.strict = strict})) {
        const auto left = testkit::Materialize(state);
        const auto number = ReadCurrent(*left);
        ASSERT_TRUE(number.ok()) << point << " " << state.description << " " << number.status();
        EXPECT_TRUE(*number == 2 || (*number == 1 && point < files.op_count()))
            << state.description;
        // And whatever was left, the next swap works.
        ASSERT_TRUE(SwapCurrent(*left, 3).ok());
        EXPECT_EQ(*ReadCurrent(*left), 3u);
      }
    }
  }
}

}  // namespace
}  // namespace ashlar::io
