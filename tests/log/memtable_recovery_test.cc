// What recovery asks of a memtable: many commits of one row at once, and chunk after chunk.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/log/memtable.h"
#include "src/log/memtable_view.h"
#include "tests/log/memtable_model.h"
#include "tests/log/memtable_testing.h"

namespace ashlar::log {
namespace {

// Commits of one row each, applied at once, are what they are one after the other.
TEST(MemtableRecovery, CommitsOfOneRowAtOnce) {
  base::Random random(7);
  for (const auto& key_types : {std::vector<DataType>{Int64()}, {Utf8(), UInt8()}}) {
    const Table table = MakeTable(key_types, random);
    const auto memtable = Memtable::Make(table.schema, true);
    MemtableModel model;
    uint64_t sequence = 0;
    for (int run = 0; run < 40; ++run) {
      RecordBatch rows = RandomRows(table, 1 + CommitRows(random), 50, random);
      if (random.OneIn(4)) rows = Encoded(rows);
      std::vector<uint64_t> sequences;
      for (int64_t i = 0; i < rows.rows(); ++i) {
        sequences.push_back(sequence += 1 + random.Uniform(3));
        model.Apply(sequence, {Upserts(table, rows.Slice(i, 1).value())});
      }
      ASSERT_TRUE(memtable->ApplyEach(sequences, Upserts(table, rows)).ok());
      const std::vector<MemtableBatch> commit = RandomCommit(table, 50, random);
      ASSERT_TRUE(memtable->Apply(++sequence, commit).ok());
      model.Apply(sequence, commit);
      model.CompareFind(*memtable, sequences[random.Uniform(sequences.size())]);
      if (HasFatalFailure()) return;
    }
    for (int look = 0; look < 10; ++look) {
      const MemtableView view = memtable->View(random.Uniform(sequence + 2));
      model.CompareView(view);
      model.CompareOrder(view);
    }
    EXPECT_EQ(memtable->stats().last_sequence, sequence);
  }
}

// Chunks of large memtables share pieces of memory, and what is read of one keeps its piece.
TEST(MemtableRecovery, ColumnsOfManyChunksOutliveIt) {
  const Table table = Small();
  std::vector<Column> columns;
  constexpr int64_t kRows = 30'000;
  {
    const auto memtable = Memtable::Make(table.schema, true);
    std::vector<int64_t> ids(kRows);
    std::vector<std::string> texts(kRows);
    for (int64_t i = 0; i < kRows; ++i) {
      ids[static_cast<size_t>(i)] = i;
      texts[static_cast<size_t>(i)] = base::StrCat("text ", i);
    }
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    const std::vector<MemtableBatch> commit = {
        Upserts(table, RecordBatch::Make(table.schema, {Column::FromValues<int64_t>(Int64(), ids),
                                                        Column::FromStrings(views)})
                           .value())};
    ASSERT_TRUE(memtable->Apply(1, commit).ok());
    const MemtableView view = memtable->View(1);
    for (size_t chunk = 0; chunk < view.chunks(); chunk += 2) {
      columns.push_back(view.ReadColumn(chunk, 1));
    }
  }
  ASSERT_GT(columns.size(), 3u);
  for (const Column& column : columns) {
    ASSERT_TRUE(column.Validate().ok());
    EXPECT_TRUE(column.GetBytes(column.length() - 1).starts_with("text "));
  }
}

}  // namespace
}  // namespace ashlar::log
