// The memtable against a model: every version of every key, at every sequence.
#include "src/log/memtable.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/log/memtable_order.h"
#include "src/log/memtable_view.h"
#include "tests/log/memtable_model.h"
#include "tests/log/memtable_testing.h"
#include "tests/testing/random_data.h"
#include "tests/testing/thorough.h"

namespace ashlar::log {
namespace {

void RunModel(uint64_t seed, const std::vector<DataType>& key_types, int commits) {
  SCOPED_TRACE(base::StrCat("seed ", seed));
  base::Random random(seed);
  const Table table = MakeTable(key_types, random);
  const uint64_t keys = 1 + random.Uniform(200);
  const auto memtable = Memtable::Make(table.schema, true);
  MemtableModel model;
  std::vector<MemtableView> views;
  uint64_t sequence = 0;
  for (int i = 0; i < commits; ++i) {
    sequence += 1 + random.Uniform(3);
    const std::vector<MemtableBatch> batches = RandomCommit(table, keys, random);
    ASSERT_TRUE(memtable->Apply(sequence, batches).ok());
    model.Apply(sequence, batches);
    const auto looks = static_cast<uint64_t>(commits) / 8;  // eight of each, more or less
    if (random.OneIn(looks)) views.push_back(memtable->View(sequence));
    if (random.OneIn(looks)) model.CompareFind(*memtable, random.Uniform(sequence + 2));
    if (testing::Test::HasFatalFailure()) return;
  }
  memtable->Seal();
  model.CompareFind(*memtable, sequence);
  views.push_back(memtable->View(sequence));
  views.push_back(memtable->View(0));
  views.push_back(memtable->View(random.Uniform(sequence)));
  for (const MemtableView& view : views) {
    model.CompareView(view);
    model.CompareOrder(view);
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_EQ(memtable->stats().keys, model.keys().size());
}

TEST(Memtable, IsLikeTheModelForEveryKeyType) {
  uint64_t seed = 1;
  const std::vector<std::vector<DataType>> shapes = {{Int8()},
                                                     {Int16()},
                                                     {Int32()},
                                                     {Int64()},
                                                     {UInt8()},
                                                     {UInt16()},
                                                     {UInt32()},
                                                     {UInt64()},
                                                     {Utf8()},
                                                     {Binary()},
                                                     {FixedSizeBinary(3)},
                                                     {Int64(), Utf8()},
                                                     {Utf8(), Binary(), UInt8()}};
  for (const auto& shape : shapes) {
    RunModel(seed++, shape, 60);
    if (HasFatalFailure()) return;
  }
}

TEST(Memtable, IsLikeTheModelOverThousandsOfSequences) {
  RunModel(100, {Int64()}, testkit::kThorough ? 3000 : 1000);
  RunModel(101, {Utf8()}, testkit::kThorough ? 1000 : 500);
}

MemtableBatch One(const Table& table, int64_t id, std::string_view name) {
  const std::vector<int64_t> ids = {id};
  const std::vector<std::string_view> texts = {name};
  return Upserts(table, RecordBatch::Make(table.schema, {Column::FromValues<int64_t>(Int64(), ids),
                                                         Column::FromStrings(texts)})
                            .value());
}

TEST(Memtable, TheLastStepOfACommitCounts) {
  const Table table = Small();
  const auto memtable = Memtable::Make(table.schema, true);
  const MemtableBatch first = One(table, 1, "a");
  const MemtableBatch remove{RecordBatch(), first.keys};
  const std::vector<MemtableBatch> commit = {first, One(table, 1, "b"), remove, One(table, 1, "c")};
  ASSERT_TRUE(memtable->Apply(5, commit).ok());
  const MemtableHit hit = memtable->Find(first.keys.key(0), first.keys.hashes[0], 5);
  ASSERT_EQ(hit.kind, MemtableHit::Kind::kRow);
  EXPECT_EQ(memtable->ReadCell(hit.row, 1).GetBytes(0), "c");
  EXPECT_EQ(memtable->View(5).CountLiveRows(), 1);
  EXPECT_EQ(memtable->View(4).rows(), 0);
  EXPECT_EQ(memtable->Find(first.keys.key(0), first.keys.hashes[0], 4).kind,
            MemtableHit::Kind::kAbsent);
}

TEST(Memtable, RefusesWithoutAChange) {
  const Table table = Small();
  const auto memtable = Memtable::Make(table.schema, true);
  base::Random random(1);
  const Table other = MakeTable({Int64()}, random);
  const std::vector<MemtableBatch> wrong = {One(table, 1, "a"),
                                            Upserts(other, RandomRows(other, 3, 5, random))};
  EXPECT_EQ(memtable->Apply(1, wrong).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(memtable->stats().rows, 0u);
  EXPECT_EQ(memtable->View(1).rows(), 0);
  const std::vector<MemtableBatch> right = {One(table, 1, "a")};
  ASSERT_TRUE(memtable->Apply(1, right).ok());
  memtable->Seal();
  EXPECT_TRUE(memtable->sealed());
  EXPECT_EQ(memtable->Apply(2, right).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(memtable->View(2).CountLiveRows(), 1);
}

TEST(Memtable, DiesOfSequencesThatDoNotAscend) {
  const Table table = Small();
  const auto memtable = Memtable::Make(table.schema, true);
  const std::vector<MemtableBatch> commit = {One(table, 1, "a")};
  ASSERT_TRUE(memtable->Apply(7, commit).ok());
  EXPECT_DEATH((void)memtable->Apply(7, commit), "check failed");
}

// Ordered datasets: no keys, every row stays, in the order of the commits.
TEST(Memtable, OfAnOrderedDataset) {
  base::Random random(3);
  const Schema schema = testkit::RandomSchema(random);
  const auto memtable = Memtable::Make(schema, false);
  std::vector<RecordBatch> rows;
  std::vector<size_t> rows_at = {0};
  for (uint64_t sequence = 1; sequence <= 300; ++sequence) {
    std::vector<MemtableBatch> commit(1);
    commit[0].rows = testkit::RandomBatch(schema, CommitRows(random), random);
    ASSERT_TRUE(memtable->Apply(sequence, commit).ok());
    for (int64_t i = 0; i < commit[0].rows.rows(); ++i) {
      rows.push_back(commit[0].rows.Slice(i, 1).value());
    }
    rows_at.push_back(rows.size());
  }
  for (const uint64_t sequence : {0u, 1u, 17u, 150u, 300u}) {
    const MemtableView view = memtable->View(sequence);
    const std::vector<RecordBatch> got = LiveRowsOf(view);
    ASSERT_EQ(got.size(), rows_at[sequence]);
    EXPECT_EQ(view.rows(), static_cast<int64_t>(got.size()));
    for (size_t i = 0; i < got.size(); ++i) ASSERT_TRUE(got[i].Equals(rows[i])) << i;
  }
}

// Values far larger than the guesses, and rows that no chunk expects.
TEST(Memtable, HugeValues) {
  const Table table = Small();
  const auto memtable = Memtable::Make(table.schema, true);
  MemtableModel model;
  base::Random random(4);
  for (uint64_t sequence = 1; sequence <= 60; ++sequence) {
    const size_t size = random.OneIn(4) ? (size_t{5} << 20) : random.Uniform(100);
    const std::string text(size, static_cast<char>('a' + sequence % 26));
    const std::vector<MemtableBatch> commit = {
        One(table, static_cast<int64_t>(random.Uniform(20)), text)};
    ASSERT_TRUE(memtable->Apply(sequence, commit).ok());
    model.Apply(sequence, commit);
  }
  model.CompareFind(*memtable, 60);
  model.CompareView(memtable->View(60));
  model.CompareView(memtable->View(30));
}

// What the allocator handed out, or nothing where a sanitizer has another.
std::optional<uint64_t> HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  if (heap.uordblks == 0) return std::nullopt;
  return heap.uordblks + heap.hblkhd;
}

TEST(Memtable, KnowsItsMemory) {
  base::Random random(6);
  for (const auto& key_types : {std::vector<DataType>{Int64()}, {Utf8(), Int32()}}) {
    const Table table = MakeTable(key_types, random);
    for (const int rows : {1, 50, 5000}) {
      std::vector<MemtableBatch> commits;
      for (int i = 0; i < rows; ++i) {
        commits.push_back(Upserts(table, RandomRows(table, 1, 1 << 30, random)));
      }
      const std::optional<uint64_t> before = HeapBytes();
      if (!before.has_value()) GTEST_SKIP() << "the allocator does not tell";
      const auto memtable = Memtable::Make(table.schema, true);
      uint64_t last = memtable->bytes();
      for (size_t i = 0; i < commits.size(); ++i) {
        ASSERT_TRUE(memtable->Apply(i + 1, {&commits[i], 1}).ok());
        ASSERT_GE(memtable->bytes(), last);
        last = memtable->bytes();
      }
      const auto held = static_cast<double>(HeapBytes().value() - before.value());
      // Small objects and the allocator's own bytes are not counted; bitmaps of nulls that no null
      // has asked for are.
      EXPECT_NEAR(static_cast<double>(last), held, 0.05 * held + 4096) << rows;
    }
  }
}

TEST(Memtable, ColumnsOutliveIt) {
  const Table table = Small();
  Column column;
  Column cell;
  {
    const auto memtable = Memtable::Make(table.schema, true);
    const std::vector<MemtableBatch> commit = {One(table, 1, "first"), One(table, 2, "second")};
    ASSERT_TRUE(memtable->Apply(1, commit).ok());
    column = memtable->View(1).ReadColumn(0, 1);
    const auto& keys = commit[1].keys;
    cell = memtable->ReadCell(memtable->Find(keys.key(0), keys.hashes[0], 1).row, 1);
  }
  EXPECT_EQ(column.GetBytes(0), "first");
  EXPECT_EQ(column.GetBytes(1), "second");
  EXPECT_EQ(cell.GetBytes(0), "second");
}

}  // namespace
}  // namespace ashlar::log
