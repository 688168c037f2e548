// Each invariant is violated once, and named in the answer.
#include "src/manifest/invariants.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/manifest/manifest_testing.h"

namespace ashlar::manifest {
namespace {

VersionSet Good() {
  const VersionSet empty = EmptySet();
  const auto one =
      *Apply(empty, CreateDataset(empty, 1, "orders", {MakeSegment(1), MakeSegment(2)}));
  return **Apply(*one, AppendSegment(*one, 1));
}

// `set` with its newest manifest changed.
VersionSet With(VersionSet set, const std::function<void(Manifest&)>& change) {
  auto manifest = std::make_shared<Manifest>(*set.current());
  change(*manifest);
  set.versions.back() = manifest;
  return set;
}
VersionSet WithOrders(const std::function<void(DatasetState&)>& change) {
  return With(Good(), [&](Manifest& manifest) {
    auto state = std::make_shared<DatasetState>(*manifest.datasets.at("orders"));
    change(*state);
    manifest.datasets["orders"] = state;
  });
}

void ExpectBroken(const absl::Status& status, const std::string& invariant) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_NE(status.ToString().find(invariant), std::string::npos) << status;
}

TEST(Invariants, HoldForGoodValues) {
  const VersionSet good = Good();
  EXPECT_TRUE(CheckAll(good).ok()) << CheckAll(good);
  const auto next = *Apply(good, AppendSegment(good, 1));
  EXPECT_TRUE(CheckTransition(good, *next).ok()) << CheckTransition(good, *next);
}

TEST(Invariants, OfOneValue) {
  VersionSet set = Good();
  std::swap(set.versions[0], set.versions[1]);
  ExpectBroken(CheckAll(set), "VersionsAscend");
  set.versions.clear();
  ExpectBroken(CheckVersionsAscend(set), "VersionsAscend");
  set = Good();
  set.tags["t"].version = 77;
  ExpectBroken(CheckAll(set), "TagsNameRetainedVersions");
  set = Good();
  set.tags["1t"].version = set.current()->version;
  ExpectBroken(CheckAll(set), "TagsNameRetainedVersions");
  set = Good();
  set.next_segment_id = 3;
  ExpectBroken(CheckAll(set), "SegmentIdsBelowNext");
  set = Good();
  set.next_dataset_id = 1;
  ExpectBroken(CheckAll(set), "SegmentIdsBelowNext");
  ExpectBroken(CheckAll(WithOrders([](DatasetState& s) { s.rows += 1; })), "RowCounts");
  ExpectBroken(CheckAll(WithOrders([](DatasetState& s) { s.logical_bytes -= 1; })), "RowCounts");
}

TEST(Invariants, OfDatasets) {
  ExpectBroken(CheckAll(WithOrders([](DatasetState& s) { s.name = "x"; })), "DatasetIdentities");
  ExpectBroken(CheckAll(WithOrders([](DatasetState& s) { s.id = 0; })), "DatasetIdentities");
  ExpectBroken(CheckAll(WithOrders([](DatasetState& s) { s.next_field_id = 2; })),
               "DatasetIdentities");
  ExpectBroken(CheckAll(With(Good(),
                             [](Manifest& manifest) {
                               auto state = std::make_shared<DatasetState>(Definition(2, "a\nb"));
                               manifest.datasets["a\nb"] = state;
                             })),
               "DatasetIdentities");
  ExpectBroken(CheckAll(With(Good(),
                             [](Manifest& manifest) {
                               manifest.datasets["b"] =
                                   std::make_shared<DatasetState>(Definition(1, "b"));
                             })),
               "DatasetIdentities");
}

TEST(Invariants, OfReferences) {
  const auto replace_last = [](std::shared_ptr<const SegmentMeta> meta) {
    return WithOrders([&](DatasetState& state) { state.segments.back().meta = meta; });
  };
  ExpectBroken(CheckAll(replace_last(MakeSegment(3, {{MakeSegment(3), 0, 1}}))),
               "ReferencesAreNotChained");
  ExpectBroken(CheckAll(replace_last(MakeSegment(3, {{MakeSegment(1), 0, 502}}))),
               "ReferencesAreNotChained");
  auto other = std::make_shared<SegmentMeta>(*MakeSegment(3));
  other->file.bytes += 1;
  VersionSet set = Good();
  const VersionSet twins = WithOrders([&](DatasetState& state) {
    state.segments.push_back({other, 0});
    state.rows += other->rows;
    state.logical_bytes += other->logical_bytes;
  });
  ExpectBroken(CheckAll(twins), "FileIdentitiesAgree");
}

VersionSet GoodKeyed() {
  const VersionSet empty = EmptySet();
  const auto one =
      *Apply(empty, CreateKeyedDataset(empty, 1, "orders", {MakeSegment(1), MakeSegment(2)}));
  ManifestEdit kill = KillRows(*one, 1, 1, {2, 3});
  kill.version->datasets[0].flushed_up_to = 1;
  kill.durable_logs = {{3, 100}, {5, 0}};
  kill.oldest_log = 2;
  return **Apply(*one, kill);
}
VersionSet WithKeyed(const std::function<void(DatasetState&)>& change) {
  return With(GoodKeyed(), [&](Manifest& manifest) {
    auto state = std::make_shared<DatasetState>(*manifest.datasets.at("orders"));
    change(*state);
    manifest.datasets["orders"] = state;
  });
}

TEST(Invariants, OfKeys) {
  EXPECT_TRUE(CheckAll(GoodKeyed()).ok()) << CheckAll(GoodKeyed());
  const auto schema = [](std::vector<Field> fields) { return *Schema::Make(std::move(fields)); };
  const std::vector<std::function<void(DatasetState&)>> bad = {
      [](DatasetState& s) { s.key = {7}; },
      [](DatasetState& s) {
        s.key = {1, 1};
      },
      [](DatasetState& s) { s.key = std::vector<uint32_t>(17, 1); },
      [](DatasetState& s) { s.key = {2}; },  // nullable
      [](DatasetState& s) {
        s.partition_by = {2, 2};
      },
      [&](DatasetState& s) {
        s.schema = schema({{"id", Float64(), false, 1}, {"city", Utf8(), true, 2}});
      },
      [&](DatasetState& s) {
        s.schema = schema({{"id", Int64(), false, 1}, {"city", Bool(), true, 2}});
      },
  };
  for (const auto& change : bad) ExpectBroken(CheckAll(WithKeyed(change)), "KeyFitsSchema");
  ExpectBroken(CheckAll(WithOrders([](DatasetState& s) { s.partition_by = {1}; })),
               "KeyFitsSchema");
  ExpectBroken(CheckAll(WithOrders([](DatasetState& s) { s.hash_index = true; })), "KeyFitsSchema");
}

TEST(Invariants, OfDeadRowsAndKeyRanges) {
  const auto dead = [](uint64_t rows, const std::vector<uint32_t>& list) {
    return DeletionVector::Make(rows, list);
  };
  const auto entry = [](const std::function<void(SegmentEntry&)>& change) {
    return WithKeyed([&](DatasetState& s) { change(s.segments[0]); });
  };
  ExpectBroken(CheckAll(entry([&](SegmentEntry& e) {
                 e.dead = dead(12, {2, 3});
               })),
               "DeadRowsFitSegments");
  ExpectBroken(CheckAll(entry([&](SegmentEntry& e) {
                 e.dead = dead(11, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
               })),
               "DeadRowsFitSegments");
  ExpectBroken(CheckAll(entry([](SegmentEntry& e) { e.dead = nullptr; })), "RowCounts");
  ExpectBroken(CheckAll(WithOrders([&](DatasetState& s) {
                 s.segments[0].dead = dead(11, {2});
                 s.rows -= 1;
               })),
               "DeadRowsFitSegments");
  const auto keys = [](std::string min, std::optional<std::string> max) {
    return std::make_shared<const KeyRange>(KeyRange{std::move(min), std::move(max)});
  };
  for (const auto& range : {std::shared_ptr<const KeyRange>(), keys("b", "a"),
                            keys(std::string(65, 'a'), "b"), keys("a", std::string(65, 'b'))}) {
    ExpectBroken(CheckAll(entry([&](SegmentEntry& e) { e.keys = range; })),
                 "SegmentsOfAKeyAreBounded");
  }
  ExpectBroken(CheckAll(WithOrders([&](DatasetState& s) { s.segments[0].keys = keys("a", "b"); })),
               "SegmentsOfAKeyAreBounded");
  ExpectBroken(
      CheckAll(WithKeyed([](DatasetState& s) { s.segments.push_back(s.segments.back()); })),
      "SegmentsOfAKeyAreBounded");
}

TEST(Invariants, OfLogs) {
  ExpectBroken(CheckAll(WithKeyed([](DatasetState& s) { s.flushed_up_to = 3; })),
               "FlushedUpToIsReached");
  VersionSet set = GoodKeyed();
  set.durable_logs = {{3, 1}, {3, 1}};
  ExpectBroken(CheckAll(set), "DurableLogs");
  set.durable_logs = {{1, 1}};
  ExpectBroken(CheckAll(set), "DurableLogs");
  const VersionSet good = GoodKeyed();
  VersionSet next = good;
  next.durable_logs[0].bytes += 1;
  EXPECT_TRUE(CheckTransition(good, next).ok());
  next.durable_logs[0].bytes -= 2;
  ExpectBroken(CheckTransition(good, next), "DurableLogsStay");
  next.durable_logs.clear();
  ExpectBroken(CheckTransition(good, next), "DurableLogsStay");
  next.oldest_log = 6;
  EXPECT_TRUE(CheckTransition(good, next).ok());
  ManifestEdit back = NextVersion(good);
  back.version->datasets.push_back({1, false, {}, {}, {}, 0});
  ExpectBroken(CheckTransition(good, **Apply(good, back)), "FlushedUpToNeverDecreases");
}

TEST(Invariants, AKeyStays) {
  const VersionSet good = GoodKeyed();
  const auto redefine = [&](const std::function<void(DatasetState&)>& change) {
    ManifestEdit edit = NextVersion(good);
    DatasetState definition = KeyedDefinition(1, "orders");
    change(definition);
    edit.version->datasets.push_back({1, false, std::move(definition), {}});
    return CheckTransition(good, **Apply(good, edit));
  };
  EXPECT_TRUE(redefine([](DatasetState& s) {
                s.schema = *Schema::Make({{"key", Int64(), false, 1}, {"city", Utf8(), true, 2}});
              }).ok());
  ExpectBroken(redefine([](DatasetState& s) { s.hash_index = true; }), "KeyStays");
  ExpectBroken(redefine([](DatasetState& s) { s.partition_by.clear(); }), "KeyStays");
  ExpectBroken(redefine([](DatasetState& s) {
                 s.schema = *Schema::Make({{"id", Int32(), false, 1}, {"city", Utf8(), true, 2}});
               }),
               "KeyStays");
  ExpectBroken(redefine([](DatasetState& s) {
                 s.schema = *Schema::Make({{"id", Int64(), false, 1}, {"city", Binary(), true, 2}});
               }),
               "KeyStays");
}

TEST(Invariants, OfTransitions) {
  const VersionSet good = Good();
  for (uint64_t VersionSet::*counter :
       {&VersionSet::next_segment_id, &VersionSet::next_dataset_id, &VersionSet::oldest_log}) {
    VersionSet before = good;
    before.*counter += 1;
    ExpectBroken(CheckTransition(before, good), "CountersNeverDecrease");
  }
  ExpectBroken(CheckTransition(good, WithOrders([](DatasetState&) {})),
               "RetainedVersionsUnchanged");
  ManifestEdit skip = AppendSegment(good, 1);
  skip.version->version += 1;
  ExpectBroken(CheckTransition(good, **Apply(good, skip)), "NewVersionFollows");
  ManifestEdit back = AppendSegment(good, 1);
  back.version->sequence = 0;
  EXPECT_FALSE(CheckTransition(good, **Apply(good, back)).ok());
  auto other = std::make_shared<SegmentMeta>(*MakeSegment(1));
  other->digest = {};
  ManifestEdit swapped = AppendSegment(good, 1);
  swapped.version->datasets[0].splices = {{0, 1, {{other, 0}}}};
  ExpectBroken(CheckTransition(good, **Apply(good, swapped)), "FileIdentitiesAgree");
}

}  // namespace
}  // namespace ashlar::manifest
