// The command line itself: help, version, usage errors.
#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

TEST_F(CliTest, HelpAndVersionGoToStandardOutput) {
  EXPECT_TRUE(MustRun({"--version"}).starts_with("ashlar "));
  const std::string help = MustRun({"--help"});
  for (const std::string command :
       {"import",   "query",  "export",   "get",      "has",  "put",  "del",   "exec",
        "datasets", "schema", "segments", "versions", "tag",  "diff", "stats", "readers",
        "verify",   "repair", "expire",   "gc",       "dump", "demo"}) {
    EXPECT_NE(help.find("\n  " + command + " "), std::string::npos) << command;
    const std::string own = MustRun({command, "--help"});
    EXPECT_NE(own.find("Examples:"), std::string::npos) << command;
  }
}

TEST_F(CliTest, UsageErrorsExitWithTwoAndChangeNothing) {
  ExpectRefused({}, 2, "a command is missing");
  ExpectRefused({"frobnicate"}, 2, "unknown command");
  ExpectRefused({"--frobnicate"}, 2, "unknown option");
  ExpectRefused({"export", "store"}, 2, "DATASET");
  ExpectRefused({"import", "store", "cities"}, 2, "FILE");
  ExpectRefused({"export", "store", "cities", "--frobnicate"}, 2, "frobnicate");
  ExpectRefused({"export", "store", "cities", "extra"}, 2, "extra");
  ExpectRefused({"export", "store", "cities", "--limit", "many"}, 2, "limit");
  ExpectRefused({"export", "store", "cities", "--limit", "-1"}, 2, "limit");
  ExpectRefused({"export", "store", "cities", "--format", "xml"}, 2, "one of table|json|jsonl|csv");
  ExpectRefused({"export", "store", "cities", "--at", ""}, 2, "VERSION|TAG|TIME");
  ExpectRefused({"expire", "store", "--older-than", "soon"}, 2, "older-than");
  ExpectRefused({"expire", "store", "--keep", "0"}, 2, "keep");
  ExpectRefused({"import", "store", "d", "f", "--boundaries", "fixed:0"}, 2, "boundaries");
  ExpectRefused({"import", "store", "d", "f", "--storage", "small"}, 2, "fast|compact");
  ExpectRefused({"dump", "teapot", "file"}, 2, "manifest|segment");
}

TEST_F(CliTest, NamesOfCommandsAreNamesOfDatasetsToo) {
  WriteFile("export.csv", "id\n1\n");
  MustRun({"import", "store", "export", "export.csv"});
  EXPECT_EQ(MustRun({"export", "store", "export"}), "{\"id\":1}\n");
}

}  // namespace
}  // namespace ashlar::tools
