// A store in memory that a test can damage.
//
// Owns: making it, closing it, and finding its files. Does not own: expectations.
#ifndef ASHLAR_TESTS_STORE_DAMAGE_FIXTURE_H_
#define ASHLAR_TESTS_STORE_DAMAGE_FIXTURE_H_

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "src/store/verify.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"

namespace ashlar::testkit {

inline Schema WideSchema() { return *Schema::Make({{"id", Int64(), false}, {"value", Float64()}}); }

// Values that no encoding makes small: 8 bytes a row and column.
inline RecordBatch WideRows(int64_t first, int64_t count) {
  RecordBatchBuilder builder(WideSchema());
  for (int64_t i = first; i < first + count; ++i) {
    EXPECT_TRUE(builder.column(0).AppendInt64(i * 1'000'003).ok());
    EXPECT_TRUE(builder.column(1).AppendDouble(static_cast<double>(i) * 0.71).ok());
  }
  return *builder.Finish();
}

class DamagedStoreTest : public ::testing::Test {
 protected:
  static constexpr int64_t kRows = 40000;

  // Dataset "wide" is one segment of kRows rows.
  void WriteWide() {
    Open();
    ASSERT_OK(store_->CreateDataset("wide", WideSchema(), {.boundaries = {.fixed_rows = kRows}}));
    ASSERT_OK(AppendAll(*store_, "wide", WideRows(0, kRows)));
  }
  void Open() {
    auto core =
        store::OpenCore(files_, {.small_commit_bytes = 0}, base::SystemClock(), TestTuning());
    ASSERT_TRUE(core.ok()) << core.status();
    core_ = *std::move(core);
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
  }
  void Close() {
    store_.reset();
    core_.reset();
  }

  [[nodiscard]] std::vector<std::string> FilesLike(std::string_view prefix) {
    std::vector<std::string> names;
    const auto tree = ReadTree(*files_);
    EXPECT_TRUE(tree.ok());
    for (const auto& [name, content] : tree->files) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
    return names;
  }
  // The newest one.
  [[nodiscard]] std::string Segment() { return FilesLike("segments/").back(); }
  [[nodiscard]] std::string Manifest() { return FilesLike("MANIFEST-").back(); }

  [[nodiscard]] VerifyReport Report(bool deep = false) {
    auto report = store::VerifyFiles(*files_, deep);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *std::move(report) : VerifyReport();
  }

  std::shared_ptr<io::MemoryFileSystem> files_ = std::make_shared<io::MemoryFileSystem>();
  std::shared_ptr<store::StoreCore> core_;
  std::unique_ptr<Store> store_;
};

inline bool AnyContains(const std::vector<std::string>& notes, std::string_view text) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_DAMAGE_FIXTURE_H_
