// Commits of one row as recovery reads them: the same rows as by the long way, or left to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/bytes.h"
#include "src/base/random.h"
#include "src/columnar/one_row_gather.h"
#include "src/store/commit_record.h"
#include "tests/testing/random_data.h"

namespace ashlar::store {
namespace {

std::string Encode(const RecordBatch& batch, WriteKind kind = WriteKind::kUpsert) {
  DatasetOps part{3, {}};
  part.ops.push_back({kind, batch});
  return EncodeCommit({&part, 1}).value();
}

// By the long way.
absl::StatusOr<RecordBatch> Decode(const std::string& bytes, const Schema& schema) {
  absl::StatusOr<std::vector<DatasetOps>> parts = DecodeCommit(
      base::AsBytes(bytes), [&](uint64_t) { return std::optional(schema); }, "log/1.log");
  if (!parts.ok()) return parts.status();
  if (parts->size() != 1 || (*parts)[0].ops.size() != 1) return absl::NotFoundError("another one");
  return (*parts)[0].ops[0].batch;
}

bool Add(const std::string& bytes, columnar::OneRowGather& gather) {
  const std::optional<SingleOp> op = FindSingleOp(base::AsBytes(bytes));
  return op.has_value() && gather.Add(op->batch);
}

// By the short way, alone; nothing when it leaves the commit alone.
std::optional<RecordBatch> Read(const std::string& bytes, columnar::OneRowGather& gather) {
  gather.Clear();
  if (!Add(bytes, gather)) return std::nullopt;
  return gather.Batch();
}

Schema MixedSchema() {
  return Schema::Make({{"id", UInt64(), false},
                       {"name", Utf8()},
                       {"blob", Binary()},
                       {"fixed", FixedSizeBinary(5)},
                       {"small", Int8()},
                       {"day", Date32()}})
      .value();
}

RecordBatch MixedRow(uint64_t id, std::string_view name) {
  RecordBatchBuilder builder(MixedSchema());
  EXPECT_TRUE(builder.column(0).AppendUInt64(id).ok());
  EXPECT_TRUE(builder.column(1).AppendBytes(name).ok());
  EXPECT_TRUE(builder.column(2).AppendBytes(std::string(id % 300, '\xff')).ok());
  EXPECT_TRUE(builder.column(3).AppendBytes("12345").ok());
  EXPECT_TRUE(builder.column(4).AppendInt64(-3).ok());
  EXPECT_TRUE(builder.column(5).AppendInt64(static_cast<int64_t>(id)).ok());
  return builder.Finish().value();
}

TEST(OneRowCommit, CommonRowsAreReadWhereTheyLie) {
  columnar::OneRowGather gather(MixedSchema());
  for (uint64_t id = 0; id < 1000; ++id) {
    const RecordBatch row = MixedRow(id, id % 2 == 0 ? "Zürich" : "");
    const std::string bytes = Encode(row);
    const std::optional<RecordBatch> read = Read(bytes, gather);
    ASSERT_EQ(read.has_value(), id % 300 < 256) << id;
    if (!read.has_value()) continue;
    ASSERT_TRUE(read->schema() == row.schema());
    ASSERT_TRUE(read->Equals(row)) << id;
  }
}

// A row that is left alone in between changes nothing.
TEST(OneRowCommit, RowsAreGatheredBehindEachOther) {
  columnar::OneRowGather gather(MixedSchema());
  std::vector<RecordBatch> rows;
  for (uint64_t id = 0; !gather.full(); ++id) {
    rows.push_back(MixedRow(id % 250, id % 3 == 0 ? "Zürich" : "Bern"));
    ASSERT_TRUE(Add(Encode(rows.back()), gather));
    EXPECT_FALSE(!gather.full() && Add(Encode(MixedRow(299, "left alone")), gather));
  }
  const RecordBatch all = gather.Batch();
  ASSERT_EQ(all.rows(), static_cast<int64_t>(rows.size()));
  ASSERT_GT(all.rows(), 100);
  for (int64_t i = 0; i < all.rows(); ++i) {
    ASSERT_TRUE(all.Slice(i, 1)->Equals(rows[static_cast<size_t>(i)])) << i;
  }
}

TEST(OneRowCommit, OthersAreLeftAlone) {
  const Schema schema = MixedSchema();
  columnar::OneRowGather gather(schema);
  RecordBatchBuilder builder(schema);
  EXPECT_TRUE(builder.column(0).AppendUInt64(1).ok());
  for (size_t i = 1; i < schema.size(); ++i) builder.column(i).AppendNull();
  EXPECT_EQ(Read(Encode(builder.Finish().value()), gather), std::nullopt);
  DatasetOps two{1, {}};
  for (const uint64_t id : {1, 2}) two.ops.push_back({WriteKind::kAppend, MixedRow(id, "x")});
  EXPECT_EQ(Read(EncodeCommit({&two, 1}).value(), gather), std::nullopt);
  const std::vector<DatasetOps> both = {{1, {two.ops[0]}}, {2, {two.ops[1]}}};
  EXPECT_EQ(Read(EncodeCommit(both).value(), gather), std::nullopt);
  const RecordBatch other = RecordBatch::Make(Schema::Make({{"id", UInt64(), false}}).value(),
                                              {MixedRow(1, "x").column(0)})
                                .value();
  EXPECT_EQ(Read(Encode(other), gather), std::nullopt);
  EXPECT_EQ(Read("", gather), std::nullopt);
}

// Whatever the short way takes, the long way reads the same of it.
TEST(OneRowCommit, HostileBytesAreNoRowThatTheLongWayRefuses) {
  base::Random random(7);
  int taken = 0;
  for (int round = 0; round < 300; ++round) {
    const bool mixed = round % 2 == 0;
    const Schema schema = mixed ? MixedSchema() : testkit::RandomSchema(random);
    const RecordBatch row =
        mixed ? MixedRow(random.Uniform(250), "Köln") : testkit::RandomBatch(schema, 1, random);
    columnar::OneRowGather gather(schema);
    const std::string bytes = Encode(row);
    for (size_t at = 0; at < bytes.size(); ++at) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(random.Uniform(256));
      if (random.OneIn(8)) changed.resize(at);
      const std::optional<RecordBatch> read = Read(changed, gather);
      if (!read.has_value()) continue;
      ++taken;
      const absl::StatusOr<RecordBatch> decoded = Decode(changed, schema);
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      ASSERT_TRUE(read->Equals(*decoded));
    }
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace ashlar::store
