// Differences by key: against maps, and by what they read.
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/base/random.h"
#include "src/store/index_rebuild.h"
#include "tests/store/forged_index.h"
#include "tests/store/keyed_values.h"

namespace ashlar::testkit {
namespace {

struct Change {
  std::optional<Values> before;
  std::optional<Values> after;
  friend bool operator==(const Change&, const Change&) = default;
};
using Changes = std::vector<std::pair<Key, Change>>;

Changes Expected(const KeyedModel& from, const KeyedModel& to) {
  std::map<Key, Change> changes;
  for (const auto& [key, values] : from) changes[key].before = values;
  for (const auto& [key, values] : to) changes[key].after = values;
  Changes list;
  for (const auto& [key, change] : changes) {
    if (change.before != change.after) list.emplace_back(key, change);
  }
  return list;
}

class KeyedDiffTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    store_.reset();
    if (place_ == nullptr && GetParam()) place_ = std::make_unique<DirectoryPlace>();
    if (place_ == nullptr) place_ = std::make_unique<MemoryPlace>();
    auto core = store::OpenCore(place_->files(), {.small_commit_bytes = small_ ? 64u << 10 : 0},
                                base::SystemClock(), TestTuning());
    ASSERT_TRUE(core.ok()) << core.status();
    core_ = *std::move(core);
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
  }
  void Upsert(const KeyedRows& rows) {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", RowsOf(shape_, rows)));
    ASSERT_OK(std::move(transaction).Commit());
  }
  void Delete(const std::vector<Key>& keys) {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Delete("keyed", keys));
    ASSERT_OK(std::move(transaction).Commit());
  }
  void Create(uint32_t segment_rows) {
    ASSERT_OK(store_->CreateDataset(
        "keyed", SchemaOf(shape_),
        {.key = shape_.fields(), .boundaries = {.fixed_rows = segment_rows}}));
  }

  [[nodiscard]] Values At(const RecordBatch& rows, int64_t row) const {
    Values values;
    const Column& a = rows.column(0);
    const Column& b = rows.columns().back();
    if (!a.IsNull(row)) values.a = a.GetInt64(row);
    if (!b.IsNull(row)) values.b = std::stoll(std::string(b.GetBytes(row)));
    return values;
  }
  [[nodiscard]] Key KeyAt(const RecordBatch& rows, int64_t row) const {
    return KeyOf(std::span(rows.columns()).subspan(1, shape_.types.size()), row);
  }
  Changes Diff(const Snapshot& from, const Snapshot& to) {
    Changes found;
    auto diff = store_->DiffByKey("keyed", from, to);
    EXPECT_TRUE(diff.ok()) << diff.status();
    if (!diff.ok()) return found;
    RowChanges batch;
    while (true) {
      const auto more = (*diff)->Next(&batch);
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) break;
      for (const RowChange& change : batch.changes) {
        Change values;
        std::vector<Key> keys;
        if (change.before >= 0) {
          values.before = At(batch.before, change.before);
          keys.push_back(KeyAt(batch.before, change.before));
        }
        if (change.after >= 0) {
          values.after = At(batch.after, change.after);
          keys.push_back(KeyAt(batch.after, change.after));
        }
        EXPECT_EQ(keys.front(), keys.back());
        const bool both = change.before >= 0 && change.after >= 0;
        EXPECT_EQ(change.kind, both                ? RowChange::Kind::kChanged
                               : change.after >= 0 ? RowChange::Kind::kAdded
                                                   : RowChange::Kind::kRemoved);
        found.emplace_back(keys.front(), values);
      }
    }
    shared_ = (*diff)->segments_shared();
    read_ = (*diff)->segments_read();
    return found;
  }

  KeyShape shape_ = KeyShapes()[0];
  bool small_ = false;
  std::unique_ptr<Place> place_;
  std::shared_ptr<store::StoreCore> core_;
  std::unique_ptr<Store> store_;
  uint64_t shared_ = 0;
  uint64_t read_ = 0;
};

TEST_P(KeyedDiffTest, RandomHistoriesDifferAsMapsDo) {
  for (size_t seed = 0; seed < 12; ++seed) {
    base::Random random(seed);
    shape_ = KeyShapes()[seed % KeyShapes().size()];
    small_ = random.OneIn(2);
    Open();
    Create(16 + static_cast<uint32_t>(random.Uniform(100)));
    KeyedModel model;
    std::vector<std::pair<Snapshot, KeyedModel>> history;
    for (int step = 0; step < 14; ++step) {
      history.emplace_back(store_->GetSnapshot(), model);
      KeyedRows rows;
      std::set<uint64_t> used;
      for (uint64_t i = random.Uniform(150); i > 0; --i) {
        const uint64_t n = random.Uniform(400);
        if (!used.insert(n).second) continue;
        const Key key = shape_.key(n);
        // Now and then as it is.
        Values values{static_cast<int64_t>(random.Uniform(5)) - 1,
                      static_cast<int64_t>(random.Uniform(5)) - 1};
        if (model.contains(key) && random.OneIn(3)) values = model.at(key);
        rows.emplace_back(key, values);
      }
      if (random.OneIn(3)) {
        std::vector<Key> keys;
        for (const auto& [key, values] : rows) {
          keys.push_back(key);
          model.erase(key);
        }
        Delete(keys);
      } else {
        for (const auto& [key, values] : rows) model[key] = values;
        if (!rows.empty()) Upsert(rows);
      }
      if (random.OneIn(5)) ASSERT_OK(store_->Flush());
      if (random.OneIn(7)) {
        ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));  // and so moves all segments
        ASSERT_OK(store_->RebuildIndexes());
      }
    }
    history.emplace_back(store_->GetSnapshot(), model);
    for (int i = 0; i < 40; ++i) {
      const auto& [from, from_model] = history[random.Uniform(history.size())];
      const auto& [to, to_model] = history[random.Uniform(history.size())];
      ASSERT_EQ(Diff(from, to), Expected(from_model, to_model)) << "seed " << seed;
    }
    ASSERT_OK(store_->DropDataset("keyed"));
    history.clear();
  }
}

TEST_P(KeyedDiffTest, SharedSegmentsAreNotOpened) {
  Create(50);
  KeyedRows rows;
  // Values of their own, or segments would refer to each other's chunks.
  for (int64_t n = 0; n < 1000; ++n) {
    rows.emplace_back(shape_.key(static_cast<uint64_t>(n)), Values{3 * n, n});
  }
  Upsert(rows);
  const uint64_t first = store_->GetSnapshot().version();
  Upsert({{shape_.key(300), {7, 7}}, {shape_.key(2000), {8, 8}}});
  Delete({shape_.key(301), shape_.key(902)});
  const uint64_t last = store_->GetSnapshot().version();
  Open();
  const Snapshot from = *store_->At(first);
  const Snapshot to = *store_->At(last);
  const uint64_t before = store_->stats().reads.segments_opened;
  const Changes expected = {{shape_.key(300), {{{900, 300}}, {{7, 7}}}},
                            {shape_.key(301), {{{903, 301}}, {}}},
                            {shape_.key(902), {{{2706, 902}}, {}}},
                            {shape_.key(2000), {{}, {{8, 8}}}}};
  EXPECT_EQ(Diff(from, to), expected);
  EXPECT_EQ(shared_, 18u);
  EXPECT_EQ(read_, 3u) << "two of which rows died, and the new one";
  EXPECT_EQ(store_->stats().reads.segments_opened - before, 3u);
  EXPECT_TRUE(Diff(to, to).empty());
  EXPECT_EQ(store_->stats().reads.segments_opened - before, 3u);
}

TEST_P(KeyedDiffTest, EqualRowsInOtherSegmentsAreNoChange) {
  Create(50);
  KeyedRows rows;
  for (uint64_t n = 0; n < 300; ++n) rows.emplace_back(shape_.key(n), Values{1, 2});
  Upsert(rows);
  const Snapshot from = store_->GetSnapshot();
  Upsert(rows);
  EXPECT_TRUE(Diff(from, store_->GetSnapshot()).empty());
  const Snapshot rewritten = store_->GetSnapshot();
  ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));
  ASSERT_OK(store_->RebuildIndexes());
  EXPECT_TRUE(Diff(rewritten, store_->GetSnapshot()).empty()) << "they moved";
  EXPECT_EQ(read_, 0u);
}

TEST_P(KeyedDiffTest, ChangedFieldsMissingDatasetsAndOtherKeys) {
  const Snapshot nothing = store_->GetSnapshot();
  Create(50);
  Upsert({{shape_.key(1), {1, 1}}, {shape_.key(2), {2, 2}}});
  const Snapshot two = store_->GetSnapshot();
  EXPECT_EQ(Diff(nothing, two).size(), 2u);
  EXPECT_EQ(Diff(two, nothing), Expected({{shape_.key(1), {1, 1}}, {shape_.key(2), {2, 2}}}, {}));
  EXPECT_TRUE(absl::IsNotFound(store_->DiffByKey("other", two, two).status()));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
  ASSERT_OK(transaction.ChangeSchema("keyed", {.rename = {{"a", "c"}}}));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(Diff(two, store_->GetSnapshot()).size(), 2u) << "every row is changed";
  ASSERT_OK(store_->DropDataset("keyed"));
  ASSERT_OK(store_->CreateDataset("keyed", CitySchema()));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(store_->DiffByKey("keyed", two, store_->GetSnapshot()).status()));
}

// Keys of the same types, but of other fields, are no keys of the same rows.
TEST_P(KeyedDiffTest, DatasetsMadeAnewAreComparedWhereTheyHaveTheSameKey) {
  const auto make = [this](const std::vector<std::string>& fields, const std::string& key) {
    const Schema schema = *Schema::Make({{fields[0], Int64(), false}, {fields[1], Int64(), false}});
    EXPECT_OK(store_->CreateDataset("keyed", schema, {.key = {key}}));
    RecordBatchBuilder builder(schema);
    EXPECT_OK(builder.column(0).AppendInt64(1));
    EXPECT_OK(builder.column(1).AppendInt64(2));
    auto transaction = store_->BeginWrite();
    EXPECT_OK(transaction->Upsert("keyed", *builder.Finish()));
    EXPECT_OK((*std::move(transaction)).Commit());
    return store_->GetSnapshot();
  };
  const Snapshot first = make({"x", "y"}, "x");
  ASSERT_OK(store_->DropDataset("keyed"));
  const Snapshot other_key = make({"x", "y"}, "y");
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->DiffByKey("keyed", first, other_key).status()));
  ASSERT_OK(store_->DropDataset("keyed"));
  const Snapshot other_name = make({"z", "y"}, "z");
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->DiffByKey("keyed", first, other_name).status()));
  ASSERT_OK(store_->DropDataset("keyed"));
  const Snapshot same = make({"x", "y"}, "x");
  ASSERT_OK_AND_ASSIGN(const auto diff, store_->DiffByKey("keyed", first, same));
  RowChanges changes;
  ASSERT_OK_AND_ASSIGN(const bool more, diff->Next(&changes));
  EXPECT_FALSE(more);
}

INSTANTIATE_TEST_SUITE_P(Places, KeyedDiffTest, ::testing::Bool(), [](const auto& of) {
  return std::string(of.param ? "Directory" : "Memory");
});

}  // namespace
}  // namespace ashlar::testkit
