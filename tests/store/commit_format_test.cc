// docs/FORMAT.md, "Commits" and "Batches in the commit log", against the bytes of the code; and the
// seeds of the fuzz target. ASHLAR_REWRITE_GOLDENS=1 rewrites the seeds.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/bytes.h"
#include "src/base/strings.h"
#include "src/columnar/batch_codec.h"
#include "src/columnar/batch_fields.h"
#include "src/store/commit_record.h"
#include "tests/testing/format_doc.h"
#include "tests/testing/hostile_schemas.h"
#include "tests/testing/random_data.h"

namespace ashlar::store {
namespace {

Schema ExampleSchema() {
  return Schema::Make(
             {{"id", Int64(), false, 1}, {"city", Utf8(), true, 2}, {"price", Float64(), true, 4}})
      .value();
}

std::vector<DatasetOps> ExampleCommit() {
  RecordBatchBuilder rows(ExampleSchema());
  EXPECT_TRUE(rows.column(0).AppendInt64(7).ok());
  EXPECT_TRUE(rows.column(1).AppendBytes("Bonn").ok());
  EXPECT_TRUE(rows.column(2).AppendDouble(1.5).ok());
  EXPECT_TRUE(rows.column(0).AppendInt64(8).ok());
  rows.column(1).AppendNull();
  EXPECT_TRUE(rows.column(2).AppendDouble(2).ok());
  RecordBatchBuilder keys(Schema::Make({{"id", Int64(), false, 1}}).value());
  EXPECT_TRUE(keys.column(0).AppendInt64(6).ok());
  return {
      {3,
       {{WriteKind::kUpsert, rows.Finish().value()}, {WriteKind::kDelete, keys.Finish().value()}}}};
}

TEST(CommitFormatDocument, ExampleIsWhatTheCodeWrites) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/docs/FORMAT.md";
  const std::string documented = testkit::FormatDocBytes(path, "Example of a commit");
  const std::string written = EncodeCommit(ExampleCommit()).value();
  EXPECT_EQ(base::HexEncode(base::AsBytes(documented)), base::HexEncode(base::AsBytes(written)));
  const auto decoded = DecodeCommit(
      base::AsBytes(documented), [](uint64_t) { return ExampleSchema(); }, "log");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  ASSERT_EQ(decoded->front().ops.size(), 2U);
  EXPECT_TRUE(decoded->front().ops[0].batch.Equals(ExampleCommit().front().ops[0].batch));
  EXPECT_TRUE(decoded->front().ops[1].batch.Equals(ExampleCommit().front().ops[1].batch));
}

void ExpectGolden(const std::string& actual, const std::string& name) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/tests/fuzz/corpus/commit/" + name;
  if (std::getenv("ASHLAR_REWRITE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(actual == golden.str()) << "differs from " << path;
}

// A byte of rows, then the batch behind its fields and their fingerprint.
std::string ColumnsAlone(const RecordBatch& batch) {
  const auto encoder = columnar::BatchEncoder::Make(batch).value();
  base::ByteWriter whole;
  encoder.Write(whole);
  base::ByteWriter fields;
  columnar::WriteFieldIds(batch.schema(), columnar::FieldsById(batch.schema()), fields);
  const size_t header = 1 + fields.size() + sizeof(uint32_t);
  EXPECT_LT(batch.rows(), 128);
  return static_cast<char>(batch.rows()) + whole.Take().substr(header);
}

// A commit under one of the schemas that the target (tests/fuzz/fuzz_commit.cc) knows, behind the
// byte that chooses it; and one batch's columns alone.
TEST(CommitFormatDocument, FuzzCorpusIsOfThisFormat) {
  const std::vector<Schema> schemas = testkit::HostileSchemas();
  for (size_t i = 0; i < schemas.size(); ++i) {
    base::Random random(i + 1);
    const RecordBatch batch = testkit::RandomBatch(schemas[i], 1 + static_cast<int64_t>(7 * i),
                                                   random, {.cardinality = 3});
    const std::vector<DatasetOps> commit = {
        {1, {{WriteKind::kAppend, batch}, {WriteKind::kUpsert, batch.Slice(0, 1).value()}}}};
    const std::string bytes = EncodeCommit(commit).value();
    ExpectGolden(std::string(1, static_cast<char>(2 * i)) + bytes, base::StrCat("schema_", i));
    ExpectGolden(std::string(1, static_cast<char>(2 * i + 1)) + ColumnsAlone(batch),
                 base::StrCat("columns_", i));
  }
}

}  // namespace
}  // namespace ashlar::store
