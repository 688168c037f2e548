// Bad input: a clear error, exit code 1 or 2, and nothing changed.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

class CliBadInputTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    WriteFile("good.csv", "id,city\n1,Ulm\n");
    MustRun({"import", "store", "players", "good.csv"});
  }
  // Both into the store that is there and into one that is not.
  void ExpectNotImported(const std::string& file, std::string_view message) {
    ExpectRefused({"import", "store", "new", file}, 1, message);
    ExpectRefused({"import", "absent", "new", file}, 1, message);
    std::filesystem::create_directory(Path("empty"));
    ExpectRefused({"import", "empty", "new", file}, 1, message);
  }
};

TEST_F(CliBadInputTest, UnknownDatasetNamesTheNearest) {
  for (const std::string command : {"export", "schema", "segments"}) {
    ExpectRefused({command, "store", "playrs"}, 1, "players");
  }
  ExpectRefused({"diff", "store", "playrs", "1", "1"}, 1, "playrs");
}

TEST_F(CliBadInputTest, UnknownColumn) {
  ExpectRefused({"export", "store", "players", "--select", "cty"}, 1, "cty");
}

TEST_F(CliBadInputTest, WrongTypeNamesLineAndField) {
  WriteFile("bad.csv", "id,city\n2,Bonn\nthree,Kiel\n");
  ExpectRefused({"import", "store", "players", "bad.csv"}, 1, "line 3, field 'id'");
  ExpectRefused({"import", "absent", "players", "bad.csv", "--schema", "id: int64, city: utf8"}, 1,
                "line 3, field 'id'");
}

TEST_F(CliBadInputTest, RaggedCsv) {
  WriteFile("bad.csv", "id,city\n1,Ulm\n2\n");
  ExpectNotImported("bad.csv", "line 3");
}

TEST_F(CliBadInputTest, BrokenJson) {
  WriteFile("bad.jsonl", "{\"id\":1}\n{\"id\":\n");
  ExpectNotImported("bad.jsonl", "line 2");
}

TEST_F(CliBadInputTest, ConflictingJsonTypes) {
  WriteFile("bad.jsonl", "{\"id\":1}\n{\"id\":\"x\"}\n");
  ExpectNotImported("bad.jsonl", "id");
  MustRun({"import", "store", "mixed", "bad.jsonl", "--mixed", "text"});
}

TEST_F(CliBadInputTest, DuplicateColumnNames) {
  WriteFile("bad.csv", "id,id\n1,2\n");
  ExpectNotImported("bad.csv", "id");
}

TEST_F(CliBadInputTest, EmptyAndMissingFiles) {
  WriteFile("empty.csv", "");
  ExpectNotImported("empty.csv", "empty.csv");
  ExpectNotImported("missing.csv", "missing.csv");
  ExpectNotImported("empty", "empty");
}

TEST_F(CliBadInputTest, NamesAreNeverPaths) {
  for (const std::string name : {"../x", "/x", "..", "a/b"}) {
    ExpectRefused({"import", "store", name, "good.csv"}, 1, "looks like a path");
  }
  EXPECT_FALSE(std::filesystem::exists(Path("x")));
  ExpectRefused({"import", "store", std::string(10'000, 'n'), "good.csv"}, 1, "255");
  ExpectRefused({"import", "absent", std::string(10'000, 'n'), "good.csv"}, 1, "255");
  ExpectRefused({"import", "store", "", "good.csv"}, 1, "empty");
  ExpectRefused({"import", "store", "a\nb", "good.csv"}, 1, "control");
  ExpectRefused({"tag", "store", "../x"}, 1, "tag");
}

TEST_F(CliBadInputTest, StorePathIsAFileOrNoStoreOrMissing) {
  std::filesystem::create_directory(Path("foreign"));
  WriteFile("foreign/letter.txt", "dear\n");
  for (const std::string path : {"good.csv", "foreign", "missing"}) {
    ExpectRefused({"datasets", path}, 1, path);
    ExpectRefused({"versions", path}, 1, path);
    ExpectRefused({"stats", path}, 1, path);
    ExpectRefused({"export", path, "players"}, 1, path);
    ExpectRefused({"tag", path, "name"}, 1, path);
    ExpectRefused({"expire", path}, 1, path);
    ExpectRefused({"gc", path}, 1, path);
  }
  for (const std::string path : {"good.csv", "foreign"}) {
    ExpectRefused({"import", path, "d", "good.csv"}, 1, path);
    ExpectRefused({"exec", path}, 1, path);
  }
}

TEST_F(CliBadInputTest, NoPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read and write everything";
  ASSERT_EQ(chmod(Path("store").c_str(), 0), 0);
  const CliResult result = RunAshlar({"datasets", "store"});
  EXPECT_EQ(chmod(Path("store").c_str(), 0700), 0);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("ermission"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace ashlar::tools
