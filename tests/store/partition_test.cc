// Partitioned datasets: no segment mixes partitions, keys move between them, and queries prune.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/store/store_fixture.h"

namespace ashlar {
namespace {

using testkit::StatusOf;

struct Row {
  int64_t part = 0;    // -1: null
  std::string region;  // within the part
  int64_t value = 0;
  friend bool operator==(const Row&, const Row&) = default;
};
using Model = std::map<int64_t, Row>;

Schema PartSchema() {
  return *Schema::Make(
      {{"part", Int32()}, {"id", Int64(), false}, {"region", Utf8(), false}, {"value", Int64()}});
}

RecordBatch BatchOf(const Model& rows) {
  RecordBatchBuilder builder(PartSchema());
  for (const auto& [id, row] : rows) {
    if (row.part < 0) builder.column(0).AppendNull();
    if (row.part >= 0) EXPECT_OK(builder.column(0).AppendInt64(row.part));
    EXPECT_OK(builder.column(1).AppendInt64(id));
    EXPECT_OK(builder.column(2).AppendBytes(row.region));
    EXPECT_OK(builder.column(3).AppendInt64(row.value));
  }
  return *builder.Finish();
}

template <typename PlaceType>
class PartitionTest : public testkit::StoreTest<PlaceType> {
 protected:
  Dataset Newest() {
    auto dataset = this->store_->GetSnapshot().GetDataset("parts");
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    return *std::move(dataset);
  }
  // Segments are pure, and their rows are the model's.
  void ExpectHolds(const Model& model) {
    const Dataset dataset = Newest();
    ASSERT_OK_AND_ASSIGN(const auto reader, dataset.Scan());
    Model seen;
    const size_t segments = dataset.segments().size();
    size_t batches = 0;
    for (RecordBatch batch;; ++batches) {
      ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&batch));
      if (!more) break;
      std::set<std::pair<int64_t, std::string>> partitions;
      for (int64_t row = 0; row < batch.rows(); ++row) {
        Row found{batch.column(0).IsNull(row) ? -1 : batch.column(0).GetInt64(row),
                  std::string(batch.column(2).GetBytes(row)), batch.column(3).GetInt64(row)};
        partitions.emplace(found.part, found.region);
        EXPECT_TRUE(seen.emplace(batch.column(1).GetInt64(row), found).second);
      }
      // The rest is in memory.
      EXPECT_TRUE(batches >= segments || partitions.size() == 1);
    }
    EXPECT_EQ(seen, model);
  }
};
TYPED_TEST_SUITE(PartitionTest, testkit::Places);

TYPED_TEST(PartitionTest, NoSegmentMixesPartitions) {
  for (const uint64_t small_bytes : {uint64_t{0}, uint64_t{1} << 20}) {
    base::Random random(small_bytes + 1);
    this->Reopen({.small_commit_bytes = small_bytes});
    ASSERT_OK(this->store_->CreateDataset("parts", PartSchema(),
                                          {.key = {"id"}, .partition_by = {"part", "region"}}));
    Model model;
    for (int round = 0; round < 14 && !testing::Test::HasFatalFailure(); ++round) {
      Model rows;
      for (uint64_t n = random.Uniform(300); n > 0; --n) {
        rows[static_cast<int64_t>(random.Uniform(600))] = {
            static_cast<int64_t>(random.Uniform(4)) - 1, std::string(random.Uniform(3), '\0'),
            static_cast<int64_t>(random.Uniform(100))};
      }
      ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
      const auto stream = MakeBatchReader(PartSchema(), {BatchOf(rows)});
      if (random.OneIn(2)) {
        ASSERT_OK(transaction.Upsert("parts", *stream));
      } else {
        const RewriteMode mode = random.OneIn(2) ? RewriteMode::kIncremental : RewriteMode::kFull;
        ASSERT_OK(transaction.Merge("parts", *stream, {.rewrite = mode}).status());
      }
      for (const auto& [id, row] : rows) model[id] = row;
      if (random.OneIn(2)) {
        const std::vector<Key> keys = {Key(5), Key(static_cast<int64_t>(random.Uniform(600)))};
        ASSERT_OK(transaction.Delete("parts", keys));
        for (const Key& key : keys) model.erase(*key.AsInt64());
      }
      ASSERT_OK(std::move(transaction).Commit());
      if (random.OneIn(3)) ASSERT_OK(this->store_->Flush());
      if (random.OneIn(5)) this->Reopen({.small_commit_bytes = small_bytes});
      this->ExpectHolds(model);
    }
    ASSERT_OK(this->store_->Flush());
    this->ExpectHolds(model);
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, this->store_->Verify(true));
    EXPECT_TRUE(report.ok());
    ASSERT_OK(this->store_->DropDataset("parts"));
  }
}

TYPED_TEST(PartitionTest, QueriesAndMergesPruneByPartition) {
  ASSERT_OK(this->store_->CreateDataset(
      "parts", PartSchema(),
      {.key = {"id", "region"}, .boundaries = {500}, .partition_by = {"region"}}));
  Model model;
  const std::vector<std::string> regions = {"east", "north", "south", "west"};
  for (int64_t id = 0; id < 4000; ++id) {
    model[id] = {1, regions[static_cast<size_t>(id * 7919 % 4)], id};
  }
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  ASSERT_OK(
      transaction.Merge("parts", *MakeBatchReader(PartSchema(), {BatchOf(model)}), {}).status());
  ASSERT_OK(std::move(transaction).Commit());
  const Dataset dataset = this->Newest();
  const size_t segments = dataset.segments().size();
  ASSERT_EQ(segments, 8u);
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(const uint64_t east, dataset.Filter(Col("region") == "east").Count(&stats));
  EXPECT_EQ(east, 1000u);
  EXPECT_EQ(stats.segments_pruned, 6u);
  // Keys of one partition, which lie within the key ranges of all.
  Model source;
  for (const auto& [id, row] : model) {
    if (row.region == "west" && id > 10) source[id] = {2, "west", id};
  }
  ASSERT_OK_AND_ASSIGN(WriteTransaction planning, this->store_->BeginWrite());
  ASSERT_OK_AND_ASSIGN(
      const MergePlan plan,
      planning.PlanMerge("parts", *MakeBatchReader(PartSchema(), {BatchOf(source)}),
                         {.rewrite = RewriteMode::kIncremental}));
  EXPECT_EQ(plan.affected(), 2u) << plan.ToString();
}

}  // namespace
}  // namespace ashlar
