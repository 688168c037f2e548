// get, has, put and del: rows by key, one command each.
#include <gmock/gmock.h>

#include <limits>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::HasSubstr;

class CliKeyTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Exec({R"({"op":"create","dataset":"n","schema":{"id":"int64","city":"utf8","x":"float64"},)"
          R"("key":["id"]})",
          R"({"op":"create","dataset":"t","schema":{"name":"utf8","tags":"list<int64>"},)"
          R"("key":["name"]})",
          R"({"op":"create","dataset":"b","schema":{"raw":"binary","x":"int8"},"key":["raw"]})",
          R"j({"op":"create","dataset":"c","schema":{"tag":"fixed_size_binary(2)","id":"uint64",)j"
          R"("city":"utf8 not null"},"key":["id","tag"]})",
          R"({"op":"create","dataset":"ordered","schema":{"id":"int64"}})"});
  }
  void Put(const std::string& dataset, const std::string& key, const std::string& row) {
    MustRun({"put", "store", dataset, key, row});
  }
  std::string Get(const std::string& dataset, const std::string& key) {
    return MustRun({"get", "store", dataset, key});
  }
};

TEST_F(CliKeyTest, RowsComeChangeAndGo) {
  EXPECT_THAT(MustRun({"put", "store", "n", "7", R"({"city":"Ulm","x":1.5})"}),
              HasSubstr("\"replaced\":false}\n"));
  EXPECT_EQ(Get("n", "7"), "{\"id\":7,\"city\":\"Ulm\",\"x\":1.5}\n");
  EXPECT_EQ(MustRun({"has", "store", "n", "7"}), "true\n");
  // The row is the whole row, not a change of some fields.
  EXPECT_THAT(MustRun({"put", "store", "n", "7", R"({"id":7,"city":"Bonn"})"}),
              HasSubstr("\"replaced\":true}\n"));
  EXPECT_EQ(Get("n", "7"), "{\"id\":7,\"city\":\"Bonn\"}\n");
  EXPECT_EQ(Lines(MustRun({"export", "store", "n"})).size(), 1u);
  EXPECT_THAT(MustRun({"del", "store", "n", "7"}), HasSubstr("\"deleted\":true}\n"));
  ExpectRefused({"get", "store", "n", "7"}, 1, "no row of \"n\" has the key 7");
  // Deleting what is not there changes nothing, not even the version.
  const std::string versions = MustRun({"versions", "store"});
  EXPECT_THAT(MustRun({"del", "store", "n", "7"}), HasSubstr("\"deleted\":false}\n"));
  EXPECT_EQ(MustRun({"versions", "store"}), versions);
  EXPECT_EQ(MustRun({"verify", "store", "--deep"}), "");
}

TEST_F(CliKeyTest, HasSaysNoByItsExitCodeAndWithoutAMessage) {
  const CliResult result = RunAshlar({"has", "store", "n", "7"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "false\n");
  EXPECT_EQ(result.err, "");
  for (const std::string format : {"table", "json", "jsonl", "csv"}) {
    EXPECT_EQ(RunAshlar({"has", "store", "n", "7", "--format", format}).out, "false\n");
  }
}

TEST_F(CliKeyTest, AnUnknownOptionIsNamedAlone) {
  for (const std::string verb : {"get", "has", "del", "export"}) {
    const std::string message = "unknown option \"--fromat\" (see: ashlar " + verb + " --help)\n";
    ExpectRefused({verb, "store", "n", "1", "--fromat", "json"}, 2, "ashlar: " + message);
    ExpectRefused({verb, "store", "n", "1", "--fromat=json"}, 2, message);
  }
  ExpectRefused({"get", "store", "n", "1", "-x"}, 2, "unknown option \"-x\"");
}

TEST_F(CliKeyTest, EveryFormat) {
  Put("n", "1", R"({"city":"Ulm"})");
  EXPECT_EQ(MustRun({"get", "store", "n", "1", "--format", "csv"}), "id,city,x\n1,Ulm,\n");
  EXPECT_EQ(MustRun({"get", "store", "n", "1", "--format=json"}), "{\"id\":1,\"city\":\"Ulm\"}\n");
  EXPECT_THAT(MustRun({"put", "store", "n", "3", "{\"x\":\"NaN\"}", "--format", "json"}),
              testing::StartsWith("{"));
  EXPECT_EQ(MustRun({"get", "store", "n", "3", "--format", "json"}), "{\"id\":3,\"x\":\"NaN\"}\n");
  EXPECT_THAT(MustRun({"get", "--format", "table", "store", "n", "1"}), HasSubstr("Ulm"));
  EXPECT_EQ(MustRun({"del", "store", "n", "2", "--format", "csv"}), "version,deleted\n7,false\n");
}

// A commit of one row makes no version by itself: the one that is printed has it all the same.
TEST_F(CliKeyTest, ThePrintedVersionHasWhatWasWritten) {
  const auto printed = [](const std::string& answer) {
    const size_t at = answer.find("\"version\":") + 10;
    return answer.substr(at, answer.find_first_of(",}", at) - at);
  };
  const std::string put = printed(MustRun({"put", "store", "n", "7", R"({"city":"Ulm"})"}));
  EXPECT_EQ(MustRun({"has", "store", "n", "7", "--at", put}), "true\n");
  const std::string imported =
      printed(MustRun({"import", "store", "n", "-", "--mode", "upsert"}, "id,city\n8,Bonn\n"));
  EXPECT_EQ(MustRun({"has", "store", "n", "8", "--at", imported}), "true\n");
  const std::string deleted = printed(MustRun({"del", "store", "n", "7"}));
  EXPECT_EQ(RunAshlar({"has", "store", "n", "7", "--at", deleted}).exit_code, 1);
  EXPECT_EQ(MustRun({"has", "store", "n", "7", "--at", put}), "true\n");
}

TEST_F(CliKeyTest, AtReadsOlderVersions) {
  Put("n", "1", R"({"city":"Ulm"})");
  MustRun({"tag", "store", "before"});
  Put("n", "1", R"({"city":"Bonn"})");
  EXPECT_EQ(MustRun({"get", "store", "n", "1", "--at", "before"}), "{\"id\":1,\"city\":\"Ulm\"}\n");
  EXPECT_EQ(MustRun({"has", "store", "n", "1", "--at=before"}), "true\n");
  EXPECT_EQ(RunAshlar({"has", "store", "n", "1", "--at", "5"}).out, "false\n");
  ExpectRefused({"get", "store", "n", "1", "--at", "5"}, 1, "no row");
  ExpectRefused({"get", "store", "n", "1", "--at", "99"}, 1, "99");
  EXPECT_EQ(RunAshlar({"put", "store", "n", "1", "{}", "--at", "5"}).exit_code, 2);
}

TEST_F(CliKeyTest, IntegersAreExactAndMayBeNegative) {
  for (const int64_t id : {std::numeric_limits<int64_t>::min(), int64_t{-5}, int64_t{0},
                           int64_t{9007199254740993}, std::numeric_limits<int64_t>::max()}) {
    const std::string key = std::to_string(id);
    Put("n", key, R"({"id":)" + key + "}");
    EXPECT_EQ(Get("n", key), "{\"id\":" + key + "}\n");
  }
  EXPECT_EQ(MustRun({"get", "store", "--", "n", "-5"}), "{\"id\":-5}\n");
  for (const std::string bad : {"", "x", "7.0", "1e3", " 7", "9223372036854775808"}) {
    ExpectRefused({"put", "store", "n", bad, "{}"}, 1, "field \"id\"");
    ExpectRefused({"get", "store", "n", bad}, 1, "field \"id\"");
    ExpectRefused({"has", "store", "n", bad}, 1, "field \"id\"");
    ExpectRefused({"del", "store", "n", bad}, 1, "field \"id\"");
  }
}

TEST_F(CliKeyTest, TextIsTakenAsItIs) {
  for (const std::string name : {"", "a b", "[1,2]", "{\"a\":1}", "\"", "7", "J\xC3\xB6rg", "-7"}) {
    Put("t", name, R"({"tags":[1,2]})");
    EXPECT_THAT(Get("t", name), HasSubstr("\"tags\":[1,2]}"));
  }
  EXPECT_EQ(Lines(MustRun({"export", "store", "t"})).size(), 8u);
  MustRun({"put", "store", "t", "--", "-x", "{}"});
  EXPECT_EQ(MustRun({"get", "store", "t", "--", "-x"}), "{\"name\":\"-x\"}\n");
  EXPECT_EQ(RunAshlar({"get", "store", "t", "-x"}).exit_code, 2);
  ExpectRefused({"get", "store", "t", "\xff"}, 1, "UTF-8");
}

TEST_F(CliKeyTest, BinaryIsBase64) {
  Put("b", "AP8=", R"({"x":3})");
  EXPECT_EQ(Get("b", "AP8="), "{\"raw\":\"AP8=\",\"x\":3}\n");
  EXPECT_EQ(MustRun({"has", "store", "b", "AP8="}), "true\n");
  ExpectRefused({"get", "store", "b", "AP8"}, 1, "field \"raw\"");
}

TEST_F(CliKeyTest, SeveralFieldsAreAnArrayInTheOrderOfTheKey) {
  const std::string key = R"([18446744073709551615,"AAE="])";
  Put("c", key, R"({"city":"Ulm"})");
  Put("c", R"([ 1 , "AAE=" ])", R"({"city":"Bonn","tag":"AAE=","id":1})");
  EXPECT_EQ(Get("c", key), "{\"tag\":\"AAE=\",\"id\":18446744073709551615,\"city\":\"Ulm\"}\n");
  EXPECT_EQ(Get("c", R"([1,"AAE="])"), "{\"tag\":\"AAE=\",\"id\":1,\"city\":\"Bonn\"}\n");
  const std::string names = "array of the values of \"id\", \"tag\"";
  for (const std::string bad : {"1", "", "x", "[1]", R"([1,"AAE=",2])", R"([1,"AAE=")",
                                R"([1,"AAE="] 2)", R"({"id":1,"tag":"AAE="})"}) {
    ExpectRefused({"get", "store", "c", bad}, 1, names);
    ExpectRefused({"put", "store", "c", bad, R"({"city":"Ulm"})"}, 1, names);
  }
  ExpectRefused({"get", "store", "c", R"([-1,"AAE="])"}, 1, "field \"id\"");
  ExpectRefused({"get", "store", "c", R"([null,"AAE="])"}, 1, "field \"id\"");
  ExpectRefused({"get", "store", "c", R"([1,"AA=="])"}, 1, "field \"tag\"");
  ExpectRefused({"del", "store", "c", R"([1,2])"}, 1, "field \"tag\"");
}

TEST_F(CliKeyTest, TheRowMustAgreeWithTheKeyAndFitTheDataset) {
  ExpectRefused({"put", "store", "n", "7", R"({"id":8})"}, 1, "is 8, but KEY says 7");
  ExpectRefused({"put", "store", "c", R"([1,"AAE="])", R"({"id":1,"tag":"AAI=","city":"Ulm"})"}, 1,
                "field \"tag\": is \"AAI=\", but KEY says \"AAE=\"");
  ExpectRefused({"put", "store", "n", "7", R"({"id":"x"})"}, 1, "field \"id\"");
  ExpectRefused({"put", "store", "n", "7", R"({"x":"much"})"}, 1, "field \"x\"");
  ExpectRefused({"put", "store", "n", "7", R"({"town":"Ulm"})"}, 1, "field \"town\"");
  ExpectRefused({"put", "store", "n", "7", R"({"x":1,"x":2})"}, 1, "field \"x\"");
  ExpectRefused({"put", "store", "c", R"([1,"AAE="])", "{}"}, 1, "field \"city\"");
}

TEST_F(CliKeyTest, JsonThatIsNoObjectIsAUsageError) {
  for (const std::string bad :
       {"", "7", "[]", "{", R"({"x":})", R"({"x":1} {})", "x", "{\"\xff\":1}"}) {
    ExpectRefused({"put", "store", "n", "7", bad}, 2, "JSON");
    ExpectRefused({"put", "absent", "n", "7", bad}, 2, "JSON");
  }
}

TEST_F(CliKeyTest, WhatHasNoKeys) {
  for (const std::string verb : {"get", "has", "del"}) {
    ExpectRefused({verb, "store", "ordered", "1"}, 1, "dataset \"ordered\" has no key");
    ExpectRefused({verb, "store", "orderd", "1"}, 1, "did you mean 'ordered'");
    ExpectRefused({verb, "absent", "n", "1"}, 1, "absent");
    ExpectRefused({verb, "store", "n"}, 2, "KEY");
    ExpectRefused({verb, "store", "n", "1", "2"}, 2, "2");
  }
  ExpectRefused({"put", "store", "ordered", "1", "{}"}, 1, "dataset \"ordered\" has no key");
  ExpectRefused({"put", "store", "orderd", "1", "{}"}, 1, "did you mean 'ordered'");
  ExpectRefused({"put", "absent", "n", "1", "{}"}, 1, "absent");
  ExpectRefused({"put", "store", "n", "1"}, 2, "JSON");
  ExpectRefused({"get", "store", "n", "1", "--fromat", "csv"}, 2, "--fromat");
}

}  // namespace
}  // namespace ashlar::tools
