// What store tests share: the same suite on a directory and on memory, and small tables.
//
// Owns: making and reopening stores of both kinds. Does not own: expectations.
#ifndef ASHLAR_TESTS_STORE_STORE_FIXTURE_H_
#define ASHLAR_TESTS_STORE_STORE_FIXTURE_H_

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/clock.h"
#include "src/base/strings.h"
#include "src/io/memory_file_system.h"
#include "src/io/posix_file_system.h"
#include "src/store/open_store.h"
#include "src/store/store_impl.h"

namespace ashlar::testkit {

#define ASSERT_OK(expression)                                     \
  do {                                                            \
    const auto ashlar_checked = (expression);                     \
    ASSERT_TRUE(ashlar_checked.ok()) << StatusOf(ashlar_checked); \
  } while (false)
#define EXPECT_OK(expression)                                     \
  do {                                                            \
    const auto ashlar_checked = (expression);                     \
    EXPECT_TRUE(ashlar_checked.ok()) << StatusOf(ashlar_checked); \
  } while (false)
#define ASSERT_OK_AND_ASSIGN(target, expression) \
  ASSERT_OK_AND_ASSIGN_INNER(ASHLAR_MACRO_CONCAT(ashlar_value_, __LINE__), target, expression)
#define ASSERT_OK_AND_ASSIGN_INNER(result, target, expression) \
  auto result = (expression);                                  \
  ASSERT_TRUE(result.ok()) << StatusOf(result);                \
  target = *std::move(result)

inline std::string StatusOf(const absl::Status& status) { return status.ToString(); }
template <typename T>
std::string StatusOf(const absl::StatusOr<T>& result) {
  return result.status().ToString();
}

// Where a store of a test lives; reopening finds what was there.
class Place {
 public:
  virtual ~Place() = default;
  [[nodiscard]] virtual std::shared_ptr<io::FileSystem> files() = 0;
};

class MemoryPlace final : public Place {
 public:
  std::shared_ptr<io::FileSystem> files() override { return files_; }

 private:
  std::shared_ptr<io::MemoryFileSystem> files_ = std::make_shared<io::MemoryFileSystem>();
};

class DirectoryPlace final : public Place {
 public:
  DirectoryPlace() {
    static int counter = 0;
    path_ = std::filesystem::path(::testing::TempDir()) /
            base::StrCat("ashlar_store_", ::getpid(), "_", counter++);
    std::filesystem::remove_all(path_);
  }
  ~DirectoryPlace() override { std::filesystem::remove_all(path_); }
  std::shared_ptr<io::FileSystem> files() override {
    auto opened = io::OpenPosixFileSystem(path_.string(), {.create = true});
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }

 private:
  std::filesystem::path path_;
};

// Flushes run in the committing thread, so that a test is the same each time.
inline store::Tuning TestTuning() {
  static base::InlineExecutor executor;
  return {.executor = &executor, .log_file_bytes = uint64_t{64} << 10};
}

inline absl::StatusOr<std::unique_ptr<Store>> OpenAt(Place& place, const StoreOptions& options = {},
                                                     base::Clock* clock = base::SystemClock()) {
  auto core = store::OpenCore(place.files(), options, clock, TestTuning());
  if (!core.ok()) return core.status();
  return std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{*std::move(core)}));
}

// The typed suite of both kinds of store.
template <typename PlaceType>
class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen(const StoreOptions& options = {}) {
    store_.reset();
    auto opened = OpenAt(place_, options, &clock_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  WriteTransaction Begin() {
    auto transaction = store_->BeginWrite();
    EXPECT_TRUE(transaction.ok()) << transaction.status();
    return *std::move(transaction);
  }
  Dataset Newest(std::string_view name = "keyed") {
    auto dataset = store_->GetSnapshot().GetDataset(name);
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    return *std::move(dataset);
  }
  PlaceType place_;
  base::ManualClock clock_{std::chrono::seconds(1'700'000'000)};
  std::unique_ptr<Store> store_;
};

using Places = ::testing::Types<DirectoryPlace, MemoryPlace>;

inline Schema CitySchema() {
  return *Schema::Make({{"id", Int64(), false}, {"city", Utf8()}, {"amount", Float64()}});
}

// Row i: id i, one of 50 cities, an amount; `salt` changes the amounts.
inline RecordBatch CityRows(int64_t first, int64_t count, int64_t salt = 0) {
  RecordBatchBuilder builder(CitySchema());
  for (int64_t i = first; i < first + count; ++i) {
    EXPECT_TRUE(builder.column(0).AppendInt64(i).ok());
    EXPECT_TRUE(builder.column(1).AppendBytes(base::StrCat("city ", (i * 7919) % 50)).ok());
    EXPECT_TRUE(builder.column(2)
                    .AppendDouble(static_cast<double>(i) * 0.37 + static_cast<double>(salt))
                    .ok());
  }
  return *builder.Finish();
}

// All rows of several batches as one.
inline RecordBatch Concatenate(const std::vector<RecordBatch>& batches) {
  RecordBatchBuilder builder(CitySchema());
  for (const RecordBatch& batch : batches) {
    for (int64_t row = 0; row < batch.rows(); ++row) {
      EXPECT_TRUE(builder.column(0).AppendInt64(batch.column(0).GetInt64(row)).ok());
      if (batch.column(1).IsNull(row)) {
        builder.column(1).AppendNull();
      } else {
        EXPECT_TRUE(builder.column(1).AppendBytes(batch.column(1).GetBytes(row)).ok());
      }
      EXPECT_TRUE(builder.column(2).AppendDouble(batch.column(2).GetDouble(row)).ok());
    }
  }
  return *builder.Finish();
}

inline RecordBatch ReadAll(const Dataset& dataset) {
  auto rows = dataset.Materialize();
  EXPECT_TRUE(rows.ok()) << rows.status();
  return rows.ok() ? *std::move(rows) : RecordBatch();
}

inline absl::StatusOr<WriteStats> ReplaceAll(Store& store, std::string_view dataset,
                                             const RecordBatch& batch) {
  auto transaction = store.BeginWrite();
  if (!transaction.ok()) return transaction.status();
  if (absl::Status written = transaction->Replace(dataset, batch); !written.ok()) return written;
  return std::move(*transaction).Commit();
}

inline absl::StatusOr<WriteStats> AppendAll(Store& store, std::string_view dataset,
                                            const RecordBatch& batch,
                                            const CommitOptions& options = {}) {
  auto transaction = store.BeginWrite();
  if (!transaction.ok()) return transaction.status();
  if (absl::Status written = transaction->Append(dataset, batch); !written.ok()) return written;
  return std::move(*transaction).Commit(options);
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_STORE_FIXTURE_H_
