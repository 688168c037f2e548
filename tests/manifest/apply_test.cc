// Apply: the next value follows from base and edit, the base stays, and what does not fit is
// refused.
#include <gtest/gtest.h>

#include <functional>

#include "src/manifest/edit.h"
#include "src/manifest/invariants.h"
#include "tests/manifest/manifest_testing.h"

namespace ashlar::manifest {
namespace {

VersionSet TwoVersions() {
  const VersionSet empty = EmptySet();
  const auto first =
      *Apply(empty, CreateDataset(empty, 1, "orders", {MakeSegment(1), MakeSegment(2)}));
  return **Apply(*first, AppendSegment(*first, 1));
}

ManifestEdit Splice(const VersionSet& set, std::vector<SegmentSplice> splices) {
  ManifestEdit edit = NextVersion(set);
  edit.version->datasets.push_back({1, false, std::nullopt, std::move(splices)});
  return edit;
}

TEST(Apply, IsPureAndShares) {
  const VersionSet base = TwoVersions();
  const std::string before = Describe(base);
  ManifestEdit edit = CreateDataset(base, 2, "cities", {MakeSegment(9)});
  const auto next = Apply(base, edit);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(Describe(base), before);
  EXPECT_EQ((*next)->versions.size(), 4u);
  EXPECT_EQ((*next)->versions[1], base.versions[1]);
  EXPECT_EQ((*next)->current()->datasets.at("orders"), base.current()->datasets.at("orders"));
  EXPECT_EQ((*next)->next_segment_id, 10u);
  EXPECT_EQ(Describe(**Apply(base, edit)), Describe(**next));
}

TEST(Apply, SplicesCountInTheOldList) {
  const VersionSet base = TwoVersions();
  const auto next = Apply(base, Splice(base, {{0, 1, {{MakeSegment(7), 1}, {MakeSegment(8), 1}}},
                                              {2, 0, {{MakeSegment(9), 0}}},
                                              {3, 0, {{MakeSegment(10), 0}}}}));
  ASSERT_TRUE(next.ok()) << next.status();
  std::vector<uint64_t> ids;
  uint64_t rows = 0;
  const DatasetState& state = *(*next)->current()->datasets.at("orders");
  for (const auto& entry : state.segments) {
    ids.push_back(entry.meta->file.id);
    rows += entry.meta->rows;
  }
  EXPECT_EQ(ids, (std::vector<uint64_t>{7, 8, 2, 9, 3, 10}));
  EXPECT_EQ(state.rows, rows);
}

TEST(Apply, RenamesMaySwapNames) {
  const VersionSet one = TwoVersions();
  const auto two = *Apply(one, CreateDataset(one, 2, "cities", {}));
  ManifestEdit edit = NextVersion(*two);
  edit.version->datasets.push_back({1, false, Definition(1, "cities"), {}});
  edit.version->datasets.push_back({2, false, Definition(2, "orders"), {}});
  const auto next = Apply(*two, edit);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ((*next)->current()->datasets.at("cities")->segments.size(), 3u);
  EXPECT_TRUE(CheckAll(**next).ok()) << CheckAll(**next);
}

TEST(Apply, AMoveChangesEveryVersionThatListsTheSegmentAndMakesNone) {
  const VersionSet base = TwoVersions();
  ManifestEdit edit;
  edit.moves = {{1, MovedTo(20, *MakeSegment(1))}};
  edit.next_segment_id = 21;
  const auto next = Apply(base, edit);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_TRUE(CheckTransition(base, **next).ok()) << CheckTransition(base, **next);
  ASSERT_EQ((*next)->versions.size(), base.versions.size());
  EXPECT_EQ((*next)->versions[0], base.versions[0]) << "it does not list the segment";
  for (size_t i = 1; i < base.versions.size(); ++i) {
    EXPECT_EQ((*next)->versions[i]->version, base.versions[i]->version);
    const DatasetState& before = *base.versions[i]->datasets.at("orders");
    const DatasetState& after = *(*next)->versions[i]->datasets.at("orders");
    EXPECT_EQ(after.rows, before.rows);
    EXPECT_EQ(after.segments[0].meta->file.id, 20u);
    EXPECT_EQ(after.segments[0].meta->digest, before.segments[0].meta->digest);
    EXPECT_EQ(after.segments[1].meta, before.segments[1].meta);
  }
  edit.moves[0].to = MovedTo(20, *MakeSegment(2));
  EXPECT_FALSE(Apply(base, edit).ok()) << "other rows";
}

TEST(Apply, AMoveKeepsDeadRowsAndSharedStates) {
  const VersionSet empty = EmptySet();
  auto set = *Apply(empty, CreateKeyedDataset(empty, 1, "users", {MakeSegment(4)}));
  set = *Apply(*set, KillRows(*set, 1, 4, {0, 3}));
  set = *Apply(*set, CreateDataset(*set, 2, "orders", {MakeSegment(5)}));
  ManifestEdit edit;
  edit.moves = {{4, MovedTo(8, *MakeSegment(4))}};
  edit.next_segment_id = 9;
  const auto next = Apply(*set, edit);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_TRUE(CheckTransition(*set, **next).ok()) << CheckTransition(*set, **next);
  EXPECT_TRUE(CheckAll(**next).ok()) << CheckAll(**next);
  const auto& entry = StateOf(**next, 1).segments[0];
  EXPECT_EQ(entry.meta->file.id, 8u);
  EXPECT_EQ(entry.dead, StateOf(*set, 1).segments[0].dead);
  EXPECT_EQ(entry.keys, StateOf(*set, 1).segments[0].keys);
  EXPECT_EQ((*next)->versions[2]->datasets.at("users"), (*next)->current()->datasets.at("users"));
  EXPECT_EQ((*next)->current()->datasets.at("orders"), set->current()->datasets.at("orders"));
}

TEST(Apply, ACompactionChangesTheNewestVersionAloneAndMakesNone) {
  const VersionSet base = TwoVersions();
  const auto next = Apply(base, CompactRun(base, 1, 0, 2));
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_TRUE(CheckTransition(base, **next).ok()) << CheckTransition(base, **next);
  EXPECT_TRUE(CheckAll(**next).ok()) << CheckAll(**next);
  ASSERT_EQ((*next)->versions.size(), base.versions.size());
  for (size_t i = 0; i + 1 < base.versions.size(); ++i) {
    EXPECT_EQ((*next)->versions[i], base.versions[i]);
  }
  const Manifest& after = *(*next)->current();
  EXPECT_EQ(after.version, base.current()->version);
  EXPECT_EQ(after.sequence, base.current()->sequence);
  EXPECT_EQ(after.committed_us, base.current()->committed_us);
  const DatasetState& state = *after.datasets.at("orders");
  EXPECT_EQ(state.rows, base.current()->datasets.at("orders")->rows);
  ASSERT_EQ(state.segments.size(), 2u);
  EXPECT_EQ(state.segments[0].meta->file.id, 4u);
  EXPECT_EQ(state.segments[1].meta, base.current()->datasets.at("orders")->segments[2].meta);
}

TEST(Apply, ACompactionLeavesOutDeadRows) {
  const VersionSet empty = EmptySet();
  auto set = *Apply(empty, CreateKeyedDataset(empty, 1, "users", {MakeSegment(4), MakeSegment(5)}));
  set = *Apply(*set, KillRows(*set, 1, 4, {0, 3}));
  const auto next = Apply(*set, CompactRun(*set, 1, 0, 2));
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_TRUE(CheckTransition(*set, **next).ok()) << CheckTransition(*set, **next);
  ASSERT_EQ(StateOf(**next, 1).segments.size(), 1u);
  EXPECT_EQ(StateOf(**next, 1).rows, StateOf(*set, 1).rows);
  EXPECT_EQ(StateOf(**next, 1).segments[0].meta->rows, StateOf(*set, 1).rows);
}

TEST(Apply, RefusesCompactionsThatChangeContent) {
  const VersionSet base = TwoVersions();
  const ManifestEdit good = CompactRun(base, 1, 0, 2);
  ASSERT_TRUE(Apply(base, good).ok());
  const auto refused = [&](const std::function<void(ManifestEdit&)>& spoil) {
    ManifestEdit edit = good;
    spoil(edit);
    return !Apply(base, edit).ok();
  };
  using Edit = ManifestEdit;
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].splices[0].removed = 1; })) << "more rows";
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].splices[0].removed = 3; })) << "fewer rows";
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].splices[0].removed = 4; })) << "outside";
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].splices.clear(); })) << "nothing";
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].splices[0].inserted[0].meta = nullptr; }));
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].dataset_id = 2; })) << "no such dataset";
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].drop = true; }));
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].flushed_up_to = 9; }));
  EXPECT_TRUE(refused([](Edit& e) { e.compactions[0].definition = Definition(1, "others"); }));
  EXPECT_TRUE(refused([](Edit& e) { e.compactions.push_back(e.compactions[0]); })) << "twice";
  EXPECT_TRUE(refused([&](Edit& e) { e.version = NextVersion(base).version; })) << "a version too";
  // Rows of an ordered dataset do not change places, though their number stays.
  EXPECT_TRUE(refused([](Edit& e) {
    auto& splices = e.compactions[0].splices;
    splices[0].inserted = {{MakeSegment(8), 0}};  // 11 rows for 23, and 25 for 13
    splices.push_back({2, 1, {{MakeSegment(9), 0}, {MakeSegment(10), 0}}});
  }));
}

TEST(Apply, LogsAreKnownUntilTheyAreNotNeeded) {
  VersionSet set = TwoVersions();
  ManifestEdit edit;
  edit.durable_logs = {{2, 100}, {4, 0}};
  set = **Apply(set, edit);
  edit.durable_logs = {{3, 50}, {4, 0}};
  set = **Apply(set, edit);
  EXPECT_EQ(set.durable_logs, (std::vector<DurableLog>{{2, 100}, {3, 50}, {4, 0}}));
  ASSERT_NE(set.FindDurableLog(3), nullptr);
  EXPECT_EQ(set.FindDurableLog(3)->bytes, 50u);
  EXPECT_EQ(set.FindDurableLog(5), nullptr);
  edit.durable_logs = {{2, 1}, {3, 60}};
  EXPECT_EQ((*Apply(set, edit))->durable_logs,
            (std::vector<DurableLog>{{2, 100}, {3, 60}, {4, 0}}));
  edit.durable_logs = {{6, 1}, {5, 9}};
  EXPECT_FALSE(Apply(set, edit).ok()) << "not ascending";
  edit.durable_logs = {{5, 9}};
  edit.oldest_log = 4;
  set = **Apply(set, edit);
  EXPECT_EQ(set.durable_logs, (std::vector<DurableLog>{{4, 0}, {5, 9}}));
}

TEST(Apply, RefusesWhatDoesNotFit) {
  const VersionSet base = TwoVersions();
  const SegmentEntry entry{MakeSegment(9), 0};
  std::vector<std::pair<std::string, ManifestEdit>> bad;
  const auto dataset = [&](DatasetEdit change) {
    ManifestEdit edit = NextVersion(base);
    edit.version->datasets.push_back(std::move(change));
    return edit;
  };
  bad.push_back({"does not follow", NextVersion(EmptySet())});
  bad.push_back({"does not exist", dataset({7, false, std::nullopt, {{0, 0, {entry}}}})});
  bad.push_back({"does not exist", dataset({7, true, std::nullopt, {}})});
  bad.push_back({"dropped and changed", dataset({1, true, std::nullopt, {{0, 0, {entry}}}})});
  bad.push_back({"defined with id", dataset({1, false, Definition(2, "x"), {}})});
  bad.push_back({"two datasets", dataset({2, false, Definition(2, "orders"), {}})});
  bad.push_back({"outside of", Splice(base, {{2, 2, {}}})});
  bad.push_back({"outside of", Splice(base, {{4, 0, {entry}}})});
  bad.push_back({"outside of", Splice(base, {{1, UINT64_MAX, {}}})});
  bad.push_back({"overlap", Splice(base, {{1, 1, {}}, {1, 1, {}}})});
  bad.push_back({"inserts no segment", Splice(base, {{0, 0, {{nullptr, 0}}}})});
  ManifestEdit twice = dataset({1, false, std::nullopt, {}});
  twice.version->datasets.push_back(twice.version->datasets[0]);
  bad.push_back({"named twice", twice});
  ManifestEdit edit;
  edit.expired = {17};
  bad.push_back({"not retained", edit});
  edit.expired = {base.current()->version};
  bad.push_back({"is the newest", edit});
  edit.expired = {};
  edit.set_tags = {{"t", {17, {}}}};
  bad.push_back({"not retained", edit});
  edit.set_tags = {};
  edit.deleted_tags = {"t"};
  bad.push_back({"does not exist", edit});
  for (const auto& [why, wrong] : bad) {
    const auto next = Apply(base, wrong);
    EXPECT_EQ(next.status().code(), absl::StatusCode::kFailedPrecondition) << why;
    EXPECT_NE(next.status().ToString().find(why), std::string::npos) << next.status();
  }
}

TEST(DiffManifests, LeadsFromOneToTheOther) {
  base::Random random(5);
  for (int round = 0; round < 20; ++round) {
    auto set = std::make_shared<const VersionSet>(EmptySet());
    for (int i = 0; i < 12; ++i) {
      const auto next = Apply(*set, RandomEdit(*set, random));
      ASSERT_TRUE(next.ok()) << next.status();
      set = *next;
    }
    VersionSet from = *set;
    from.tags.clear();
    const auto to = from.versions.back();
    from.versions.resize(2);
    ManifestEdit edit;
    edit.version = DiffManifests(*from.current(), *to);
    const auto applied = Apply(from, edit);
    ASSERT_TRUE(applied.ok()) << applied.status();
    VersionSet expected = from;
    expected.versions.push_back(to);
    EXPECT_EQ(Describe(**applied), Describe(expected));
  }
}

}  // namespace
}  // namespace ashlar::manifest
