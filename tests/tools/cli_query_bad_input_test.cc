// Queries that cannot be: which exit code, and what the message says and where.
//
// What is wrong with the text alone is a usage error (2); what does not fit the dataset, or fails
// for a row, is a failure (1). Nothing is printed and nothing changes either way.
#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

class CliQueryBadInputTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    WriteFile(
        "orders.jsonl",
        "{\"id\":1,\"city\":\"Oslo\",\"amount\":1.5,\"lines\":[{\"price\":3}],\"zero\":0}\n"
        "{\"id\":9223372036854775807,\"city\":\"x7\",\"amount\":2.5,\"lines\":[],\"zero\":0}\n");
    MustRun({"import", "store", "orders", "orders.jsonl"});
  }

  void ExpectBad(int exit_code, std::vector<std::string> options, std::string_view message) {
    options.insert(options.begin(), {"query", "store", "orders"});
    ExpectRefused(options, exit_code, message);
  }
  void ExpectUsage(const std::vector<std::string>& options, std::string_view message) {
    ExpectBad(2, options, message);
  }
  void ExpectFailure(const std::vector<std::string>& options, std::string_view message) {
    ExpectBad(1, options, message);
  }
};

TEST_F(CliQueryBadInputTest, BrokenTextSaysWhere) {
  ExpectUsage({"--where", "amount >"}, "at 8");
  ExpectUsage({"--where", "(amount > 1"}, "at 11");
  ExpectUsage({"--where", "amount > 1)"}, "at 10");
  ExpectUsage({"--where", "city = 'Oslo"}, "at 7");
  ExpectUsage({"--where", "amount = = 1"}, "at 9");
  ExpectUsage({"--where", "frobnicate(id)"}, "frobnicate");
  ExpectUsage({"--where", ""}, "--where");
  ExpectUsage({"--select", "id,,city"}, "at 3");
  ExpectUsage({"--order-by", "id:sideways"}, "sideways");
  ExpectUsage({"--agg", "median(amount)"}, "median");
  ExpectUsage({"--agg", "sum(amount"}, "--agg");
}

TEST_F(CliQueryBadInputTest, LiteralsOutOfRange) {
  ExpectUsage({"--where", "id = 99999999999999999999999"}, "at 5");
  ExpectUsage({"--where", "city = date '2021-02-30'"}, "2021-02-30");
}

TEST_F(CliQueryBadInputTest, ExpressionsThatAreTooDeep) {
  const size_t depth = 10'000;
  ExpectUsage({"--where", std::string(depth, '(') + "id" + std::string(depth, ')') + " = 1"},
              "256");
  std::string nots;
  for (size_t i = 0; i < depth; ++i) nots += "not ";
  ExpectUsage({"--where", nots + "id = 1"}, "256");
  std::string calls;
  for (size_t i = 0; i < depth; ++i) calls += "abs(";
  ExpectUsage({"--select", calls + "id" + std::string(depth, ')')}, "256");
}

TEST_F(CliQueryBadInputTest, UnknownColumnsNameTheNearest) {
  ExpectFailure({"--where", "amuont > 1"}, "amount");
  ExpectFailure({"--select", "id, ctiy"}, "city");
  ExpectFailure({"--order-by", "amont"}, "amount");
  ExpectFailure({"--group-by", "ctiy", "--agg", "count"}, "city");
  ExpectFailure({"--agg", "sum(amont)"}, "amount");
  ExpectFailure({"--group-by", "city", "--agg", "count as n", "--having", "amount > 1"}, "amount");
  ExpectFailure({"--where", "any(lines.prize > 1)"}, "price");
  ExpectFailure({"--unnest", "line"}, "lines");
  ExpectFailure({"--select", "id", "--order-by", "amont"}, "amount");
}

TEST_F(CliQueryBadInputTest, TypesThatDoNotFit) {
  ExpectFailure({"--where", "city > 5"}, "at 5");
  ExpectFailure({"--where", "amount + 1"}, "true or false");
  ExpectFailure({"--select", "city + 1"}, "utf8");
  ExpectFailure({"--select", "lower(id)"}, "lower");
  ExpectFailure({"--agg", "sum(city)"}, "sum");
  ExpectFailure({"--group-by", "lines", "--agg", "count"}, "lines");
  ExpectFailure({"--order-by", "lines"}, "cannot order by a value of type list");
  ExpectFailure({"--unnest", "city"}, "list");
  ExpectFailure({"--where", "lines.price > 1"}, "lines");
}

TEST_F(CliQueryBadInputTest, RowsThatCannotBeComputed) {
  ExpectFailure({"--select", "id / zero"}, "zero");
  ExpectFailure({"--select", "id % zero"}, "zero");
  ExpectFailure({"--select", "id + 1"}, "overflow");
  ExpectFailure({"--agg", "sum(id)"}, "does not fit into int64");
  ExpectFailure({"--select", "cast(city as int64)"}, "Oslo");
  ExpectFailure({"--select", "cast(id as int8)"}, "9223372036854775807");
}

TEST_F(CliQueryBadInputTest, OptionsThatDoNotGoTogether) {
  ExpectUsage({"--having", "amount > 1"}, "--having requires --group-by or --agg");
  ExpectUsage({"--tail", "1", "--limit", "2"}, "--tail");
  ExpectUsage({"--tail", "1", "--skip", "2"}, "--tail");
  ExpectUsage({"--limit", "many"}, "--limit");
  ExpectUsage({"--limit", "-1"}, "--limit");
  ExpectUsage({"--skip", "1.5"}, "--skip");
  ExpectUsage({"--threads", "two"}, "--threads");
  ExpectUsage({"--timeout", "soon"}, "--timeout");
  ExpectUsage({"--timeout", "0"}, "--timeout");
  ExpectUsage({"--where", "id = 1", "--where", "id = 2"}, "--where");
  ExpectUsage({"--frobnicate"}, "frobnicate");
  ExpectRefused({"query", "store"}, 2, "DATASET");
}

TEST_F(CliQueryBadInputTest, StoresAndDatasetsThatAreNot) {
  ExpectRefused({"query", "missing", "orders"}, 1, "missing");
  ExpectRefused({"query", "store", "ordres"}, 1, "ordres");
  ExpectRefused({"query", "store", "orders", "--at", "99"}, 1, "99");
  ExpectFailure({"--explain", "--where", "amuont > 1"}, "amount");
}

}  // namespace
}  // namespace ashlar::tools
