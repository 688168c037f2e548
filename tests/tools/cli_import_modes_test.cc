// What the modes of `ashlar import` take and refuse, and where they say that it is.
#include <gmock/gmock.h>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::HasSubstr;

class CliImportModesTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    WriteFile("first.jsonl", "{\"id\":1,\"v\":3,\"s\":\"a\"}\n{\"id\":2,\"v\":0,\"s\":\"s0\"}\n");
    MustRun({"import", "store", "k", "first.jsonl", "--key", "id", "--mode", "upsert"});
  }
  std::string Rows() { return MustRun({"query", "store", "k", "--order-by", "id"}); }
};

TEST_F(CliImportModesTest, AnUpdateRefusesRecordsWithDifferentMembers) {
  WriteFile("mixed.jsonl", "{\"id\":1,\"v\":100}\n\n{\"id\":2,\"s\":\"imp\"}\n");
  const std::string s = "mixed.jsonl: line 1, field 's': is missing";
  ExpectRefused({"import", "store", "k", "mixed.jsonl", "--mode", "update"}, 1, s);
  ExpectRefused({"import", "store", "k", "mixed.jsonl", "--mode", "update", "--explain"}, 1, s);
  ExpectRefused(
      {"import", "store", "k", "mixed.jsonl", "--mode", "update", "--rewrite", "incremental"}, 1,
      s);
  ExpectRefused({"import", "store", "k", "mixed.jsonl", "--mode", "update", "--schema",
                 "id: int64, v: int64"},
                1, "field 's'");
  WriteFile("later.jsonl", "{\"id\":1,\"v\":100}\n\n{\"id\":2}\n");
  ExpectRefused({"import", "store", "k", "later.jsonl", "--mode", "update"}, 1,
                "later.jsonl: line 3, field 'v': is missing");
  WriteFile("narrow.csv", "id,v\n1,100\n");
  ExpectRefused({"import", "store", "k", "narrow.csv", "--mode", "update", "--schema",
                 "id: int64, v: int64, s: utf8"},
                1, "narrow.csv: line 1, field 's': the header lacks this field");
}

TEST_F(CliImportModesTest, AnUpdateKeepsWhatNoRecordHasAndWritesNulls) {
  WriteFile("given.jsonl", "{\"id\":1,\"v\":100}\n{\"id\":2,\"v\":null}\n");
  MustRun({"import", "store", "k", "given.jsonl", "--mode", "update"});
  EXPECT_EQ(Rows(), "{\"id\":1,\"v\":100,\"s\":\"a\"}\n{\"id\":2,\"s\":\"s0\"}\n");
}

}  // namespace
}  // namespace ashlar::tools
