// What the command line promises at its limits, for ordered and keyed datasets.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kKeyed =
    R"({"op":"create","dataset":"k","schema":{"a":"utf8 not null","b":"int64 not null",)"
    R"("v":"float64","x":"binary"},"key":["a","b"]})";

class CliLimitsTest : public CliTest {
 protected:
  static void ExpectOk(const std::string& answer) { EXPECT_THAT(answer, HasSubstr("\"ok\":true")); }
  static void ExpectError(const std::string& answer, const std::string& code) {
    EXPECT_THAT(answer, HasSubstr("\"ok\":false,\"code\":\"" + code + "\""));
  }
};

TEST_F(CliLimitsTest, KeysOfSeveralFieldsAreArraysAndValuesAreExact) {
  const auto answers =
      Exec({kKeyed,
            R"({"op":"upsert","id":7,"dataset":"k","rows":[)"
            R"({"a":"","b":-9223372036854775808,"v":"NaN","x":"AP8="},)"
            R"({"a":"z","b":9223372036854775807,"v":"-Infinity","x":null}]})",
            R"({"op":"get","id":"g","dataset":"k","key":["",-9223372036854775808]})",
            R"({"op":"get","dataset":"k","key":["z",9223372036854775807]})",
            R"({"op":"get","dataset":"k","key":["z",9223372036854775808]})",
            R"({"op":"get","dataset":"k","key":["z"]})", R"({"op":"get","dataset":"k","key":"z"})",
            R"({"op":"get","dataset":"k","key":[1,"z"]})",
            R"({"op":"get","dataset":"k","key":[null,1]})",
            R"({"op":"delete","dataset":"k","keys":[["z",9223372036854775807],["none",1]]})",
            R"({"op":"scan","dataset":"k","columns":["a"]})"});
  ExpectOk(answers[0]);
  EXPECT_THAT(answers[1], StartsWith("{\"id\":7,\"ok\":true"));
  EXPECT_THAT(answers[2], StartsWith("{\"id\":\"g\",\"ok\":true"));
  EXPECT_THAT(answers[2], HasSubstr(R"({"a":"","b":-9223372036854775808,"v":"NaN","x":"AP8="})"));
  EXPECT_THAT(answers[3], HasSubstr(R"("b":9223372036854775807,"v":"-Infinity","x":null)"));
  for (size_t i = 4; i <= 8; ++i) ExpectError(answers[i], "INVALID_ARGUMENT");
  ExpectOk(answers[9]);
  EXPECT_THAT(answers[10], HasSubstr(R"("rows":[{"a":""}])"));
}

TEST_F(CliLimitsTest, ErrorsChangeNothingAndDuplicatesGoByTheOp) {
  const std::string twice =
      R"("dataset":"k","rows":[{"a":"p","b":1,"v":1},{"a":"p","b":1,"v":2}]})";
  const auto answers =
      Exec({kKeyed, R"({"op":"insert",)" + twice, R"({"op":"upsert",)" + twice,
            R"({"op":"get","dataset":"k","key":["p",1]})", R"({"op":"insert",)" + twice,
            R"({"op":"upsert","dataset":"k","rows":[{"a":"q","b":1},{"a":null,"b":1}]})",
            R"({"op":"upsert","dataset":"k","rows":[{"a":"q","b":1},{"b":1}]})",
            R"({"op":"upsert","dataset":"k","rows":[{"a":"q","b":"one"}]})",
            R"({"op":"append","dataset":"k","rows":[{"a":"q","b":1}]})",
            R"({"op":"upsert","dataset":"k","rows":[{"a":"q","b":1,"a":"r"}]})",
            R"({"op":"scan","dataset":"k","columns":["a","v"]})"});
  ExpectOk(answers[0]);
  EXPECT_THAT(answers[1], HasSubstr("\"ok\":false"));
  ExpectOk(answers[2]);
  EXPECT_THAT(answers[3], HasSubstr(R"("v":2)")) << "the last one counts";
  EXPECT_THAT(answers[4], HasSubstr("\"ok\":false"));
  for (size_t i = 5; i <= 9; ++i) EXPECT_THAT(answers[i], HasSubstr("\"ok\":false")) << i;
  EXPECT_THAT(answers[10], HasSubstr(R"("rows":[{"a":"p","v":2)"));
  EXPECT_THAT(answers[10], testing::Not(HasSubstr("\"q\"")));
}

TEST_F(CliLimitsTest, ScansStopAtAThousandRowsAndGoOnByCursor) {
  for (const std::string& create :
       {std::string(R"({"op":"create","dataset":"d","schema":{"id":"int64 not null"}})"),
        std::string(
            R"({"op":"create","dataset":"d","schema":{"id":"int64 not null"},"key":["id"]})")}) {
    const bool keyed = create.find("\"key\"") != std::string::npos;
    std::string rows;
    for (int i = 0; i < 1001; ++i) {
      rows += (i == 0 ? "" : ",") + std::string("{\"id\":") + std::to_string(i) + "}";
    }
    const auto answers =
        Exec({create,
              std::string("{\"op\":\"") + (keyed ? "upsert" : "append") +
                  "\",\"dataset\":\"d\",\"rows\":[" + rows + "]}",
              R"({"op":"scan","dataset":"d","limit":1000})",
              R"({"op":"scan","dataset":"d","limit":5000})",
              R"({"op":"scan","dataset":"d","limit":0})", R"({"op":"drop","dataset":"d"})"});
    ExpectOk(answers[1]);
    for (const size_t i : {2u, 3u}) {
      EXPECT_THAT(answers[i], HasSubstr("{\"id\":999}]"));
      EXPECT_THAT(answers[i], HasSubstr("\"cursor\":"));
    }
    EXPECT_THAT(answers[4], HasSubstr("\"rows\":[]"));
    ExpectOk(answers[5]);
  }
}

TEST_F(CliLimitsTest, LinesNestingAndSnapshots) {
  const std::string create = R"({"op":"create","dataset":"d","schema":{"x":"utf8"}})";
  const std::string head = R"({"op":"append","dataset":"d","rows":[{"x":")";
  const std::string tail = R"("}]})";
  constexpr size_t kMost = size_t{64} << 20;
  const std::string longest = head + std::string(kMost - head.size() - tail.size(), 'a') + tail;
  const auto answers = Exec({create, longest, longest + " ", R"({"op":"datasets"})"});
  ExpectOk(answers[1]);
  ExpectError(answers[2], "RESOURCE_EXHAUSTED");
  EXPECT_THAT(answers[3], HasSubstr("\"rows\":1"));
  EXPECT_EQ(
      Lines(MustRun({"exec", "store"}, "{\"op\":\"datasets\"}\n{\"op\":\"datasets\"}")).size(), 1u);
}

// Every mode with every rewrite: done, or refused before anything is touched.
TEST_F(CliLimitsTest, ImportModesAndRewrites) {
  WriteFile("rows.csv", "id,v\n1,a\n2,b\n");
  for (const std::string mode :
       {"append", "replace", "upsert", "insert", "update", "full_merge", "deduplicate"}) {
    for (const std::string rewrite : {"deferred", "incremental", "full"}) {
      const bool keyed = mode != "append" && mode != "replace";
      const bool refused =
          !keyed || (rewrite == "incremental" && (mode == "full_merge" || mode == "deduplicate"));
      const std::string store = "store_" + mode + "_" + rewrite;
      if (refused) {
        ExpectRefused({"import", store, "d", "rows.csv", "--mode", mode, "--rewrite", rewrite}, 2,
                      "");
        EXPECT_FALSE(Photograph().contains(Path(store)));
        continue;
      }
      MustRun({"import", store, "d", "rows.csv", "--key", "id", "--mode", "upsert"});
      MustRun(
          {"import", store, "d", "rows.csv", "--mode", mode, "--rewrite", rewrite, "--explain"});
      EXPECT_EQ(MustRun({"export", store, "d"}),
                "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"b\"}\n");
      MustRun({"import", store, "d", "rows.csv", "--mode", mode, "--rewrite", rewrite});
      EXPECT_EQ(MustRun({"export", store, "d"}),
                "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"b\"}\n");
    }
  }
}

TEST_F(CliLimitsTest, AKeyMayBeEmptyAndAValueLarge) {
  MustRun({"exec", "store"},
          "{\"op\":\"create\",\"dataset\":\"d\",\"schema\":{\"id\":\"utf8 not null\","
          "\"v\":\"utf8\"},\"key\":[\"id\"]}\n");
  MustRun({"put", "store", "d", "", R"({"v":"of nothing"})"});
  EXPECT_EQ(MustRun({"get", "store", "d", ""}), "{\"id\":\"\",\"v\":\"of nothing\"}\n");
  WriteFile("larger.csv", "id,v\nbig," + std::string(size_t{100} << 20, 'v') + "\n");
  const CliResult refused = RunAshlar({"import", "store", "d", "larger.csv", "--mode", "upsert"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("line 2: the record is longer than 64 MiB"));
  EXPECT_EQ(RunAshlar({"has", "store", "d", "big"}).exit_code, 1);
  const std::string large(size_t{60} << 20, 'v');
  WriteFile("large.csv", "id,v\nbig," + large + "\n");
  MustRun({"import", "store", "d", "large.csv", "--mode", "upsert"});
  const std::string row = MustRun({"get", "store", "d", "big"});
  EXPECT_EQ(row.size(), large.size() + std::string("{\"id\":\"big\",\"v\":\"\"}\n").size());
  EXPECT_EQ(MustRun({"verify", "store"}), "");
}

TEST_F(CliLimitsTest, DiffOfAKeyedDatasetIsByKey) {
  MustRun({"import", "store", "d", "-", "--key", "id", "--mode", "upsert"},
          "id,v\n1,a\n2,b\n3,c\n");
  MustRun({"tag", "store", "before"});
  MustRun({"import", "store", "d", "-", "--mode", "upsert"}, "id,v\n2,B\n3,c\n4,d\n");
  MustRun({"del", "store", "d", "1"});
  MustRun({"tag", "store", "after"});
  EXPECT_EQ(MustRun({"diff", "store", "d", "before", "after", "--format", "jsonl"}),
            "{\"change\":\"removed\",\"row\":{\"id\":1,\"v\":\"a\"}}\n"
            "{\"change\":\"changed\",\"before\":{\"id\":2,\"v\":\"b\"},"
            "\"after\":{\"id\":2,\"v\":\"B\"}}\n"
            "{\"change\":\"added\",\"row\":{\"id\":4,\"v\":\"d\"}}\n");
  EXPECT_EQ(MustRun({"diff", "store", "d", "before", "after", "--format", "csv"}),
            "change,id,v\n-,1,a\n<,2,b\n>,2,B\n+,4,d\n");
  EXPECT_EQ(MustRun({"diff", "store", "d", "after", "after", "--format", "json"}), "[]\n");
  const auto answers =
      Exec({R"({"op":"diff","dataset":"d","from":"before","to":"after","limit":1})"});
  EXPECT_THAT(answers[0], HasSubstr("\"added\":1,\"removed\":1,\"changed\":1"));
  EXPECT_THAT(answers[0], HasSubstr("\"complete\":false"));
}

}  // namespace
}  // namespace ashlar::tools
