// What tests of compaction share: rows of cities by id, and what a dataset must answer.
//
// Owns: writing such rows, and judging every way of reading them. Does not own: where the store is,
// nor when it is compacted.
#ifndef ASHLAR_TESTS_STORE_COMPACTION_FIXTURE_H_
#define ASHLAR_TESTS_STORE_COMPACTION_FIXTURE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/store/store_fixture.h"

namespace ashlar::testkit {

inline constexpr uint32_t kCompactionRows = 256;  // of a segment; below a quarter of it is small

// Of "keyed": id → amount.
using Amounts = std::map<int64_t, double>;

// CityRows(first, count, salt) become those of the dataset and of `model`.
inline absl::Status UpsertCities(WriteTransaction& transaction, int64_t first, int64_t count,
                                 int64_t salt, Amounts* model) {
  for (int64_t id = first; id < first + count; ++id) {
    (*model)[id] = static_cast<double>(id) * 0.37 + static_cast<double>(salt);
  }
  return transaction.Upsert("keyed", CityRows(first, count, salt));
}
inline absl::Status DeleteCities(WriteTransaction& transaction, int64_t first, int64_t count,
                                 Amounts* model) {
  std::vector<Key> keys;
  for (int64_t id = first; id < first + count; ++id) {
    keys.emplace_back(id);
    model->erase(id);
  }
  return transaction.Delete("keyed", keys);
}
// The same as transactions of their own.
inline void UpsertCities(Store& store, int64_t first, int64_t count, int64_t salt, Amounts* model) {
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store.BeginWrite());
  ASSERT_OK(UpsertCities(transaction, first, count, salt, model));
  ASSERT_OK(std::move(transaction).Commit());
}
inline void DeleteCities(Store& store, int64_t first, int64_t count, Amounts* model) {
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store.BeginWrite());
  ASSERT_OK(DeleteCities(transaction, first, count, model));
  ASSERT_OK(std::move(transaction).Commit());
}

// Every way of reading finds the same rows.
inline void ExpectAmounts(const Dataset& dataset, const Amounts& model) {
  EXPECT_EQ(dataset.rows(), model.size());
  Amounts scanned;
  const RecordBatch all = ReadAll(dataset);
  for (int64_t row = 0; row < all.rows(); ++row) {
    EXPECT_TRUE(scanned.emplace(all.column(0).GetInt64(row), all.column(2).GetDouble(row)).second);
  }
  EXPECT_EQ(scanned, model);
  ASSERT_OK_AND_ASSIGN(const auto range, dataset.Range({}));
  auto next = model.begin();
  for (RecordBatch batch;;) {
    ASSERT_OK_AND_ASSIGN(const bool more, range->Next(&batch));
    if (!more) break;
    for (int64_t row = 0; row < batch.rows(); ++row, ++next) {
      ASSERT_TRUE(next != model.end());
      ASSERT_EQ(batch.column(0).GetInt64(row), next->first);
      ASSERT_EQ(batch.column(2).GetDouble(row), next->second);
    }
  }
  EXPECT_TRUE(next == model.end());
  const int64_t end = model.empty() ? 1 : model.rbegin()->first + 2;
  for (int64_t id = 0; id < end; ++id) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, dataset.Get(Key(id)));
    const auto found = model.find(id);
    ASSERT_EQ(row.has_value(), found != model.end()) << id;
    if (!row.has_value()) continue;
    ASSERT_EQ(row->GetDouble(2), found->second) << id;
  }
  ASSERT_OK_AND_ASSIGN(const uint64_t counted, dataset.Filter(Col("amount") > -1.0).Count());
  EXPECT_EQ(counted, model.size());
}

// In the order in which they were appended: id and amount.
using Sequence = std::vector<std::pair<int64_t, double>>;

inline void AppendCities(Store& store, int64_t first, int64_t count, Sequence* model) {
  for (int64_t id = first; id < first + count; ++id) {
    model->emplace_back(id, static_cast<double>(id) * 0.37);
  }
  ASSERT_OK(AppendAll(store, "ordered", CityRows(first, count)));
}

inline void ExpectSequence(const Dataset& dataset, const Sequence& model) {
  const RecordBatch all = ReadAll(dataset);
  Sequence read;
  for (int64_t row = 0; row < all.rows(); ++row) {
    read.emplace_back(all.column(0).GetInt64(row), all.column(2).GetDouble(row));
  }
  EXPECT_EQ(read, model);
}

inline std::vector<uint64_t> SegmentIds(const Dataset& dataset) {
  std::vector<uint64_t> ids;
  for (const SegmentInfo& segment : dataset.segments()) ids.push_back(segment.id);
  return ids;
}

inline CompactReport MustCompact(Store& store, const CompactOptions& options = {}) {
  auto report = store.Compact(options);
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? *std::move(report) : CompactReport();
}

// "keyed" of many small segments, two large ones and dead rows, and "ordered" of small runs.
inline void WriteForCompaction(Store& store, Amounts* keyed, Sequence* ordered) {
  const BatchBoundaries boundaries{.fixed_rows = kCompactionRows};
  ASSERT_OK(store.CreateDataset("keyed", CitySchema(), {.key = {"id"}, .boundaries = boundaries}));
  ASSERT_OK(store.CreateDataset("ordered", CitySchema(), {.boundaries = boundaries}));
  UpsertCities(store, 0, 512, 0, keyed);
  for (int64_t first = 400; first < 700; first += 30) UpsertCities(store, first, 30, 5, keyed);
  DeleteCities(store, 100, 40, keyed);
  AppendCities(store, 0, 300, ordered);
  for (int64_t first = 300; first < 480; first += 20) AppendCities(store, first, 20, ordered);
  ASSERT_OK(store.Flush());
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_COMPACTION_FIXTURE_H_
