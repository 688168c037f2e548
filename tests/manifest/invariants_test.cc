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
