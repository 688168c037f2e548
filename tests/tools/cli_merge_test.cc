// Insert, update, delete by a predicate and merge, as commands and as imports.
#include <gmock/gmock.h>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCreate[] = R"({"op":"create","dataset":"d","key":["id"],)"
                           R"("schema":{"id":"int64","city":"utf8","n":"int64"}})";

void ExpectOk(const std::string& answer) { EXPECT_THAT(answer, HasSubstr("\"ok\":true")); }

void ExpectInvalid(const std::string& answer, const std::string& what) {
  EXPECT_THAT(answer, HasSubstr("\"code\":\"INVALID_ARGUMENT\""));
  EXPECT_THAT(answer, HasSubstr(what));
}

TEST_F(CliTest, ExecInsertsUpdatesAndDeletesByPredicate) {
  const auto answers = Exec(
      {kCreate, R"({"op":"insert","dataset":"d","rows":[{"id":1,"city":"Ulm","n":1},{"id":2}]})",
       R"({"op":"insert","dataset":"d","rows":[{"id":2,"n":9},{"id":3,"city":"Rome"}]})",
       R"({"op":"update","dataset":"d","rows":[{"id":1,"n":5},{"id":1,"city":null},)"
       R"({"id":7,"n":5},{"id":3,"n":6}]})",
       R"({"op":"scan","dataset":"d"})", R"({"op":"delete","dataset":"d","where":"n > 5"})",
       R"({"op":"begin"})", R"({"op":"delete","dataset":"d","where":"id = 2"})",
       R"({"op":"insert","dataset":"d","rows":[{"id":2,"n":8}]})", R"({"op":"commit"})",
       R"({"op":"scan","dataset":"d"})",
       R"({"op":"insert","dataset":"d","rows":[{"id":8},{"id":8}]})",
       R"({"op":"update","dataset":"d","rows":[{"n":8}]})",
       R"({"op":"update","dataset":"d","rows":[{"id":2,"zip":8}]})",
       R"({"op":"delete","dataset":"d","where":"n >"})",
       R"({"op":"delete","dataset":"d","where":"n > 1","keys":[1]})"});
  for (size_t i = 0; i < 11; ++i) ExpectOk(answers[i]);
  EXPECT_THAT(answers[1], HasSubstr(R"("rows_written":2,"skipped_count":0,"skipped":[])"));
  EXPECT_THAT(answers[2], HasSubstr(R"("rows_written":1,"skipped_count":1,"skipped":[2])"));
  EXPECT_THAT(answers[3], HasSubstr(R"("rows_written":3,"skipped_count":1,"skipped":[7])"));
  EXPECT_THAT(answers[4], HasSubstr(R"({"id":1,"city":null,"n":5})"));
  EXPECT_THAT(answers[4], HasSubstr(R"({"id":3,"city":"Rome","n":6})"));
  EXPECT_THAT(answers[5], HasSubstr(R"("rows_deleted":1)"));
  EXPECT_THAT(answers[7], HasSubstr(R"("rows_deleted":1)"));
  EXPECT_THAT(answers[8], HasSubstr(R"("rows_written":1)"));
  EXPECT_THAT(answers[10], HasSubstr(R"({"id":2,"city":null,"n":8})"));
  EXPECT_THAT(answers[10], Not(HasSubstr("Rome")));
  ExpectInvalid(answers[11], "row 1: key 8 comes twice");
  ExpectInvalid(answers[12], "row 0");
  ExpectInvalid(answers[13], "zip");
  ExpectInvalid(answers[14], "where");
  ExpectInvalid(answers[15], "exclude each other");
}

TEST_F(CliTest, ExecMergesAndExplains) {
  const auto answers = Exec(
      {kCreate,
       R"({"op":"merge","dataset":"d","strategy":"upsert","rows":[{"id":1,"n":1},{"id":2,"n":2}]})",
       R"({"op":"merge","dataset":"d","strategy":"full_merge","explain":true,"rows":[{"id":2}]})",
       R"({"op":"merge","dataset":"d","strategy":"upsert","rewrite":"incremental",)"
       R"("explain":true,"rows":[{"id":9}]})",
       R"({"op":"merge","dataset":"d","strategy":"full_merge","rewrite":"full",)"
       R"("rows":[{"id":2,"n":2},{"id":3,"n":3}]})",
       R"({"op":"merge","dataset":"d","strategy":"update","rows":[{"id":3,"n":4},{"id":4,"n":4}]})",
       R"({"op":"scan","dataset":"d"})",
       R"({"op":"merge","dataset":"d","strategy":"deduplicate","rewrite":"incremental","rows":[]})",
       R"({"op":"merge","dataset":"d","strategy":"replace","rows":[]})",
       R"({"op":"merge","dataset":"d","strategy":"upsert","rewrite":"some","rows":[]})",
       R"({"op":"merge","dataset":"d","strategy":"update","rows":[{"id":3,"n":4},{"id":2}]})"});
  for (size_t i = 0; i < 7; ++i) ExpectOk(answers[i]);
  EXPECT_THAT(answers[1], HasSubstr(R"("rows_inserted":2,"rows_updated":0)"));
  EXPECT_THAT(answers[2], HasSubstr(R"("affected":1,"untouched":0)"));
  EXPECT_THAT(answers[2], HasSubstr("may hold keys that the source lacks"));
  EXPECT_THAT(answers[3], HasSubstr(R"("affected":0,"untouched":1)"));
  EXPECT_THAT(answers[3], HasSubstr("no key of the source lies in its key range"));
  EXPECT_THAT(answers[4], HasSubstr(R"("rows_inserted":1,"rows_updated":0,"rows_unchanged":1)"));
  EXPECT_THAT(answers[4], HasSubstr(R"("rows_deleted":1)"));
  EXPECT_THAT(answers[5], HasSubstr(R"("skipped_count":1,"skipped":[4])"));
  EXPECT_THAT(answers[6], HasSubstr(R"([{"id":2,"city":null,"n":2},{"id":3,"city":null,"n":4}])"));
  ExpectInvalid(answers[7], "takes rewrite mode deferred or full");
  ExpectInvalid(answers[8], "full_merge or deduplicate");
  ExpectInvalid(answers[9], "deferred, incremental or full");
  ExpectInvalid(answers[10], "same members");
}

TEST_F(CliTest, ExecWritesPartitions) {
  const auto answers =
      Exec({R"({"op":"create","dataset":"p","key":["id"],"partition_by":["day"],)"
            R"("schema":{"id":"int64","day":"utf8"}})",
            R"({"op":"merge","dataset":"p","strategy":"upsert",)"
            R"("rows":[{"id":1,"day":"mon"},{"id":2,"day":"tue"},{"id":3},{"id":4,"day":"mon"}]})",
            R"({"op":"merge","dataset":"p","strategy":"update","rows":[{"id":1,"day":"tue"}]})",
            R"({"op":"scan","dataset":"p","where":"day = 'tue'"})",
            R"({"op":"create","dataset":"q","key":["id"],"partition_by":["nope"],)"
            R"("schema":{"id":"int64"}})"});
  for (size_t i = 0; i < 4; ++i) ExpectOk(answers[i]);
  EXPECT_THAT(answers[1], HasSubstr("\"segments_written\":3"));
  EXPECT_THAT(answers[3], HasSubstr(R"([{"id":2,"day":"tue"},{"id":1,"day":"tue"}])"));
  ExpectInvalid(answers[4], "nope");
}

TEST_F(CliTest, ImportsMerge) {
  WriteFile("a.csv", "id,city,n\n1,Oslo,1\n2,Lima,2\n3,Rome,3\n");
  WriteFile("b.csv", "id,n\n2,20\n7,70\n");
  WriteFile("c.csv", "id,city,n\n3,Bern,3\n4,Ulm,4\n4,Kyiv,4\n");
  MustRun({"import", "store", "d", "a.csv", "--key", "id", "--mode", "insert"});
  EXPECT_THAT(MustRun({"import", "store", "d", "b.csv", "--mode", "update"}),
              HasSubstr(R"("rows_written":1,"skipped_count":1,"skipped":[7])"));
  EXPECT_EQ(MustRun({"query", "store", "d", "--order-by", "id"}),
            "{\"id\":1,\"city\":\"Oslo\",\"n\":1}\n{\"id\":2,\"city\":\"Lima\",\"n\":20}\n"
            "{\"id\":3,\"city\":\"Rome\",\"n\":3}\n");
  const std::string before = MustRun({"versions", "store"});
  EXPECT_THAT(MustRun({"import", "store", "d", "c.csv", "--mode", "upsert", "--rewrite",
                       "incremental", "--explain"}),
              HasSubstr("may hold a key of the source"));
  EXPECT_EQ(MustRun({"versions", "store"}), before);
  ExpectRefused({"import", "store", "d", "c.csv", "--mode", "insert"}, 1, "comes twice");
  EXPECT_THAT(
      MustRun({"import", "store", "d", "c.csv", "--mode", "deduplicate", "--rewrite", "full"}),
      HasSubstr(R"("rows_inserted":1,"rows_updated":1)"));
  EXPECT_THAT(MustRun({"import", "store", "d", "c.csv", "--mode", "full_merge"}),
              HasSubstr(R"("rows_deleted":2)"));
  EXPECT_EQ(MustRun({"query", "store", "d", "--order-by", "id"}),
            "{\"id\":3,\"city\":\"Bern\",\"n\":3}\n{\"id\":4,\"city\":\"Kyiv\",\"n\":4}\n");
  ExpectRefused(
      {"import", "store", "d", "c.csv", "--mode", "full_merge", "--rewrite", "incremental"}, 2,
      "takes rewrite mode deferred or full");
  ExpectRefused({"import", "store", "e", "a.csv", "--explain"}, 2, "--explain need a mode");
  ExpectRefused({"import", "store", "e", "a.csv", "--key", "id", "--mode", "append"}, 2,
                "--key needs a mode");
  ExpectRefused({"import", "store", "e", "a.csv", "--mode", "upsert"}, 1, "--key names the key");
  ExpectRefused({"import", "store", "e", "a.csv", "--mode", "update"}, 1, "no dataset");
}

}  // namespace
}  // namespace ashlar::tools
