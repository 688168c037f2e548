// Key ranges over segments and memtables together, made by hand as a snapshot will have them.
#include "src/store/memory_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "src/base/random.h"
#include "src/log/memtable.h"
#include "src/store/dataset_impl.h"
#include "src/store/key_range_scan.h"
#include "tests/store/range_model.h"

namespace ashlar::store {
namespace {

using testkit::Model;
using testkit::RangeRows;
using testkit::Shape;
using testkit::StatusOf;

// A store with segments, and memtables that are newer, oldest first.
struct Layers {
  std::unique_ptr<Store> store;
  std::shared_ptr<const Dataset::Impl> dataset;
  std::vector<std::shared_ptr<log::Memtable>> memtables;
  uint64_t sequence = 0;
  Model model;
};

// The keys that a view has a row or a tombstone of.
std::set<std::string> KeysIn(const log::MemtableView& view) {
  std::set<std::string> keys;
  view.ForEachEntry(0, view.rows(),
                    [&](const log::MemtableEntry& entry) { keys.emplace(entry.key); });
  return keys;
}

log::MemtableOrder Without(const log::MemtableOrder& order, const std::set<std::string>& keys) {
  std::vector<uint32_t> kept;
  for (uint32_t i = 0; i < order.rows.size(); ++i) {
    if (!keys.contains(std::string(order.keys.key(i)))) kept.push_back(i);
  }
  log::MemtableOrder rest;
  for (const uint32_t i : kept) rest.rows.push_back(order.rows[i]);
  rest.keys = columnar::SelectKeys(order.keys, kept);
  return rest;
}

// The rows of segments that have one of these keys are dead, too.
DeadRows DeadWith(const Dataset::Impl& dataset, const std::set<std::string>& keys) {
  const auto& segments = dataset.state->segments;
  std::vector<std::vector<uint32_t>> more(segments.size());
  for (const std::string& key : keys) {
    const auto at = dataset.keys->Find(key, columnar::KeyHash(key));
    EXPECT_TRUE(at.ok()) << at.status();
    if (at->has_value()) more[(*at)->segment].push_back((*at)->row);
  }
  DeadRows dead;
  for (size_t i = 0; i < segments.size(); ++i) {
    std::sort(more[i].begin(), more[i].end());
    manifest::DeletionVectorPtr all = segments[i].dead;
    if (!more[i].empty()) {
      const auto made = manifest::DeletionVector::Make(segments[i].meta->rows, more[i]);
      all = all == nullptr ? made : all->With(*made);
    }
    dead.push_back(std::move(all));
  }
  return dead;
}

RangeMemory MemoryOf(const Layers& layers) {
  RangeMemory memory;
  std::set<std::string> newer;
  for (auto it = layers.memtables.rbegin(); it != layers.memtables.rend(); ++it) {
    const log::MemtableView view = (*it)->View(layers.sequence);
    auto rows =
        std::make_shared<SortedMemory>(SortedMemory{view, Without(log::SortMemtable(view), newer)});
    memory.memtables.insert(memory.memtables.begin(), std::move(rows));
    newer.merge(KeysIn(view));
  }
  memory.dead = DeadWith(*layers.dataset, newer);
  return memory;
}

void WriteSegments(const Shape& shape, Layers* layers, base::Random& random) {
  auto store = Store::OpenInMemory({.small_commit_bytes = 0});
  ASSERT_TRUE(store.ok()) << store.status();
  layers->store = *std::move(store);
  ASSERT_OK(layers->store->CreateDataset("keyed", testkit::SchemaOf(shape),
                                         {.key = testkit::KeyOf(shape)}));
  for (uint64_t commits = random.Uniform(4); commits > 0; --commits) {
    RangeRows rows;
    for (uint64_t n = random.Uniform(300); n > 0; --n) {
      rows.emplace_back(shape.key(random.Uniform(1000)), static_cast<int64_t>(random.Uniform(99)));
    }
    auto transaction = layers->store->BeginWrite();
    ASSERT_TRUE(transaction.ok()) << transaction.status();
    ASSERT_OK(transaction->Upsert("keyed", testkit::RowsOf(shape, rows)));
    ASSERT_OK(std::move(*transaction).Commit());
    for (const auto& [key, value] : rows) layers->model[key] = value;
  }
  const Dataset dataset = *layers->store->GetSnapshot().GetDataset("keyed");
  layers->dataset = std::make_shared<const Dataset::Impl>(dataset.impl());
}

void WriteMemtable(const Shape& shape, Layers* layers, base::Random& random) {
  const auto memtable = log::Memtable::Make(layers->dataset->state->schema, true);
  const columnar::KeyCodec& codec = layers->dataset->keys->codec();
  for (uint64_t commits = random.Uniform(30); commits > 0; --commits) {
    RangeRows rows;
    for (uint64_t n = 1 + random.Uniform(random.OneIn(20) ? 3000 : 20); n > 0; --n) {
      rows.emplace_back(shape.key(random.Uniform(1000)), static_cast<int64_t>(random.Uniform(99)));
    }
    const bool deletes = random.OneIn(4);
    RecordBatch batch = testkit::RowsOf(shape, rows);
    log::MemtableBatch step;
    step.keys = codec.EncodeBatch(batch).value();
    if (!deletes) step.rows = std::move(batch);
    ASSERT_OK(memtable->Apply(++layers->sequence, {&step, 1}));
    for (const auto& [key, value] : rows) {
      if (deletes) {
        layers->model.erase(key);
      } else {
        layers->model[key] = value;
      }
    }
  }
  layers->memtables.push_back(memtable);
}

TEST(MemoryRun, RangesOverSegmentsAndMemtablesGiveWhatAMapGives) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    for (const Shape& shape : testkit::RangeShapes()) {
      SCOPED_TRACE(testing::Message() << shape.name << ", seed " << seed);
      base::Random random(seed);
      Layers layers;
      WriteSegments(shape, &layers, random);
      for (uint64_t i = random.Uniform(4); i > 0; --i) WriteMemtable(shape, &layers, random);
      const RangeMemory memory = MemoryOf(layers);
      for (int i = 0; i < 40 && !HasFailure(); ++i) {
        const KeyRangeOptions range = testkit::RandomRange(shape, random);
        ASSERT_OK_AND_ASSIGN(const auto reader, ScanKeyRange(layers.dataset, range, memory));
        EXPECT_EQ(testkit::ReadRange(*reader), testkit::ExpectedRange(shape, layers.model, range))
            << testkit::Describe(range);
      }
    }
  }
}

// A memtable whose schema is older than the dataset's: what it lacks is null. Members of a struct
// that is null are null, whatever the memtable holds for them.
TEST(MemoryRun, FieldsAreMatchedById) {
  ASSERT_OK_AND_ASSIGN(const auto store, Store::OpenInMemory({.small_commit_bytes = 0}));
  const Schema schema =
      *Schema::Make({{"id", Int64(), false}, {"place", Struct({{"zip", Int32()}})}});
  ASSERT_OK(store->CreateDataset("keyed", schema, {.key = {"id"}}));
  const Schema old = store->GetSnapshot().GetDataset("keyed")->schema();
  ASSERT_OK_AND_ASSIGN(WriteTransaction change, store->BeginWrite());
  ASSERT_OK(
      change.ChangeSchema("keyed", {.rename = {{"place", "where"}}, .add = {{"late", Utf8()}}}));
  ASSERT_OK(std::move(change).Commit());
  const Dataset handle = *store->GetSnapshot().GetDataset("keyed");
  const auto dataset = std::make_shared<const Dataset::Impl>(handle.impl());
  const auto memtable = log::Memtable::Make(old, true);
  RecordBatchBuilder builder(old);
  for (int64_t id = 9; id >= 0; --id) {
    ASSERT_OK(builder.column(0).AppendInt64(id));
    if (id % 2 == 0) {
      builder.column(1).AppendNull();
    } else {
      ASSERT_OK(builder.column(1).child(0).AppendInt64(id));
      ASSERT_OK(builder.column(1).AppendNested());
    }
  }
  log::MemtableBatch step;
  ASSERT_OK_AND_ASSIGN(step.rows, builder.Finish());
  ASSERT_OK_AND_ASSIGN(step.keys, dataset->keys->codec().EncodeColumns({&step.rows.column(0), 1}));
  ASSERT_OK(memtable->Apply(1, {&step, 1}));
  const log::MemtableView view = memtable->View(1);
  RangeMemory memory;
  memory.memtables.push_back(
      std::make_shared<const SortedMemory>(SortedMemory{view, log::SortMemtable(view)}));
  ASSERT_OK_AND_ASSIGN(const auto reader,
                       ScanKeyRange(dataset, {.columns = {"id", "late", "where.zip"}}, memory));
  RecordBatch batch;
  ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&batch));
  ASSERT_TRUE(more);
  ASSERT_EQ(batch.rows(), 10);
  for (int64_t row = 0; row < 10; ++row) {
    EXPECT_EQ(batch.column(0).GetInt64(row), row);
    EXPECT_TRUE(batch.column(1).IsNull(row));
    EXPECT_EQ(batch.column(2).IsNull(row), row % 2 == 0);
    EXPECT_EQ(batch.column(2).GetInt64(row), row % 2 == 0 ? 0 : row);
  }
}

// A caller that hands over a row twice hears of it.
TEST(MemoryRun, AKeyThatIsAliveTwiceIsReported) {
  const Shape shape = testkit::RangeShapes()[0];
  base::Random random(1);
  Layers layers;
  WriteSegments(shape, &layers, random);
  for (int i = 0; i < 2; ++i) {
    const auto memtable = log::Memtable::Make(layers.dataset->state->schema, true);
    log::MemtableBatch step;
    step.rows = testkit::RowsOf(shape, {{Key(5000), 1}});
    step.keys = layers.dataset->keys->codec().EncodeBatch(step.rows).value();
    ASSERT_OK(memtable->Apply(1, {&step, 1}));
    layers.memtables.push_back(memtable);
  }
  RangeMemory memory;
  for (const auto& memtable : layers.memtables) {
    const log::MemtableView view = memtable->View(1);
    memory.memtables.push_back(
        std::make_shared<const SortedMemory>(SortedMemory{view, log::SortMemtable(view)}));
  }
  for (const bool backward : {false, true}) {
    const KeyRangeOptions range{.from = Key(4000), .backward = backward};
    ASSERT_OK_AND_ASSIGN(const auto reader, ScanKeyRange(layers.dataset, range, memory));
    RecordBatch batch;
    EXPECT_EQ(reader->Next(&batch).status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace ashlar::store
