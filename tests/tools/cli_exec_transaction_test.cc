// What transactions, snapshots and cursors of the command exec promise when something goes wrong.
#include <gmock/gmock.h>

#include "tests/tools/cli_testing.h"
#include "tests/tools/live_exec.h"

namespace ashlar::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCreate[] =
    R"({"op":"create","dataset":"k","key":["id"],"schema":{"id":"int64","v":"int64"}})";

void ExpectOk(const std::string& answer) { EXPECT_THAT(answer, HasSubstr("\"ok\":true")); }

void ExpectError(const std::string& answer, const std::string& code) {
  EXPECT_THAT(answer, HasSubstr("\"ok\":false,\"code\":\"" + code + "\",\"error\":\""));
}

std::string Upsert(int id, int v) {
  return R"({"op":"upsert","dataset":"k","rows":[{"id":)" + std::to_string(id) +
         ",\"v\":" + std::to_string(v) + "}]}";
}

std::string Scan(const std::string& members) {
  return R"({"op":"scan","dataset":"k",)" + members + "}";
}

TEST_F(CliTest, ExecKeepsATransactionWhosePredicateHasNoValue) {
  const auto answers =
      Exec({kCreate, Upsert(1, 1), Upsert(5, 0), R"({"op":"begin"})", Upsert(7, 7),
            R"({"op":"delete","dataset":"k","where":"10 / v > 2"})", Upsert(8, 8),
            R"({"op":"abort"})", R"({"op":"scan","dataset":"k"})", R"({"op":"begin"})",
            Upsert(7, 7), R"({"op":"delete","dataset":"k","where":"10 / v > 2"})",
            R"({"op":"commit"})", R"({"op":"scan","dataset":"k"})"});
  ExpectError(answers[5], "OUT_OF_RANGE");
  EXPECT_THAT(answers[5], Not(HasSubstr("aborted")));
  EXPECT_THAT(answers[6], Not(HasSubstr("version"))) << "still in the transaction";
  ExpectOk(answers[7]);
  EXPECT_THAT(answers[8], HasSubstr(R"("rows":[{"id":1,"v":1},{"id":5,"v":0}])"));
  ExpectError(answers[11], "OUT_OF_RANGE");
  ExpectOk(answers[12]);
  EXPECT_THAT(answers[13], HasSubstr(R"({"id":7,"v":7})"));
}

TEST_F(CliTest, ExecUpdatesAllRowsOrNone) {
  const std::string create = R"({"op":"create","dataset":"t","key":["id"],)"
                             R"("schema":{"id":"utf8","v":"int64","w":"int64"}})";
  // The rows are two batches, and the second one cannot be taken.
  const std::string bad = R"({"op":"update","dataset":"t","rows":[{"id":"a","v":1},{"id":")" +
                          std::string(65'537, 'b') + R"(","w":1}]})";
  const std::string row = R"({"op":"upsert","dataset":"t","rows":[{"id":"a","v":0}]})";
  const auto answers = Exec({create, R"({"op":"begin"})", row, bad, R"({"op":"commit"})",
                             R"({"op":"get","dataset":"t","key":"a"})"});
  ExpectError(answers[3], "INVALID_ARGUMENT");
  EXPECT_THAT(answers[3], Not(HasSubstr("aborted")));
  ExpectOk(answers[4]);
  EXPECT_THAT(answers[5], HasSubstr("\"v\":0"));
}

TEST_F(CliTest, ExecDoesNothingBetweenTheLossOfATransactionAndItsEnd) {
  Exec({kCreate, Upsert(1, 1)});
  const std::string segment = "store/segments/000000000001.seg";
  std::string content = Photograph().at(Path(segment));
  content[260] = static_cast<char>(content[260] ^ 0x55);
  WriteFile(segment, content);
  Exec({R"({"op":"create","dataset":"d","schema":{"id":"int64"}})"});
  const std::string fatal = R"({"op":"update","dataset":"k","rows":[{"id":1,"v":2}]})";
  const std::string append = R"({"op":"append","dataset":"d","rows":[{"id":7}]})";
  const std::string scan = R"({"op":"scan","dataset":"d"})";
  for (const std::string end : {"commit", "abort"}) {
    SCOPED_TRACE(end);
    const auto answers =
        Exec({R"({"op":"replace","dataset":"d","rows":[]})", R"({"op":"begin"})", append, fatal,
              append, scan, R"({"op":"begin"})", "{\"op\":\"" + end + "\"}", scan, append, scan,
              R"({"op":"commit"})"});
    ExpectError(answers[3], "DATA_LOSS");
    EXPECT_THAT(answers[3], HasSubstr("\"transaction\":\"aborted\""));
    for (const size_t i : {4, 5, 6}) ExpectError(answers[i], "FAILED_PRECONDITION");
    EXPECT_THAT(answers[4], HasSubstr("an error aborted the transaction"));
    if (end == "commit") {
      ExpectError(answers[7], "ABORTED");
    } else {
      ExpectOk(answers[7]);
    }
    EXPECT_THAT(answers[8], HasSubstr("\"rows\":[]"));
    EXPECT_THAT(answers[9], HasSubstr("\"version\":"));
    EXPECT_THAT(answers[10], HasSubstr("\"id\":7"));
    ExpectError(answers[11], "FAILED_PRECONDITION");
    EXPECT_THAT(answers[11], HasSubstr("no transaction is open"));
  }
}

TEST_F(CliTest, ExecRefusesACursorOfATransactionThatHasChanged) {
  LiveExec exec(Path("store"));
  for (const std::string& command : {std::string(kCreate), std::string(R"({"op":"begin"})"),
                                     Upsert(1, 1), Upsert(2, 2), Upsert(3, 3), Upsert(4, 4)}) {
    ExpectOk(exec.Ask(command));
  }
  const std::string cursor = CursorOf(exec.Ask(Scan(R"("limit":2)")));
  EXPECT_THAT(exec.Ask(Scan(cursor)), HasSubstr(R"("rows":[{"id":3,"v":3},{"id":4,"v":4}])"));
  ExpectOk(exec.Ask(R"({"op":"delete","dataset":"k","keys":[1,2]})"));
  const std::string refused = exec.Ask(Scan(cursor));
  ExpectError(refused, "FAILED_PRECONDITION");
  EXPECT_THAT(refused, HasSubstr("has changed"));
  ExpectError(exec.Ask(Scan(cursor + R"(,"at":1)")), "INVALID_ARGUMENT");
  ExpectOk(exec.Ask(R"({"op":"commit"})"));
  ExpectError(exec.Ask(Scan(cursor)), "FAILED_PRECONDITION");
  // Another transaction, which has changed as often.
  ExpectOk(exec.Ask(R"({"op":"begin"})"));
  for (int id = 1; id < 5; ++id) ExpectOk(exec.Ask(Upsert(id, id)));
  ExpectError(exec.Ask(Scan(cursor)), "FAILED_PRECONDITION");
}

TEST_F(CliTest, ExecRefusesACursorOfAnotherScan) {
  const std::string other =
      R"({"op":"create","dataset":"l","key":["id"],"schema":{"id":"int64","v":"int64"}})";
  Exec({kCreate, other, Upsert(1, 1), Upsert(2, 2), Upsert(3, 3)});
  const std::string where = R"("where":"v > 0")";
  const std::string columns = R"("columns":["id"])";
  const std::string scan = where + "," + columns;
  const std::string cursor = "," + CursorOf(Exec({Scan(scan + R"(,"limit":1)")})[0]);
  const std::string elsewhere = R"({"op":"scan","dataset":"l",)" + scan + cursor + "}";
  const auto answers =
      Exec({Scan(scan + cursor), Scan(scan + cursor + R"(,"limit":1)"), Scan(where + cursor),
            Scan(columns + cursor), Scan(R"("where":"v > 1",)" + columns + cursor),
            Scan(where + R"(,"columns":["v"])" + cursor), elsewhere, Scan(R"("cursor":"1:1")")});
  EXPECT_THAT(answers[0], HasSubstr(R"("rows":[{"id":2},{"id":3}])"));
  EXPECT_THAT(answers[1], HasSubstr(R"("rows":[{"id":2}])"));
  for (size_t i = 2; i < answers.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectError(answers[i], "INVALID_ARGUMENT");
    EXPECT_THAT(answers[i], HasSubstr(i < 7 ? "another scan" : "not a cursor"));
  }
}

TEST_F(CliTest, ExecSnapshotsWriteNothing) {
  LiveExec exec(Path("store"));
  ExpectOk(exec.Ask(kCreate));
  for (int id = 1; id < 4; ++id) ExpectOk(exec.Ask(Upsert(id, id)));
  const std::string versions = exec.Ask(R"({"op":"versions"})");
  EXPECT_THAT(exec.Ask(R"({"op":"snapshot"})"), HasSubstr(R"("snapshot":1,"version":1)"));
  ExpectOk(exec.Ask(Upsert(4, 4)));
  ExpectOk(exec.Ask(R"({"op":"delete","dataset":"k","keys":[2]})"));
  const std::string cursor = CursorOf(exec.Ask(Scan(R"("snapshot":1,"limit":1)")));
  EXPECT_EQ(exec.Ask(R"({"op":"versions"})"), versions);
  // Its rows stand still, though they are written to segments meanwhile.
  ExpectOk(exec.Ask(R"({"op":"flush"})"));
  const std::string rest = R"("rows":[{"id":2,"v":2},{"id":3,"v":3}])";
  EXPECT_THAT(exec.Ask(Scan(cursor)), HasSubstr(rest));
  EXPECT_THAT(exec.Ask(Scan(cursor + R"(,"snapshot":1)")), HasSubstr(rest));
  ExpectOk(exec.Ask(R"({"op":"snapshot"})"));
  ExpectError(exec.Ask(Scan(cursor + R"(,"snapshot":2)")), "INVALID_ARGUMENT");
  // A version's cursor is not one of a snapshot that has the same version and more rows.
  ExpectOk(exec.Ask(Upsert(5, 5)));
  ExpectOk(exec.Ask(R"({"op":"snapshot"})"));
  const std::string of_version = CursorOf(exec.Ask(Scan(R"("at":2,"limit":1)")));
  EXPECT_THAT(exec.Ask(Scan(of_version)), HasSubstr(R"("rows":[{"id":3,"v":3},{"id":4,"v":4}])"));
  ExpectError(exec.Ask(Scan(of_version + R"(,"snapshot":3)")), "INVALID_ARGUMENT");
  ExpectOk(exec.Ask(R"({"op":"release","snapshot":1})"));
  ExpectError(exec.Ask(Scan(cursor)), "NOT_FOUND");
}

TEST_F(CliTest, ExecScansFlushOnlyForCursors) {
  LiveExec exec(Path("store"));
  ExpectOk(exec.Ask(kCreate));
  for (int id = 1; id < 4; ++id) ExpectOk(exec.Ask(Upsert(id, id)));
  const std::string versions = exec.Ask(R"({"op":"versions"})");
  EXPECT_THAT(exec.Ask(Scan(R"("limit":3)")), Not(HasSubstr("cursor")));
  EXPECT_EQ(exec.Ask(R"({"op":"versions"})"), versions);
  const std::string cursor = CursorOf(exec.Ask(Scan(R"("limit":1)")));
  const std::string flushed = exec.Ask(R"({"op":"versions"})");
  EXPECT_NE(flushed, versions);
  // Rows of other datasets in memory are none of this scan's business.
  ExpectOk(exec.Ask(R"({"op":"create","dataset":"l","schema":{"id":"int64"}})"));
  ExpectOk(exec.Ask(R"({"op":"append","dataset":"l","rows":[{"id":1}]})"));
  const std::string created = exec.Ask(R"({"op":"versions"})");
  EXPECT_THAT(CursorOf(exec.Ask(Scan(R"("limit":1)"))), HasSubstr("version:"));
  EXPECT_EQ(exec.Ask(R"({"op":"versions"})"), created);
  EXPECT_THAT(exec.Ask(Scan(cursor)), HasSubstr(R"("rows":[{"id":2,"v":2},{"id":3,"v":3}])"));
}

}  // namespace
}  // namespace ashlar::tools
