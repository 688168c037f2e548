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

TEST_F(CliImportModesTest, AKeyWithoutAModeMeansUpsert) {
  WriteFile("new.csv", "id,v\n2,b\n1,a\n2,c\n");
  MustRun({"import", "store", "n", "new.csv", "--key", "id"});
  EXPECT_EQ(MustRun({"export", "store", "n"}), "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"c\"}\n");
  MustRun({"import", "store", "n", "-", "--key", "id"}, "id,v\n1,d\n");
  EXPECT_EQ(MustRun({"get", "store", "n", "1"}), "{\"id\":1,\"v\":\"d\"}\n");
  ExpectRefused({"import", "store", "m", "new.csv", "--key", "id", "--mode", "replace"}, 2,
                "--key needs a mode");
}

TEST_F(CliImportModesTest, ModesForRowsWithoutAKeySayWhichOneToTake) {
  ExpectRefused({"import", "store", "k", "first.jsonl", "--mode", "replace"}, 1,
                "dataset \"k\" has a key: --mode full_merge");
  ExpectRefused({"import", "store", "k", "first.jsonl"}, 1,
                "dataset \"k\" has a key: --mode upsert");
}

TEST_F(CliImportModesTest, AKeyThatComesTwiceIsNamedWithItsPlace) {
  WriteFile("a.csv", "id,s\n7,\"two\nlines\"\n8,b\n");
  WriteFile("b.jsonl", "{\"id\":9,\"s\":\"c\"}\n\n\n{\"id\":8,\"s\":\"d\"}\n");
  WriteFile("c.csv", "id,s\n10,\"two\nlines\"\n11,b\n11,c\n");
  const std::vector<std::string> insert = {"import",  "store",  "k",     "a.csv",
                                           "b.jsonl", "--mode", "insert"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), insert.begin(), insert.end());
    return more;
  };
  const std::string message = "ashlar: b.jsonl: line 4: key 8 comes twice\n";
  ExpectRefused(insert, 1, message);
  ExpectRefused(with({"--explain"}), 1, message);
  ExpectRefused(with({"--rewrite", "full"}), 1, message);
  ExpectRefused({"import", "store", "k", "c.csv", "--mode", "insert"}, 1,
                "c.csv: line 5: key 11 comes twice");
  ExpectRefused({"import", "store", "new", "c.csv", "--mode", "insert", "--key", "id"}, 1,
                "c.csv: line 5: key 11 comes twice");
}

TEST_F(CliImportModesTest, AKeyThatIsMissingOrTooLongIsNamedWithItsPlace) {
  WriteFile("null.jsonl", "{\"id\":\"a\",\"s\":\"b\"}\n{\"s\":\"c\"}\n");
  WriteFile("null.csv", "id,s\n1,a\n,b\n");
  WriteFile("long.csv", "id,s\n1,a\n\"x\ny\",b\n" + std::string(65'537, 'k') + ",c\n");
  for (const std::string mode : {"upsert", "insert", "full_merge"}) {
    const auto refused = [&](const std::string& file, const std::string& message) {
      ExpectRefused({"import", "other", "n", file, "--key", "id", "--mode", mode}, 1, message);
      ExpectRefused({"import", "store", "n", file, "--key", "id", "--mode", mode, "--schema",
                     "id: utf8, s: utf8"},
                    1, message);
    };
    refused("null.jsonl", "null.jsonl: line 2, field 'id': is required");
    refused("null.csv", "null.csv: line 3, field 'id': is required");
    refused("long.csv", "long.csv: line 5: the key has more than 65536 bytes");
  }
  WriteFile("null_id.jsonl", "{\"id\":4,\"s\":\"b\"}\n{\"s\":\"c\"}\n");
  ExpectRefused({"import", "store", "k", "null_id.jsonl", "--mode", "upsert", "--schema",
                 "id: int64, s: utf8"},
                1, "null_id.jsonl: line 2, field 'id': is required");
}

TEST_F(CliImportModesTest, ANewDatasetMayHaveAHashIndex) {
  const auto has_index = [&](const std::string& store) {
    for (const auto& [path, content] : Photograph()) {
      if (path.find("/" + store + "/") == std::string::npos || !path.ends_with(".seg")) continue;
      return MustRun({"dump", "segment", path}).find("key index") != std::string::npos;
    }
    return false;
  };
  MustRun({"import", "indexed", "k", "first.jsonl", "--key", "id", "--hash-index"});
  EXPECT_TRUE(has_index("indexed"));
  EXPECT_FALSE(has_index("store"));
  MustRun({"import", "indexed", "k", "first.jsonl", "--key", "id", "--hash-index"});
  ExpectRefused({"import", "store", "k", "first.jsonl", "--key", "id", "--hash-index"}, 1,
                "dataset \"k\" has no hash index");
  ExpectRefused({"import", "store", "n", "first.jsonl", "--hash-index"}, 2,
                "--hash-index needs --key");

  const std::string create =
      R"({"op":"create","schema":{"id":"int64"},"hash_index":true,"dataset":)";
  const std::string input = create + "\"e\",\"key\":[\"id\"]}\n" + create + "\"o\"}\n" +
                            R"({"op":"upsert","dataset":"e","rows":[{"id":1}]})" + "\n";
  const auto answers = Lines(MustRun({"exec", "by_exec"}, input));
  EXPECT_THAT(answers[0], HasSubstr("\"ok\":true"));
  EXPECT_THAT(answers[1], HasSubstr("a hash index needs a key"));
  EXPECT_TRUE(has_index("by_exec"));
}

}  // namespace
}  // namespace ashlar::tools
