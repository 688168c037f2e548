// Commits as the commit log holds them: what comes back, what is skipped, what is refused.
#include "src/store/commit_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/limits.h"
#include "src/base/random.h"
#include "tests/testing/random_data.h"
#include "tests/testing/thorough.h"

namespace ashlar::store {
namespace {

using testing::HasSubstr;

using Schemas = std::map<uint64_t, Schema>;

SchemaLookup LookupIn(const Schemas& schemas) {
  return [&schemas](uint64_t id) -> std::optional<Schema> {
    const auto found = schemas.find(id);
    return found == schemas.end() ? std::nullopt : std::optional(found->second);
  };
}

absl::StatusOr<std::vector<DatasetOps>> Decode(const std::string& bytes, const Schemas& schemas) {
  return DecodeCommit(base::AsBytes(bytes), LookupIn(schemas), "log/7.log", 100);
}

// The first one to three fields of a batch, as a delete carries its keys.
RecordBatch FirstFields(const RecordBatch& batch, base::Random& random) {
  const size_t count = 1 + random.Uniform(std::min<size_t>(batch.schema().size(), 3));
  const auto& fields = batch.schema().fields();
  const auto& columns = batch.columns();
  const auto end = static_cast<std::ptrdiff_t>(count);
  Schema schema = Schema::Make({fields.begin(), fields.begin() + end}).value();
  return RecordBatch::Make(std::move(schema), {columns.begin(), columns.begin() + end}).value();
}

struct Commit {
  Schemas schemas;
  std::vector<DatasetOps> datasets;
};

Commit RandomCommit(base::Random& random) {
  Commit commit;
  uint64_t id = 0;
  for (uint64_t datasets = random.Uniform(4); datasets > 0; --datasets) {
    id += 1 + random.Uniform(random.OneIn(3) ? uint64_t{1} << 40 : 5);
    const Schema schema = testkit::RandomSchema(random);
    DatasetOps ops{id, {}};
    for (uint64_t i = 1 + random.Uniform(4); i > 0; --i) {
      const auto kind = static_cast<WriteKind>(1 + random.Uniform(3));
      const auto rows = static_cast<int64_t>(random.Uniform(20));
      RecordBatch batch = testkit::RandomBatch(schema, rows, random);
      if (kind == WriteKind::kDelete) batch = FirstFields(batch, random);
      ops.ops.push_back({kind, std::move(batch)});
    }
    commit.schemas.emplace(id, schema);
    commit.datasets.push_back(std::move(ops));
  }
  return commit;
}

void ExpectSame(const DatasetOps& decoded, const DatasetOps& written) {
  ASSERT_EQ(decoded.dataset_id, written.dataset_id);
  ASSERT_EQ(decoded.ops.size(), written.ops.size());
  for (size_t i = 0; i < written.ops.size(); ++i) {
    ASSERT_EQ(decoded.ops[i].kind, written.ops[i].kind);
    ASSERT_TRUE(decoded.ops[i].batch.schema() == written.ops[i].batch.schema());
    ASSERT_TRUE(decoded.ops[i].batch.Equals(written.ops[i].batch));
  }
}

TEST(CommitRecord, RandomCommitsComeBack) {
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const Commit commit = RandomCommit(random);
    const std::string bytes = EncodeCommit(commit.datasets).value();
    ASSERT_EQ(bytes, EncodeCommit(commit.datasets).value());
    const auto decoded = Decode(bytes, commit.schemas);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_EQ(decoded->size(), commit.datasets.size());
    for (size_t i = 0; i < decoded->size(); ++i) ExpectSame((*decoded)[i], commit.datasets[i]);
    if (HasFatalFailure()) return;
  }
}

DatasetOps OneUpsert(uint64_t id, int8_t value) {
  const Schema schema = Schema::Make({{"k", Int8(), false}}).value();
  const Column column = Column::FromValues<int8_t>(Int8(), std::vector<int8_t>{value});
  return {id, {{WriteKind::kUpsert, RecordBatch::Make(schema, {column}).value()}}};
}

TEST(CommitRecord, OneRowCostsAFewBytes) {
  // Version, datasets; id, length; kind, rows, fields (3), fingerprint (4), column; the value.
  EXPECT_EQ(EncodeCommit(std::vector{OneUpsert(1, 5)})->size(), 2U + 2 + 10 + 1);
}

TEST(CommitRecord, DatasetsWithoutASchemaAreSkippedUnread) {
  const std::vector<DatasetOps> datasets = {OneUpsert(1, 5), OneUpsert(2, 6), OneUpsert(3, 7)};
  std::string bytes = EncodeCommit(datasets).value();
  const Schema schema = datasets[0].ops[0].batch.schema();
  // Kind and batch of the second dataset become nonsense.
  const size_t part = (bytes.size() - 2) / 3;
  for (size_t i = 2 + part + 2; i < 2 + 2 * part; ++i) bytes[i] = '\xff';
  const auto decoded = Decode(bytes, {{1, schema}, {3, schema}});
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  ASSERT_EQ(decoded->size(), 2U);
  ExpectSame((*decoded)[0], datasets[0]);
  ExpectSame((*decoded)[1], datasets[2]);
  EXPECT_FALSE(Decode(bytes, {{2, schema}}).ok());
}

TEST(CommitRecord, RowsGetTheSchemaOfToday) {
  const std::vector<DatasetOps> datasets = {OneUpsert(1, 5)};
  const std::string bytes = EncodeCommit(datasets).value();
  const Schema grown = Schema::Make({{"k", Int8(), false, 1}, {"late", Utf8(), true, 2}}).value();
  const auto decoded = Decode(bytes, {{1, grown}}).value();
  EXPECT_TRUE(decoded[0].ops[0].batch.schema() == grown);
  EXPECT_TRUE(decoded[0].ops[0].batch.column(1).IsNull(0));
}

TEST(CommitRecord, WhatIsTooNewIsSaidToBe) {
  const std::vector<DatasetOps> datasets = {OneUpsert(1, 5)};
  const Schemas schemas = {{1, datasets[0].ops[0].batch.schema()}};
  std::string bytes = EncodeCommit(datasets).value();
  bytes[0] = 2;
  const absl::Status version = Decode(bytes, schemas).status();
  EXPECT_EQ(version.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(std::string(version.message()),
            "log/7.log: a commit of version 2 at offset 100 is too new for this program");
  bytes[0] = 1;
  bytes[4] = 4;
  const absl::Status kind = Decode(bytes, schemas).status();
  EXPECT_EQ(kind.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(std::string(kind.message()),
            "log/7.log: an operation of kind 4 at offset 104 is too new for this program");
  bytes[4] = 0;
  EXPECT_EQ(Decode(bytes, schemas).status().code(), absl::StatusCode::kDataLoss);
  bytes[0] = 0;
  EXPECT_EQ(Decode(bytes, schemas).status().code(), absl::StatusCode::kDataLoss);
}

TEST(CommitRecord, RowsOfAllBatchesTogetherAreLimited) {
  const Schema schema = Schema::Make({{"k", Int8()}}).value();
  const auto nulls = [&](int64_t rows) {
    ColumnData data;
    data.type = Int8();
    data.encoding = Encoding::kConstant;
    data.length = rows;
    data.null_count = rows;
    ColumnData none;
    none.type = Int8();
    data.dictionary = std::make_shared<const ColumnData>(std::move(none));
    const Column column(std::make_shared<const ColumnData>(std::move(data)));
    return WriteOp{WriteKind::kAppend, RecordBatch::Make(schema, {column}).value()};
  };
  const int64_t half = base::kMaxCommitRows / 2;
  const DatasetOps all{1, {nulls(half), nulls(half)}};
  const std::string bytes = EncodeCommit(std::vector{all}).value();
  EXPECT_EQ(Decode(bytes, {{1, schema}})->front().ops.size(), 2U);
  const DatasetOps more{1, {nulls(half), nulls(half + 1)}};
  EXPECT_EQ(EncodeCommit(std::vector{more}).status().code(), absl::StatusCode::kInvalidArgument);
  // Twice the same part, as no writer does it: each has few enough rows.
  std::string forged = bytes + bytes.substr(2);
  forged[1] = 2;
  forged[bytes.size()] = 2;
  const absl::Status status = Decode(forged, {{1, schema}, {2, schema}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("at most 0 may be"));
}

TEST(CommitRecord, DamageIsFoundOrHarmless) {
  for (uint64_t seed = 1; seed <= (testkit::kThorough ? 100 : 30); ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const Commit commit = RandomCommit(random);
    const std::string bytes = EncodeCommit(commit.datasets).value();
    for (size_t i = 0; i < bytes.size(); ++i) {
      ASSERT_EQ(Decode(bytes.substr(0, i), commit.schemas).status().code(),
                absl::StatusCode::kDataLoss);
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(static_cast<unsigned>(flipped[i]) ^ (1U << random.Uniform(8)));
      const auto decoded = Decode(flipped, commit.schemas);
      if (decoded.ok()) {
        for (const DatasetOps& dataset : *decoded) {
          for (const WriteOp& op : dataset.ops) {
            for (const Column& column : op.batch.columns()) ASSERT_TRUE(column.Validate().ok());
          }
        }
        continue;
      }
      ASSERT_TRUE(decoded.status().code() == absl::StatusCode::kDataLoss ||
                  decoded.status().code() == absl::StatusCode::kUnimplemented);
      ASSERT_THAT(std::string(decoded.status().message()), HasSubstr("log/7.log: "));
    }
    EXPECT_EQ(Decode(bytes + '\0', commit.schemas).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(CommitRecord, DeletesNeedKeysThatTheDatasetHas) {
  DatasetOps ops = OneUpsert(1, 5);
  ops.ops[0].kind = WriteKind::kDelete;
  const std::string bytes = EncodeCommit(std::vector{ops}).value();
  const Schema other = Schema::Make({{"x", Int8(), true, 9}}).value();
  const absl::Status status = Decode(bytes, {{1, other}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a delete without keys"));
}

}  // namespace
}  // namespace ashlar::store
