// What transactions, snapshots and cursors of the command exec promise when something goes wrong.
#include <gmock/gmock.h>

#include "tests/tools/cli_testing.h"

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

TEST_F(CliTest, ExecDoesNothingBetweenTheLossOfATransactionAndItsEnd) {
  const std::string create = R"({"op":"create","dataset":"t","key":["id"],)"
                             R"("schema":{"id":"utf8","v":"int64","w":"int64"}})";
  // The rows are two batches, and the second one is refused when the first was taken.
  const std::string fatal = R"({"op":"update","dataset":"t","rows":[{"id":"a","v":1},{"id":")" +
                            std::string(65'537, 'b') + R"(","w":1}]})";
  const std::string row = R"({"op":"upsert","dataset":"t","rows":[{"id":"a","v":0}]})";
  const std::string scan = R"({"op":"scan","dataset":"t"})";
  for (const std::string end : {"commit", "abort"}) {
    SCOPED_TRACE(end);
    const auto answers = Exec({create, R"({"op":"begin"})", row, fatal, row, scan,
                               R"({"op":"begin"})", "{\"op\":\"" + end + "\"}", scan, row, scan,
                               R"({"op":"commit"})", R"({"op":"drop","dataset":"t"})"});
    ExpectError(answers[3], "ABORTED");
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
    EXPECT_THAT(answers[10], HasSubstr("\"id\":\"a\""));
    ExpectError(answers[11], "FAILED_PRECONDITION");
    EXPECT_THAT(answers[11], HasSubstr("no transaction is open"));
  }
}

}  // namespace
}  // namespace ashlar::tools
