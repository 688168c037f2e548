// Every byte of a small store with every kind of file is damaged, in several ways.
//
// What must hold: the damage is detected (opening or reading says so, or verification finds it), or
// it is harmless: every row of every version is exactly right. Never a wrong row, never a crash.

#include <cstdio>

#include "src/io/file_names.h"
#include "src/store/verify.h"
#include "tests/store/scenarios.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/thorough.h"

namespace ashlar::testkit {
namespace {

// Odd, so that each place in a word has its turn.
constexpr size_t kStride = kThorough ? 1 : 5;

enum class Outcome { kRefused, kVerifyFinds, kHarmless, kWrong };

struct Counts {
  uint64_t refused = 0;   // opening or reading is an error
  uint64_t found = 0;     // only verification tells
  uint64_t harmless = 0;  // nothing tells, and every row is right
};

bool IsCleanError(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsUnimplemented(status) || absl::IsNotFound(status) ||
         absl::IsFailedPrecondition(status);
}

class CorruptionTest : public ::testing::Test {
 protected:
  // Several versions, a tag, references between segments, and a roll in between.
  static void SetUpTestSuite() {
    Driver driver;
    driver.files = std::make_shared<io::MemoryFileSystem>();
    model_ = new StoreModel;
    ASSERT_OK(driver.Open());
    const DatasetOptions options = {.boundaries = {.fixed_rows = 32}};
    ASSERT_OK(driver.store->CreateDataset("a", CitySchema(), options));
    ASSERT_OK(ReplaceAll(*driver.store, "a", CityRows(0, 60)));
    tree_old_ = new FileTree(WithSmallReserve(*ReadTree(*driver.files)));
    ASSERT_OK(driver.core->publisher->Roll());
    const RecordBatch changed =
        Concatenate({CityRows(0, 10), CityRows(10, 1, 4), CityRows(11, 49)});
    ASSERT_OK(ReplaceAll(*driver.store, "a", changed));
    ASSERT_OK(AppendAll(*driver.store, "a", CityRows(60, 5)));
    ASSERT_OK(driver.store->CreateDataset(
        "b", CitySchema(), {.boundaries = {.fixed_rows = 64}, .storage = Storage::kCompact}));
    ASSERT_OK(ReplaceAll(*driver.store, "b", CityRows(500, 64)));
    ASSERT_OK(driver.store->Tag("first", 2, {{"why", "test"}}));
    ASSERT_OK_AND_ASSIGN(*model_, ReadModel(*driver.store));
    ASSERT_OK(driver.Close());
    tree_ = new FileTree(WithSmallReserve(*ReadTree(*driver.files)));
    uint64_t bytes = 0;
    for (const auto& [name, content] : tree_->files) bytes += content.size();
    ASSERT_LT(bytes, 40u << 10);
  }
  static void TearDownTestSuite() {
    delete tree_;
    delete tree_old_;
    delete model_;
  }

  static absl::Status ReadEverything(const std::shared_ptr<io::MemoryFileSystem>& files,
                                     std::string* difference) {
    Driver driver;
    driver.files = files;
    const absl::Status opened = driver.Open({.mode = AccessMode::kReadOnly});
    if (!opened.ok()) return opened;
    const absl::StatusOr<StoreModel> read = ReadModel(*driver.store);
    if (!read.ok()) return read.status();
    *difference = DifferenceBetween(*model_, *read);
    return absl::OkStatus();
  }

  // Judges one damaged tree. A tree of which nothing is `lost` must not lack a commit either.
  static Outcome Judge(const FileTree& tree, const std::string& what) {
    const std::shared_ptr<io::MemoryFileSystem> files = MakeFileSystem(tree);
    std::string difference;
    const absl::Status read = ReadEverything(files, &difference);
    const absl::StatusOr<VerifyReport> verified = store::VerifyFiles(*files, /*deep=*/true);
    if (!read.ok()) {
      EXPECT_TRUE(IsCleanError(read)) << what << ": " << read;
      EXPECT_FALSE(verified.ok() && verified->ok())
          << what << ": verify finds nothing, but " << read;
      return Outcome::kRefused;
    }
    EXPECT_EQ(difference, "") << what;
    if (!difference.empty()) return Outcome::kWrong;
    return verified.ok() && verified->ok() ? Outcome::kHarmless : Outcome::kVerifyFinds;
  }

  static void Count(const FileTree& tree, const std::string& what, Counts* counts) {
    switch (Judge(tree, what)) {
      case Outcome::kRefused:
        ++counts->refused;
        break;
      case Outcome::kVerifyFinds:
        ++counts->found;
        break;
      case Outcome::kHarmless:
        ++counts->harmless;
        break;
      case Outcome::kWrong:
        break;
    }
  }

  static bool BearsContent(const std::string& name) {
    const auto parsed = io::ParseFileName(name);
    return parsed.has_value() &&
           (parsed->kind == io::FileKind::kCurrent || parsed->kind == io::FileKind::kSegment ||
            name == NewestManifest());
  }

  static std::string NewestManifest() {
    std::string newest;
    for (const auto& [name, content] : tree_->files) {
      if (name.starts_with("MANIFEST-")) newest = std::max(newest, name);
    }
    return newest;
  }

  static void Print(const char* what, const Counts& counts) {
    std::printf("%s: %llu refused, %llu found by verify alone, %llu undetected and harmless\n",
                what, static_cast<unsigned long long>(counts.refused),
                static_cast<unsigned long long>(counts.found),
                static_cast<unsigned long long>(counts.harmless));
  }

  static FileTree* tree_;
  static FileTree* tree_old_;
  static StoreModel* model_;
};

FileTree* CorruptionTest::tree_ = nullptr;
FileTree* CorruptionTest::tree_old_ = nullptr;
StoreModel* CorruptionTest::model_ = nullptr;

TEST_F(CorruptionTest, AnIntactStoreIsFoundIntact) {
  EXPECT_EQ(Judge(*tree_, "intact"), Outcome::kHarmless);
  int referring = 0;
  Driver driver;
  driver.files = MakeFileSystem(*tree_);
  ASSERT_OK(driver.Open());
  ASSERT_OK_AND_ASSIGN(const Dataset a, driver.store->GetSnapshot().GetDataset("a"));
  for (const SegmentInfo& segment : a.segments()) referring += !segment.refers_to.empty();
  EXPECT_GT(referring, 0);
}

TEST_F(CorruptionTest, EveryByteFlippedIsDetectedOrHarmless) {
  Counts content;
  Counts rest;
  for (const auto& [name, bytes] : tree_->files) {
    Counts* const counts = BearsContent(name) ? &content : &rest;
    FileTree damaged = *tree_;
    std::string& target = damaged.files[name];
    for (size_t i = 0; i < bytes.size(); i += kStride) {
      for (const int mask : {1 << (i % 8), 0xFF}) {
        target[i] = static_cast<char>(bytes[i] ^ mask);
        const uint64_t before = counts->harmless;
        Count(damaged, base::StrCat(name, " byte ", i, " ^ ", mask), counts);
        if (counts == &content && counts->harmless != before) {
          ADD_FAILURE() << "undetected: " << name << " byte " << i << " ^ " << mask;
        }
      }
      target[i] = bytes[i];
      if (HasFailure()) return;
    }
  }
  Print("bytes of CURRENT, MANIFEST and segments", content);
  Print("bytes of other files", rest);
  EXPECT_EQ(content.harmless, 0u);
  EXPECT_EQ(rest.refused, 0u);
}

TEST_F(CorruptionTest, EveryTruncationIsDetected) {
  Counts counts;
  for (const auto& [name, bytes] : tree_->files) {
    if (!BearsContent(name)) continue;
    FileTree damaged = *tree_;
    for (size_t size = 0; size < bytes.size(); size += kStride) {
      damaged.files[name] = bytes.substr(0, size);
      Count(damaged, base::StrCat(name, " cut to ", size), &counts);
      if (HasFailure()) return;
    }
    for (const size_t more : {size_t{1}, size_t{8}, size_t{64}, size_t{4096}}) {
      damaged.files[name] = bytes + std::string(more, '\0');
      Count(damaged, base::StrCat(name, " longer by ", more), &counts);
    }
  }
  Print("truncations", counts);
  EXPECT_EQ(counts.harmless, 0u);
}

TEST_F(CorruptionTest, SwappedMissingAndStaleFilesAreDetected) {
  Counts counts;
  std::vector<std::string> names;
  for (const auto& [name, content] : tree_->files) {
    if (BearsContent(name)) names.push_back(name);
  }
  for (const std::string& name : names) {
    FileTree damaged = *tree_;
    damaged.files.erase(name);
    Count(damaged, name + " missing", &counts);
    for (const std::string& other : names) {
      if (tree_->files.at(other) == tree_->files.at(name)) continue;
      damaged = *tree_;
      damaged.files[name] = tree_->files.at(other);
      Count(damaged, base::StrCat(other, " in place of ", name), &counts);
      damaged.files[other] = tree_->files.at(name);
      Count(damaged, base::StrCat(other, " swapped with ", name), &counts);
    }
    for (const size_t block : {size_t{512}, size_t{4096}}) {
      for (size_t at = 0; at < tree_->files.at(name).size(); at += block) {
        damaged = *tree_;
        std::string& bytes = damaged.files[name];
        const size_t size = std::min(block, bytes.size() - at);
        bytes.replace(at, size, std::string(size, '\0'));
        if (bytes == tree_->files.at(name)) continue;
        Count(damaged, base::StrCat(name, " zeros at ", at), &counts);
        bytes.replace(at, size, tree_->files.at(name).substr(0, size));
        if (bytes == tree_->files.at(name)) continue;
        Count(damaged, base::StrCat(name, " misdirected at ", at), &counts);
      }
    }
  }
  Print("files and blocks", counts);
  EXPECT_EQ(counts.harmless, 0u);
}

// A CURRENT of before names a manifest that rolled away, or one that lacks acknowledged commits:
// the clean length tells.
TEST_F(CorruptionTest, AStaleManifestIsDetected) {
  FileTree damaged = *tree_;
  for (const auto& [name, bytes] : tree_old_->files) {
    if (name.starts_with("MANIFEST-")) damaged.files[NewestManifest()] = bytes;
  }
  EXPECT_EQ(Judge(damaged, "stale MANIFEST"), Outcome::kRefused);
}

TEST_F(CorruptionTest, DamagedHelperFilesDoNotStopAWriter) {
  for (const std::string_view name : {io::kLockName, io::kReadersName, io::kReserveName}) {
    for (const bool missing : {false, true}) {
      FileTree damaged = *tree_;
      if (missing) damaged.files.erase(std::string(name));
      if (!missing) damaged.files[std::string(name)] = "junk";
      Driver driver;
      driver.files = MakeFileSystem(damaged);
      ASSERT_OK(driver.Open());
      EXPECT_OK(AppendAll(*driver.store, "a", CityRows(70, 3)));
      EXPECT_OK(driver.Close());
    }
  }
}

}  // namespace
}  // namespace ashlar::testkit
