// Queries through the program: each step, each form of the result, stats and plans.
#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CliQueryTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    WriteFile(
        "orders.jsonl",
        "{\"id\":1,\"city\":\"Oslo\",\"amount\":10.5,\"lines\":[{\"price\":3},{\"price\":7}]}\n"
        "{\"id\":2,\"city\":\"Lima\",\"amount\":4.0,\"lines\":[{\"price\":4}]}\n"
        "{\"id\":3,\"city\":null,\"amount\":8.0,\"lines\":[]}\n"
        "{\"id\":4,\"city\":\"Oslo\",\"amount\":20.0,\"lines\":[{\"price\":20}]}\n");
    MustRun({"import", "store", "orders", "orders.jsonl"});
  }

  // Standard output as jsonl.
  std::string Ask(std::vector<std::string> options) {
    options.insert(options.begin(), {"query", "store", "orders"});
    return MustRun(options);
  }
};

TEST_F(CliQueryTest, WithoutStepsItIsTheDataset) {
  EXPECT_EQ(Ask({}), MustRun({"export", "store", "orders"}));
}

TEST_F(CliQueryTest, WhereSelectAndOrder) {
  EXPECT_EQ(Ask({"--where", "amount > 5 and city = 'Oslo'", "--select", "id, amount * 2 as twice"}),
            "{\"id\":1,\"twice\":21.0}\n{\"id\":4,\"twice\":40.0}\n");
  EXPECT_EQ(Ask({"--select", "id", "--order-by", "id:desc"}),
            "{\"id\":4}\n{\"id\":3}\n{\"id\":2}\n{\"id\":1}\n");
  EXPECT_EQ(Ask({"--select", "city", "--distinct", "--order-by", "city"}),
            "{\"city\":\"Lima\"}\n{\"city\":\"Oslo\"}\n{}\n");
}

TEST_F(CliQueryTest, ColumnsThatAreNotSelectedSortToo) {
  EXPECT_EQ(Ask({"--select", "id", "--order-by", "amount desc", "--limit", "2"}),
            "{\"id\":4}\n{\"id\":1}\n");
  // A name that is both is the result's.
  EXPECT_EQ(Ask({"--select", "id, 0 - amount as amount", "--order-by", "amount", "--limit", "1"}),
            "{\"id\":4,\"amount\":-20.0}\n");
}

TEST_F(CliQueryTest, LimitSkipAndTail) {
  EXPECT_EQ(Ask({"--select", "id", "--limit", "2", "--skip", "1"}), "{\"id\":2}\n{\"id\":3}\n");
  EXPECT_EQ(Ask({"--select", "id", "--skip", "3"}), "{\"id\":4}\n");
  EXPECT_EQ(Ask({"--select", "id", "--skip", "9"}), "");
  EXPECT_EQ(Ask({"--select", "id", "--tail", "1"}), "{\"id\":4}\n");
  EXPECT_EQ(Ask({"--select", "id", "--limit", "0"}), "");
}

TEST_F(CliQueryTest, GroupsAndAggregates) {
  EXPECT_EQ(Ask({"--agg", "count"}), "{\"count\":4}\n");
  EXPECT_EQ(Ask({"--where", "id > 99", "--agg", "count, sum(amount) as total"}), "{\"count\":0}\n");
  EXPECT_EQ(
      Ask({"--group-by", "city", "--agg", "count as n, sum(amount) as total"}),
      "{\"city\":\"Oslo\",\"n\":2,\"total\":30.5}\n{\"city\":\"Lima\",\"n\":1,\"total\":4.0}\n"
      "{\"n\":1,\"total\":8.0}\n");
  EXPECT_EQ(Ask({"--group-by", "city", "--agg", "count as n", "--having", "n > 1", "--select",
                 "upper(city) as town"}),
            "{\"town\":\"OSLO\"}\n");
  EXPECT_EQ(Ask({"--group-by", "city", "--order-by", "city"}),
            "{\"city\":\"Lima\"}\n{\"city\":\"Oslo\"}\n{}\n");
}

TEST_F(CliQueryTest, ListsAreAskedAndUnnested) {
  EXPECT_EQ(Ask({"--where", "any(lines.price > 6)", "--select", "id, len(lines) as n"}),
            "{\"id\":1,\"n\":2}\n{\"id\":4,\"n\":1}\n");
  EXPECT_EQ(Ask({"--unnest", "lines", "--where", "lines.price >= 4", "--select",
                 "id, lines.price as price"}),
            "{\"id\":1,\"price\":7}\n{\"id\":2,\"price\":4}\n{\"id\":4,\"price\":20}\n");
}

TEST_F(CliQueryTest, EveryFormOfTheResult) {
  EXPECT_EQ(Ask({"--select", "id,city", "--limit", "1", "--format", "csv"}), "id,city\n1,Oslo\n");
  EXPECT_EQ(Ask({"--agg", "count", "--format", "json"}), "[\n{\"count\":4}\n]\n");
  EXPECT_EQ(Ask({"--where", "id > 99", "--format", "json"}), "[]\n");
  EXPECT_THAT(
      Lines(Ask({"--select", "id,city", "--skip", "1", "--limit", "2", "--format", "table"})),
      ElementsAre("id  city", "--  ----", " 2  Lima", " 3  null"));
}

TEST_F(CliQueryTest, OldVersionsAnswer) {
  MustRun({"import", "store", "orders", "-", "--mode", "replace"}, "{\"id\":9}\n");
  EXPECT_EQ(Ask({"--agg", "max(id) as id"}), "{\"id\":9}\n");
  EXPECT_EQ(Ask({"--agg", "max(id) as id", "--at", "1"}), "{\"id\":4}\n");
}

TEST_F(CliQueryTest, StatsGoToStandardError) {
  const CliResult people = RunAshlar({"query", "store", "orders", "--agg", "count", "--stats"});
  EXPECT_EQ(people.exit_code, 0);
  EXPECT_EQ(people.out, "{\"count\":4}\n");
  EXPECT_THAT(Lines(people.err),
              ElementsAre(StartsWith("segments  1: "), StartsWith("zones "), StartsWith("chunks "),
                          HasSubstr("borrowed, 0 B copied"), StartsWith("rows "),
                          StartsWith("memory "), StartsWith("time ")));
  const CliResult program =
      RunAshlar({"query", "store", "orders", "--where", "amount > 5", "--stats", "--format",
                 "jsonl", "--select", "id", "--threads", "1"});
  ASSERT_EQ(Lines(program.err).size(), 1u) << program.err;
  for (const std::string member :
       {"\"segments\":1,", "\"segments_pruned\":0,", "\"zones_scanned\":1,", "\"rows_in\":4,",
        "\"rows_selected\":3,", "\"rows_out\":3,", "\"rows_materialized\":0,", "\"threads\":1,",
        "\"chunks_touched\":2,", "\"elapsed_us\":", "\"first_batch_us\":"}) {
    EXPECT_THAT(program.err, HasSubstr(member));
  }
}

TEST_F(CliQueryTest, StatsAndPlanTellOfPruning) {
  const std::vector<std::string> nothing = {"query", "store", "orders", "--where", "id > 99"};
  std::vector<std::string> stats = nothing;
  stats.insert(stats.end(), {"--stats", "--format", "jsonl"});
  EXPECT_THAT(RunAshlar(stats).err,
              AllOf(HasSubstr("\"segments_pruned\":1,"), HasSubstr("\"chunks_touched\":0,"),
                    HasSubstr("\"rows_in\":0,")));
  std::vector<std::string> explain = nothing;
  explain.push_back("--explain");
  const std::string plan = MustRun(explain);
  EXPECT_THAT(plan, AllOf(HasSubstr("id > 99"), HasSubstr("statistics prune 1 segment"),
                          Not(HasSubstr("{\"id\""))));
  EXPECT_TRUE(plan.ends_with('\n'));
}

TEST_F(CliQueryTest, ExplainRunsNothing) {
  // Division by zero would fail if a row were looked at.
  const std::vector<std::string> query = {"query", "store", "orders", "--select", "id / (id - id)"};
  EXPECT_EQ(RunAshlar(query).exit_code, 1);
  std::vector<std::string> explain = query;
  explain.push_back("--explain");
  EXPECT_THAT(MustRun(explain), HasSubstr("columns  id\n"));
}

TEST_F(CliQueryTest, ClosedPipeEndsQuietly) {
  std::string rows;
  for (int i = 0; i < 200'000; ++i)
    rows += "{\"id\":" + std::to_string(i) + ",\"city\":\"Oslo\"}\n";
  MustRun({"import", "store", "many", "-"}, rows);
  const std::string command = std::string("cd '") + Path("") + "' && { '" + ASHLAR_PROGRAM +
                              "' query store many; echo $? > code; } 2> err | head -n 1 > out";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto files = Photograph();
  EXPECT_EQ(files.at(Path("out")), "{\"id\":0,\"city\":\"Oslo\"}\n");
  EXPECT_EQ(files.at(Path("err")), "");
}

TEST_F(CliQueryTest, ExecScansWhatMatchesInPieces) {
  std::string rows;
  for (int i = 0; i < 3'000; ++i) {
    rows += (i == 0 ? "{\"id\":" : ",{\"id\":") + std::to_string(i) + "}";
  }
  const std::string where = R"("where":"id % 2 = 1")";
  const auto answers = Exec({R"({"op":"create","dataset":"d","schema":{"id":"int64 not null"}})",
                             R"({"op":"append","dataset":"d","rows":[)" + rows + "]}",
                             R"({"op":"scan","dataset":"d",)" + where + "}",
                             R"({"op":"scan","dataset":"d","where":"id > 2997","columns":["id"]})",
                             R"({"op":"scan","dataset":"d","where":"id >"})",
                             R"({"op":"scan","dataset":"d","where":"ib > 3"})"});
  EXPECT_THAT(answers[2], AllOf(HasSubstr("\"rows\":[{\"id\":1},{\"id\":3}"),
                                HasSubstr("{\"id\":1999}]"), Not(HasSubstr("2001"))));
  EXPECT_THAT(answers[3],
              AllOf(HasSubstr("\"rows\":[{\"id\":2998},{\"id\":2999}]"), Not(HasSubstr("cursor"))));
  EXPECT_THAT(answers[4], AllOf(HasSubstr("INVALID_ARGUMENT"), HasSubstr("where")));
  EXPECT_THAT(answers[5], AllOf(HasSubstr("NOT_FOUND"), HasSubstr("ib"), HasSubstr("id")));
  const size_t begin = answers[2].find("\"cursor\":");
  ASSERT_NE(begin, std::string::npos);
  const std::string cursor = answers[2].substr(begin, answers[2].size() - 1 - begin);
  const auto rest = Exec({R"({"op":"scan","dataset":"d",)" + where + "," + cursor + "}"});
  EXPECT_THAT(rest[0], AllOf(HasSubstr("\"rows\":[{\"id\":2001}"), HasSubstr("{\"id\":2999}]"),
                             Not(HasSubstr("cursor"))));
}

TEST_F(CliQueryTest, ExecScansTheTransactionsOwnRows) {
  const auto answers =
      Exec({R"({"op":"begin"})", R"({"op":"create","dataset":"d","schema":{"id":"int64"}})",
            R"({"op":"append","dataset":"d","rows":[{"id":1},{"id":2},{"id":3}]})",
            R"({"op":"scan","dataset":"d","where":"id > 1","limit":1})"});
  EXPECT_THAT(answers[3],
              AllOf(HasSubstr("\"rows\":[{\"id\":2}]"), HasSubstr("\"cursor\":\"transaction:")));
}

}  // namespace
}  // namespace ashlar::tools
