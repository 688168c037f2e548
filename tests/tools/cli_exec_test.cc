// The protocol of the command exec, command by command.
#include <gmock/gmock.h>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCreate[] =
    R"({"op":"create","dataset":"d","schema":{"id":"int64 not null","city":"utf8"}})";

void ExpectOk(const std::string& answer) { EXPECT_THAT(answer, HasSubstr("\"ok\":true")); }

void ExpectError(const std::string& answer, const std::string& code) {
  EXPECT_THAT(answer, HasSubstr("\"ok\":false,\"code\":\"" + code + "\",\"error\":\""));
}

TEST_F(CliTest, ExecWritesAndScans) {
  const auto answers =
      Exec({kCreate, R"({"op":"append","dataset":"d","rows":[{"id":9223372036854775807}],"id":7})",
            R"({"op":"scan","dataset":"d","id":"x"})",
            R"({"op":"replace","dataset":"d","rows":[{"id":1,"city":"Ulm"}]})",
            R"({"op":"scan","dataset":"d","columns":["city"]})", R"({"op":"flush"})",
            R"({"op":"schema","dataset":"d"})", R"({"op":"drop","dataset":"d"})",
            R"({"op":"scan","dataset":"d"})"});
  ExpectOk(answers[0]);
  EXPECT_THAT(answers[1], testing::StartsWith("{\"id\":7,\"ok\":true,\"version\":"));
  EXPECT_THAT(answers[1], HasSubstr("\"stats\":{"));
  EXPECT_THAT(answers[2], testing::StartsWith("{\"id\":\"x\",\"ok\":true"));
  EXPECT_THAT(answers[2], HasSubstr("\"rows\":[{\"id\":9223372036854775807,\"city\":null}]"));
  EXPECT_THAT(answers[2], Not(HasSubstr("cursor")));
  EXPECT_THAT(answers[4], HasSubstr("\"rows\":[{\"city\":\"Ulm\"}]"));
  ExpectOk(answers[5]);
  EXPECT_THAT(answers[6], HasSubstr(R"("schema":{"id":"int64 not null","city":"utf8"})"));
  ExpectOk(answers[7]);
  ExpectError(answers[8], "NOT_FOUND");
}

TEST_F(CliTest, ExecCreatesDatasetsOfEitherStorage) {
  const auto answers =
      Exec({R"({"op":"create","dataset":"d","schema":{"id":"int64"},"storage":"compact"})",
            R"({"op":"datasets"})",
            R"({"op":"create","dataset":"e","schema":{"id":"int64"},"storage":"tiny"})"});
  ExpectOk(answers[0]);
  EXPECT_THAT(answers[1], HasSubstr("\"storage\":\"compact\""));
  ExpectError(answers[2], "INVALID_ARGUMENT");
  EXPECT_THAT(answers[2], HasSubstr("compact"));
}

TEST_F(CliTest, ExecRefusesBadCommandsAndGoesOn) {
  const auto answers = Exec(
      {kCreate, R"({"op":"append","dataset":"d","rows":[{"id":1},{"id":"x"}]})",
       R"({"op":"append","dataset":"d","rows":[{"id":1,"zip":2}]})",
       R"({"op":"append","dataset":"d","rows":[{"id":1,"id":2}]})",
       R"({"op":"append","dataset":"d","rows":[{"city":"Ulm"}]})",
       R"({"op":"scan","dataset":"d","frobnicate":1})",
       R"({"op":"scan","dataset":"d","dataset":"d"})", R"({"op":"scan","dataset":)",
       R"({"op":"dance","id":[1]})", R"({"op":"merge","dataset":"d","rows":[]})", R"([1,2])",
       R"({"op":"scan","dataset":"d"} x)", R"({"op":"scan","dataset":"d","cursor":"over there"})",
       R"({"op":"commit"})", R"({"op":"scan","dataset":"d"})", "not JSON", "null"});
  for (const size_t i : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16}) {
    SCOPED_TRACE(i);
    ExpectError(answers[i], "INVALID_ARGUMENT");
  }
  EXPECT_THAT(answers[1], HasSubstr("row 1"));
  EXPECT_THAT(answers[8], testing::StartsWith("{\"id\":[1],"));
  ExpectError(answers[13], "FAILED_PRECONDITION");
  EXPECT_THAT(answers[14], HasSubstr("\"rows\":[]"));
  EXPECT_THAT(answers[15], HasSubstr("broken JSON"));
  EXPECT_THAT(answers[16], HasSubstr("null stands where an object must be"));
}

TEST_F(CliTest, ExecKeepsRowsByKey) {
  const auto answers =
      Exec({R"({"op":"create","dataset":"k","key":["id","tag"],)"
            R"("schema":{"id":"int64","tag":"binary","n":"int64"}})",
            R"({"op":"upsert","dataset":"k","rows":[{"id":9007199254740993,"tag":"AP8=","n":1},)"
            R"({"id":2,"tag":"","n":2}]})",
            R"({"op":"get","dataset":"k","key":[9007199254740993,"AP8="]})",
            R"({"op":"get","dataset":"k","key":[9007199254740992,"AP8="]})",
            R"({"op":"begin"})",
            R"({"op":"upsert","dataset":"k","rows":[{"id":2,"tag":"","n":7}]})",
            R"({"op":"delete","dataset":"k","keys":[[9007199254740993,"AP8="],[5,"AA=="]]})",
            R"({"op":"get","dataset":"k","key":[2,""]})",
            R"({"op":"commit"})",
            R"({"op":"scan","dataset":"k"})",
            R"({"op":"get","dataset":"k","key":[2,""],"at":"1"})",
            R"({"op":"get","dataset":"k","key":2})",
            R"({"op":"get","dataset":"k","key":[2,"",3]})",
            R"({"op":"get","dataset":"k","key":["x",""]})",
            R"({"op":"get","dataset":"k"})",
            R"({"op":"delete","dataset":"k","where":"id = 2"})",
            R"({"op":"append","dataset":"k","rows":[]})",
            R"({"op":"upsert","dataset":"k","rows":[{"id":2}]})",
            kCreate,
            R"({"op":"get","dataset":"d","key":1})",
            R"({"op":"upsert","dataset":"d","rows":[]})"});
  for (size_t i = 0; i < 11; ++i) ExpectOk(answers[i]);
  EXPECT_THAT(answers[2], HasSubstr("\"row\":{\"id\":9007199254740993,\"tag\":\"AP8=\",\"n\":1}"));
  EXPECT_THAT(answers[3], HasSubstr("\"row\":null"));
  EXPECT_THAT(answers[7], HasSubstr("\"n\":7"));
  EXPECT_THAT(answers[9], HasSubstr("\"rows\":[{\"id\":2,\"tag\":\"\",\"n\":7}]"));
  EXPECT_THAT(answers[10], HasSubstr("\"row\":null"));  // before the rows were
  for (const size_t i : {11, 12, 13, 14, 17}) ExpectError(answers[i], "INVALID_ARGUMENT");
  ExpectOk(answers[15]);
  EXPECT_THAT(answers[15], HasSubstr("\"rows_deleted\":1"));
  for (const size_t i : {16, 19, 20}) ExpectError(answers[i], "FAILED_PRECONDITION");
}

TEST_F(CliTest, ExecRefusesDeepNesting) {
  const std::string deep = std::string(80, '[') + std::string(80, ']');
  const auto answers = Exec({R"({"op":"flush","id":)" + deep + "}", R"({"op":"flush"})"});
  ExpectError(answers[0], "INVALID_ARGUMENT");
  ExpectOk(answers[1]);
}

TEST_F(CliTest, ExecTransactionsReadTheirOwnWrites) {
  const auto answers =
      Exec({R"({"op":"begin"})", kCreate, R"({"op":"append","dataset":"d","rows":[{"id":1}]})",
            R"({"op":"append","dataset":"d","rows":[{"id":true}]})",
            R"({"op":"scan","dataset":"d"})", R"({"op":"datasets"})", R"({"op":"begin"})",
            R"({"op":"tag","name":"t"})", R"({"op":"commit"})", R"({"op":"begin"})",
            R"({"op":"append","dataset":"d","rows":[{"id":2}]})", R"({"op":"abort"})",
            R"({"op":"scan","dataset":"d"})"});
  ExpectError(answers[3], "INVALID_ARGUMENT");
  EXPECT_THAT(answers[4], HasSubstr("\"rows\":[{\"id\":1,\"city\":null}]"));
  EXPECT_THAT(answers[5], HasSubstr("\"datasets\":[]"));
  ExpectError(answers[6], "FAILED_PRECONDITION");
  ExpectError(answers[7], "FAILED_PRECONDITION");
  EXPECT_THAT(answers[8], HasSubstr("\"version\":"));
  EXPECT_THAT(answers[12], HasSubstr("\"rows\":[{\"id\":1,\"city\":null}]"));
}

TEST_F(CliTest, ExecAbortsWhatIsOpenAtTheEndAndDropsAnUnfinishedLine) {
  Exec({kCreate});
  const std::string append = R"({"op":"append","dataset":"d","rows":[{"id":1}]})";
  EXPECT_EQ(Lines(MustRun({"exec", "store"}, "{\"op\":\"begin\"}\n" + append + "\n")).size(), 2u);
  EXPECT_EQ(MustRun({"exec", "store"}, append), "");
  EXPECT_THAT(Exec({R"({"op":"scan","dataset":"d"})"})[0], HasSubstr("\"rows\":[]"));
}

TEST_F(CliTest, ExecScansInPiecesOfOneVersion) {
  std::string rows;
  for (int i = 0; i < 2'500; ++i) {
    rows += (i == 0 ? "{\"id\":" : ",{\"id\":") + std::to_string(i) + "}";
  }
  const std::string append = R"({"op":"append","dataset":"d","rows":[)" + rows + "]}";
  const std::string first = Exec({kCreate, append, R"({"op":"scan","dataset":"d"})"})[2];
  EXPECT_THAT(first, HasSubstr("{\"id\":999,"));
  EXPECT_THAT(first, Not(HasSubstr("{\"id\":1000,")));
  const size_t begin = first.find("\"cursor\":");
  ASSERT_NE(begin, std::string::npos);
  const std::string cursor = first.substr(begin, first.size() - 1 - begin);
  const auto answers = Exec({R"({"op":"replace","dataset":"d","rows":[]})",
                             R"({"op":"scan","dataset":"d",)" + cursor + "}",
                             R"({"op":"scan","dataset":"d","limit":600,)" + cursor + "}"});
  EXPECT_THAT(answers[1], HasSubstr("[{\"id\":1000,"));
  EXPECT_THAT(answers[1], HasSubstr("{\"id\":1999,"));
  EXPECT_THAT(answers[2], HasSubstr("{\"id\":1599,"));
  EXPECT_THAT(answers[2], Not(HasSubstr("{\"id\":1600,")));
}

TEST_F(CliTest, ExecSnapshotsStandStillAndAreLimited) {
  std::vector<std::string> commands = {kCreate, R"({"op":"snapshot"})",
                                       R"({"op":"append","dataset":"d","rows":[{"id":1}]})",
                                       R"({"op":"scan","dataset":"d","snapshot":1})"};
  for (int i = 0; i < 64; ++i) commands.push_back(R"({"op":"snapshot"})");
  commands.push_back(R"({"op":"release","snapshot":1})");
  commands.push_back(R"({"op":"scan","dataset":"d","snapshot":1})");
  commands.push_back(R"({"op":"snapshot"})");
  const auto answers = Exec(commands);
  EXPECT_THAT(answers[1], HasSubstr("\"snapshot\":1"));
  EXPECT_THAT(answers[3], HasSubstr("\"rows\":[]"));
  ExpectOk(answers[66]);
  ExpectError(answers[67], "RESOURCE_EXHAUSTED");
  ExpectOk(answers[68]);
  ExpectError(answers[69], "NOT_FOUND");
  ExpectOk(answers[70]);
}

TEST_F(CliTest, ExecCompacts) {
  const std::string upsert = R"({"op":"upsert","dataset":"k","rows":[)";
  std::vector<std::string> commands = {
      R"({"op":"create","dataset":"k","schema":{"id":"int64 not null"},"key":["id"]})"};
  for (int id = 9; id > 0; --id) {
    commands.push_back(upsert + "{\"id\":" + std::to_string(id) + "}]}");
    commands.push_back(R"({"op":"flush"})");
  }
  commands.push_back(R"({"op":"scan","dataset":"k","limit":4})");
  const std::string page = Exec(commands).back();
  EXPECT_THAT(page, HasSubstr("[{\"id\":9},{\"id\":8},"));
  const size_t begin = page.find("\"cursor\":");
  ASSERT_NE(begin, std::string::npos);
  const std::string cursor = page.substr(begin, page.size() - 1 - begin);
  const std::string go_on = R"({"op":"scan","dataset":"k",)" + cursor;

  const auto answers =
      Exec({R"({"op":"begin"})", R"({"op":"compact"})", R"({"op":"abort"})",
            R"({"op":"compact","dry_run":true})", go_on + "}", R"({"op":"snapshot"})",
            upsert + R"({"id":10}]})", R"({"op":"compact","datasets":["k"]})",
            R"({"op":"compact"})", go_on + R"(,"snapshot":1})", go_on + "}",
            R"({"op":"compact","datasets":["kk"]})", R"({"op":"compact","range":"all"})",
            R"({"op":"versions"})", R"({"op":"scan","dataset":"k"})"});
  ExpectError(answers[1], "FAILED_PRECONDITION");
  EXPECT_THAT(answers[3], HasSubstr("\"segments_in\":9,\"segments_out\":0,\"rows\":9,"));
  EXPECT_THAT(answers[4], HasSubstr("\"rows\":[{\"id\":5},"));
  EXPECT_THAT(answers[7], HasSubstr("\"segments_in\":10,\"segments_out\":1,\"rows\":10,"))
      << "what is in memory is flushed first";
  EXPECT_THAT(answers[8], HasSubstr("\"ok\":true,\"tasks\":[],"));
  EXPECT_THAT(answers[9], HasSubstr("\"rows\":[{\"id\":5},"));
  ExpectOk(answers[10]);  // of the version before the flush: its segments are what they were
  ExpectError(answers[11], "NOT_FOUND");
  ExpectError(answers[12], "INVALID_ARGUMENT");
  EXPECT_THAT(answers[14], HasSubstr("\"rows\":[{\"id\":1},{\"id\":2},"));

  // A cursor counts rows in the order that they had; compacted in the same version, they have
  // another.
  const std::string more = Exec({R"({"op":"scan","dataset":"k","limit":4})"})[0];
  EXPECT_THAT(more, HasSubstr("\"cursor\":"));
  commands = {};
  for (int id = 9; id > 0; --id) {
    commands.push_back(upsert + "{\"id\":" + std::to_string(20 + id) + "}]}");
    commands.push_back(R"({"op":"flush"})");
  }
  commands.push_back(R"({"op":"scan","dataset":"k","limit":4})");
  const std::string last = Exec(commands).back();
  const size_t at = last.find("\"cursor\":");
  ASSERT_NE(at, std::string::npos);
  const std::string stale =
      R"({"op":"scan","dataset":"k",)" + last.substr(at, last.size() - 1 - at) + "}";
  const auto after = Exec({stale, R"({"op":"compact"})", stale});
  ExpectOk(after[0]);
  ExpectError(after[2], "FAILED_PRECONDITION");
  EXPECT_THAT(after[2], HasSubstr("order"));
}

TEST_F(CliTest, ExecLooksAfterTheStore) {
  const auto answers =
      Exec({kCreate, R"({"op":"append","dataset":"d","rows":[{"id":1}]})",
            R"({"op":"tag","name":"t","attributes":{"a":"b"}})",
            R"({"op":"append","dataset":"d","rows":[{"id":2}]})",
            R"({"op":"diff","dataset":"d","from":"t"})", R"({"op":"versions"})",
            R"({"op":"stats"})", R"({"op":"verify"})", R"({"op":"tag","name":"t","delete":true})",
            R"({"op":"expire","keep":1})", R"({"op":"gc"})"});
  for (const std::string& answer : answers) ExpectOk(answer);
  EXPECT_THAT(answers[4], HasSubstr(R"({"change":"added","row_number":1,"row":{"id":2,)"));
  EXPECT_THAT(answers[5], HasSubstr("\"tags\":[\"t\"]"));
  EXPECT_THAT(answers[7], HasSubstr("\"intact\":true"));
}

}  // namespace
}  // namespace ashlar::tools
