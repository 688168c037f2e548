// A store with a keyed dataset whose indexes a test can spoil and have rebuilt.
//
// Owns: writing it, and judging gets and rebuilds. Does not own: the damage (forged_index.h).
#ifndef ASHLAR_TESTS_STORE_INDEX_REBUILD_FIXTURE_H_
#define ASHLAR_TESTS_STORE_INDEX_REBUILD_FIXTURE_H_

#include <optional>
#include <utility>
#include <vector>

#include "tests/store/damage_fixture.h"

namespace ashlar::testkit {

class IndexRebuild : public DamagedStoreTest {
 protected:
  static constexpr int64_t kIds = 90;

  // Two segments and three versions with rows; some rows of the first segment are dead.
  void WriteKeyed() {
    Open();
    ASSERT_OK(store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}, .hash_index = true}));
    Upsert(CityRows(0, 60));
    ASSERT_OK(store_->Tag("first", store_->GetSnapshot().version()));
    Upsert(CityRows(40, 50, 7));
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Delete("keyed", std::vector<Key>{Key(3), Key(41)}));
    ASSERT_OK(std::move(transaction).Commit());
  }
  void Upsert(const RecordBatch& rows) {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", rows));
    ASSERT_OK(std::move(transaction).Commit());
  }

  // The amount of an id as written by WriteKeyed(); nothing where it was deleted.
  static std::optional<double> AmountOf(int64_t id) {
    if (id == 3 || id == 41 || id >= kIds) return {};
    return static_cast<double>(id) * 0.37 + (id >= 40 ? 7.0 : 0.0);
  }
  // Every get is right or, unless `all`, refused with a hint; says how many were refused.
  int ExpectGetsRight(bool all) {
    int refused = 0;
    const Dataset dataset = *store_->GetSnapshot().GetDataset("keyed");
    for (int64_t id = 0; id < kIds + 5; ++id) {
      const auto row = dataset.Get(Key(id));
      if (!row.ok() && !all) {
        EXPECT_TRUE(absl::IsDataLoss(row.status())) << row.status();
        EXPECT_NE(row.status().message().find("`ashlar compact --rebuild-index`"),
                  absl::string_view::npos)
            << row.status();
        ++refused;
        continue;
      }
      EXPECT_TRUE(row.ok()) << row.status();
      if (!row.ok()) return refused;
      EXPECT_EQ(row->has_value(), AmountOf(id).has_value()) << id;
      if (row->has_value() && AmountOf(id).has_value()) {
        EXPECT_EQ((*row)->GetDouble(2), *AmountOf(id)) << id;
      }
    }
    return refused;
  }
  // All of it mended; how many segments were replaced.
  size_t Rebuild() {
    const auto report = store_->RebuildIndexes();
    EXPECT_TRUE(report.ok()) << report.status();
    if (!report.ok()) return 0;
    EXPECT_TRUE(report->ok());
    for (const RebuiltSegment& segment : report->segments) {
      EXPECT_EQ(segment.dataset, "keyed");
      EXPECT_NE(segment.replacement, 0u);
      EXPECT_GT(segment.bytes, 0u);
      EXPECT_FALSE(segment.what.empty());
    }
    return report->segments.size();
  }
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_INDEX_REBUILD_FIXTURE_H_
