// Rows that die, against a set of row numbers a segment: through edits, checkpoints and versions.
#include "src/manifest/deaths.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "src/io/memory_file_system.h"
#include "src/manifest/invariants.h"
#include "src/manifest/manifest_store.h"
#include "tests/manifest/manifest_testing.h"

namespace ashlar::manifest {
namespace {

// The dead rows of each listed segment.
using Model = std::map<uint64_t, std::set<uint32_t>>;

Model ModelOf(const DatasetState& state) {
  Model model;
  for (const SegmentEntry& entry : state.segments) {
    std::set<uint32_t>& dead = model[entry.meta->file.id];
    if (entry.dead == nullptr) continue;
    const std::vector<uint32_t> rows = entry.dead->Rows();
    dead.insert(rows.begin(), rows.end());
  }
  return model;
}

uint64_t LiveRowsOf(const Model& model) {
  uint64_t rows = 0;
  for (const auto& [id, dead] : model) rows += MakeSegment(id)->rows - dead.size();
  return rows;
}

// A flush: one new segment, and random live rows of older ones die. Changes the model alike.
ManifestEdit RandomFlush(const VersionSet& set, base::Random& random, Model* model) {
  ManifestEdit edit = AppendSegment(set, 1);
  const DatasetState& state = StateOf(set, 1);
  std::vector<RowsDied> died;
  for (auto& [id, dead] : *model) {
    const uint64_t rows = MakeSegment(id)->rows;
    std::vector<uint32_t> newly;
    for (uint32_t row = 0; row < rows; ++row) {
      if (!dead.contains(row) && random.OneIn(random.OneIn(5) ? 1 : 6)) newly.push_back(row);
    }
    if (newly.empty()) continue;
    died.push_back({id, DeletionVector::Make(rows, newly)});
    dead.insert(newly.begin(), newly.end());
  }
  EXPECT_TRUE(AddDeaths(state, died, &edit.version->datasets[0]).ok());
  std::erase_if(*model, [](const auto& segment) {
    return segment.second.size() == MakeSegment(segment.first)->rows;
  });
  (*model)[set.next_segment_id] = {};
  return edit;
}

TEST(Deaths, RandomFlushesKeepEveryVersion) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    io::MemoryFileSystem files;
    auto set = std::make_shared<const VersionSet>(EmptySet());
    auto store = *ManifestStore::Create(files, *set);
    Model model = {{1, {}}, {2, {}}};
    std::map<uint64_t, Model> by_version = {{0, {}}, {1, model}};
    ManifestEdit edit = CreateKeyedDataset(*set, 1, "users", {MakeSegment(1), MakeSegment(2)});
    for (int step = 0; step < 40; ++step) {
      const auto next = Apply(*set, edit);
      ASSERT_TRUE(next.ok()) << next.status();
      ASSERT_TRUE(CheckTransition(*set, **next).ok()) << CheckTransition(*set, **next);
      ASSERT_TRUE(store->Append(edit, **next).ok());
      set = *next;
      if (random.OneIn(12)) {
        ASSERT_TRUE(store->Roll(*set).ok());
      }
      edit = RandomFlush(*set, random, &model);
      by_version[edit.version->version] = model;
      // Also of vectors that were never looked at since they were read.
      if (random.OneIn(6)) set = ReadManifest(files)->set;
    }
    const auto recovered = *ReadManifest(files);
    for (const auto& versions : {set->versions, recovered.set->versions}) {
      for (const auto& manifest : versions) {
        if (manifest->version == 0) continue;
        const DatasetState& state = *manifest->datasets.at("users");
        const Model& expected = by_version.at(manifest->version);
        EXPECT_EQ(ModelOf(state), expected) << "version " << manifest->version;
        EXPECT_EQ(state.rows, LiveRowsOf(expected));
      }
    }
  }
}

TEST(Deaths, AnEditCarriesOnlyTheNewlyDead) {
  io::MemoryFileSystem files;
  auto set = std::make_shared<const VersionSet>(EmptySet());
  auto meta = std::make_shared<SegmentMeta>(*MakeSegment(1));
  meta->rows = 60'000;
  set = *Apply(*set, CreateKeyedDataset(*set, 1, "users", {meta}));
  std::vector<uint32_t> many;
  for (uint32_t row = 0; row < 60'000; row += 3) many.push_back(row);
  set = *Apply(*set, KillRows(*set, 1, 1, many));
  const auto store = *ManifestStore::Create(files, *set);
  EXPECT_GT(store->file_bytes(), 7'500u);  // a bitmap
  const ManifestEdit edit = KillRows(*set, 1, 1, {1, 40'000});
  const auto next = *Apply(*set, edit);
  const auto bytes = store->Append(edit, *next);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_LT(*bytes, 100u);
  EXPECT_EQ(StateOf(*next, 1).rows, 60'000 - 20'002u);
  EXPECT_EQ(StateOf(*set, 1).rows, 40'000u);
}

TEST(Deaths, ASegmentWithoutALiveRowGoes) {
  const VersionSet empty = EmptySet();
  const VersionSet set =
      **Apply(empty, CreateKeyedDataset(empty, 1, "users", {MakeSegment(7), MakeSegment(8)}));
  const std::vector<uint32_t> all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  ASSERT_EQ(MakeSegment(7)->rows, all.size());
  const VersionSet next = **Apply(set, KillRows(set, 1, 7, all));
  EXPECT_EQ(ModelOf(StateOf(next, 1)), (Model{{8, {}}}));
  EXPECT_EQ(StateOf(next, 1).rows, MakeSegment(8)->rows);
}

// The same content may come back: then nothing of it is dead.
TEST(Deaths, AListedAgainSegmentStartsAnew) {
  const VersionSet empty = EmptySet();
  VersionSet set =
      **Apply(empty, CreateKeyedDataset(empty, 1, "users", {MakeSegment(7), MakeSegment(8)}));
  set = **Apply(set, KillRows(set, 1, 7, {1, 2}));
  ManifestEdit again = NextVersion(set);
  again.version->datasets.push_back(
      {1, false, std::nullopt, {{0, 1, {KeyedEntry(MakeSegment(7))}}}});
  const auto next = Apply(set, again);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(ModelOf(StateOf(**next, 1)), (Model{{7, {}}, {8, {}}}));
  const VersionEdit diff = DiffManifests(*set.current(), *(*next)->current());
  ASSERT_EQ(diff.datasets.size(), 1u);
  EXPECT_TRUE(diff.datasets[0].deaths.empty());
  EXPECT_EQ(diff.datasets[0].splices.size(), 1u);
}

TEST(Deaths, WhatDoesNotFitIsRefused) {
  const VersionSet empty = EmptySet();
  VersionSet set =
      **Apply(empty, CreateKeyedDataset(empty, 1, "users", {MakeSegment(7), MakeSegment(8)}));
  set = **Apply(set, KillRows(set, 1, 7, {1, 2}));
  const auto rows = [](uint64_t of, const std::vector<uint32_t>& dead) {
    return DeletionVector::Make(of, dead);
  };
  const std::vector<SegmentSplice> removal = {{0, 1, {}}};
  const std::vector<std::pair<std::string, DatasetEdit>> bad = {
      {"do not ascend", {1, false, {}, {}, {{2, 7, rows(10, {0})}}, {}}},
      {"do not ascend", {1, false, {}, {}, {{1, 8, rows(11, {0})}, {1, 8, rows(11, {1})}}, {}}},
      {"segment 7 stands there", {1, false, {}, {}, {{0, 8, rows(11, {0})}}, {}}},
      {"has 10 rows, not 11", {1, false, {}, {}, {{0, 7, rows(11, {0})}}, {}}},
      {"dead already", {1, false, {}, {}, {{0, 7, rows(10, {0, 2})}}, {}}},
      {"no row stays alive", {1, false, {}, {}, {{0, 7, rows(10, {0, 3, 4, 5, 6, 7, 8, 9})}}, {}}},
      {"no row is named", {1, false, {}, {}, {{0, 7, nullptr}}, {}}},
      {"the same edit removes it", {1, false, {}, removal, {{0, 7, rows(10, {0})}}, {}}},
      {"dropped and changed", {1, true, {}, {}, {{0, 7, rows(10, {0})}}, {}}},
      {"without a live row",
       {1, false, {}, {{0, 0, {{MakeSegment(9), 0, rows(11, {3})}}}}, {}, {}}},
  };
  for (const auto& [why, change] : bad) {
    ManifestEdit edit = NextVersion(set);
    edit.version->datasets.push_back(change);
    const auto next = Apply(set, edit);
    EXPECT_EQ(next.status().code(), absl::StatusCode::kFailedPrecondition) << why;
    EXPECT_NE(next.status().ToString().find(why), std::string::npos) << next.status();
  }
  const DatasetState& state = StateOf(set, 1);
  const RowsDied unknown[] = {{99, rows(10, {0})}};
  DatasetEdit edit{1, false, {}, removal, {}, {}};
  EXPECT_NE(AddDeaths(state, unknown, &edit).ToString().find("not listed"), std::string::npos);
  // As many rows as are alive, but not those: the segment must not go.
  const RowsDied again[] = {{7, rows(10, {0, 1, 3, 4, 5, 6, 7, 8})}};
  DatasetEdit overlapping{1, false, {}, {}, {}, {}};
  EXPECT_NE(AddDeaths(state, again, &overlapping).ToString().find("dead already"),
            std::string::npos);
  const RowsDied removed[] = {{7, rows(10, {0})}};
  EXPECT_NE(AddDeaths(state, removed, &edit).ToString().find("removes it"), std::string::npos);
  const RowsDied twice[] = {{8, rows(11, {0})}, {8, rows(11, {1})}};
  EXPECT_NE(AddDeaths(state, twice, &edit).ToString().find("named twice"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::manifest
