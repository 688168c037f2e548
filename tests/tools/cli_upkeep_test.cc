// Commands that look at a store and look after it.
#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "ashlar/ashlar.h"
#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::HasSubstr;

class CliUpkeepTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    for (const std::string id : {"1", "2", "3"}) {
      MustRun({"import", "store", "d", "-", "--mode", "replace"}, "id,city\n" + id + ",Ulm\n");
    }
  }
  std::string SomeSegment() {
    for (const auto& [path, content] : Photograph()) {
      if (path.ends_with(".seg")) return path;
    }
    return "";
  }
};

TEST_F(CliUpkeepTest, ViewsPrintEveryFormat) {
  for (const std::string view : {"datasets", "versions", "stats", "readers"}) {
    for (const std::string format : {"table", "json", "jsonl", "csv"}) {
      MustRun({view, "store", "--format", format});
    }
  }
  EXPECT_THAT(MustRun({"datasets", "store"}), HasSubstr("\"dataset\":\"d\",\"rows\":1"));
  EXPECT_EQ(MustRun({"schema", "store", "d", "--format", "csv"}),
            "name,type,nullable,id\nid,int64,true,1\ncity,utf8,true,2\n");
  EXPECT_THAT(MustRun({"segments", "store", "d"}), HasSubstr("\"digest\":\""));
  EXPECT_THAT(MustRun({"versions", "store", "--format", "csv"}),
              testing::StartsWith("version,committed_at,datasets,rows,tags\n"));
}

TEST_F(CliUpkeepTest, DiffMarksRows) {
  const auto versions = Lines(MustRun({"versions", "store", "--format", "csv"}));
  const auto version_of = [](const std::string& line) { return line.substr(0, line.find(',')); };
  const std::string newest = version_of(versions.back());
  const std::string before = version_of(versions[versions.size() - 2]);
  EXPECT_EQ(MustRun({"diff", "store", "d", before, newest, "--format", "csv"}),
            "change,row_number,id,city\n-,0,2,Ulm\n+,0,3,Ulm\n");
  EXPECT_EQ(MustRun({"diff", "store", "d", before, newest}),
            "{\"change\":\"removed\",\"row_number\":0,\"row\":{\"id\":2,\"city\":\"Ulm\"}}\n"
            "{\"change\":\"added\",\"row_number\":0,\"row\":{\"id\":3,\"city\":\"Ulm\"}}\n");
  EXPECT_EQ(MustRun({"diff", "store", "d", newest, newest, "--format", "json"}), "[]\n");
}

TEST_F(CliUpkeepTest, ExpireDropsVersionsAndDryRunDoesNot) {
  const std::string versions = MustRun({"versions", "store"});
  EXPECT_THAT(MustRun({"expire", "store", "--keep", "1", "--dry-run"}),
              HasSubstr("\"dry_run\":true"));
  EXPECT_EQ(MustRun({"versions", "store"}), versions);
  MustRun({"expire", "store", "--keep", "1"});
  EXPECT_EQ(Lines(MustRun({"versions", "store"})).size(), 1u);
  MustRun({"gc", "store"});
  EXPECT_EQ(MustRun({"export", "store", "d"}), "{\"id\":3,\"city\":\"Ulm\"}\n");
}

TEST_F(CliUpkeepTest, VerifyFindsDamageAndRepairSavesTheRest) {
  EXPECT_EQ(MustRun({"verify", "store", "--deep"}), "");
  const std::string path = SomeSegment();
  std::string content = Photograph().at(path);
  ASSERT_GT(content.size(), 300u);
  content[260] = static_cast<char>(content[260] ^ 0x55);
  WriteFile(std::filesystem::relative(path, Path("")).string(), content);
  const CliResult result = RunAshlar({"verify", "store"});
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"file\":\"segments/"));
  EXPECT_THAT(result.out, HasSubstr("\"offset\":"));
  EXPECT_THAT(result.err, HasSubstr("corruption found"));
  MustRun({"repair", "store", "rescued"});
  EXPECT_EQ(MustRun({"verify", "rescued"}), "");
  EXPECT_EQ(RunAshlar({"repair", "store", "rescued"}).exit_code, 1);
}

TEST_F(CliUpkeepTest, VerifyCountsEachRowOnceAndNoneForAnIndex) {
  // Flips a byte of the key filter, so far behind its beginning, in a store of so many rows.
  const auto verify = [&](const std::string& store, int rows, size_t behind) {
    std::string text = "id,v\n";
    for (int id = 0; id < rows; ++id) {
      text += std::to_string(id) + "," + std::to_string(int64_t{id} * 7919 % 100'003) + "\n";
    }
    MustRun({"import", store, "k", "-", "--key", "id", "--boundaries", "fixed:65536"}, text);
    const std::string path = Path(store + "/segments/000000000001.seg");
    const std::string dump = MustRun({"dump", "segment", path});
    const size_t line = dump.rfind('\n', dump.find("key filter, "));
    std::string content = Photograph().at(path);
    char& flipped = content[std::stoul(dump.substr(line + 1, 16), nullptr, 16) + behind];
    flipped = static_cast<char>(flipped ^ 1);
    WriteFile(store + "/segments/000000000001.seg", content);
    const CliResult result = RunAshlar({"verify", store});
    EXPECT_EQ(result.exit_code, 3) << result.err;
    return result.err;
  };
  // The one page has both columns, too: until the index is rebuilt no row of either can be read.
  EXPECT_THAT(verify("small", 1'176, 5), HasSubstr("damaged ranges, 1176 rows affected"));
  // A page of filter and fences alone.
  EXPECT_THAT(verify("large", 65'536, 70'000), HasSubstr("damaged ranges, 0 rows affected"));
  MustRun({"compact", "large", "--rebuild-index"});
  EXPECT_EQ(MustRun({"verify", "large"}), "");
}

TEST_F(CliUpkeepTest, CompactRebuildsADamagedIndex) {
  std::string rows = "id,city\n";
  for (int id = 0; id < 50; ++id) rows += std::to_string(id) + ",Ulm\n";
  MustRun({"import", "keyed", "k", "-", "--key", "id", "--mode", "upsert"}, rows);
  std::string path;
  for (const auto& [name, content] : Photograph()) {
    if (name.find("/keyed/") != std::string::npos && name.ends_with(".seg")) path = name;
  }
  ASSERT_NE(path, "");
  const std::string dump = MustRun({"dump", "segment", path});
  std::string content = Photograph().at(path);
  const size_t line = dump.rfind('\n', dump.find("key fences"));
  const size_t offset = std::stoul(dump.substr(line + 1, 16), nullptr, 16);
  content[offset] = static_cast<char>(content[offset] ^ 1);
  WriteFile(std::filesystem::relative(path, Path("")).string(), content);

  const CliResult get = RunAshlar({"get", "keyed", "k", "7"});
  EXPECT_EQ(get.exit_code, 3) << get.err;
  EXPECT_THAT(get.err, HasSubstr("`ashlar compact --rebuild-index`"));
  EXPECT_EQ(RunAshlar({"verify", "keyed"}).exit_code, 3);
  const std::string dry = MustRun({"compact", "keyed", "--rebuild-index", "--dry-run"});
  EXPECT_THAT(dry, HasSubstr("\"dataset\":\"k\",\"segment\":1,\"replacement\":null,\"rows\":50"));
  const std::string csv =
      MustRun({"compact", "keyed", "--rebuild-index", "--dataset", "k", "--format", "csv"});
  EXPECT_THAT(csv,
              testing::StartsWith("dataset,segment,replacement,rows,bytes,what,problem\nk,1,"));
  EXPECT_EQ(MustRun({"get", "keyed", "k", "7"}), "{\"id\":7,\"city\":\"Ulm\"}\n");
  EXPECT_EQ(MustRun({"verify", "keyed", "--deep"}), "");
  EXPECT_EQ(MustRun({"compact", "keyed", "--rebuild-index"}), "");
  EXPECT_FALSE(Photograph().contains(path));

  ExpectRefused({"compact", "keyed", "--rebuild-index", "--dataset", "l"}, 1, "did you mean");
  const auto answers = Exec({R"({"op":"compact","rebuild_index":true})"});
  EXPECT_THAT(answers[0], HasSubstr("\"sound\":true"));
}

TEST_F(CliUpkeepTest, CompactReclaimsSpace) {
  std::string rows = "id,city\n";
  for (int id = 0; id < 400; ++id) rows += std::to_string(id) + ",Ulm\n";
  MustRun({"import", "keyed", "k", "-", "--key", "id", "--mode", "upsert"}, rows);
  std::string some = "id,city\n";
  for (int id = 100; id < 200; ++id) some += std::to_string(id) + ",Bonn\n";
  MustRun({"import", "keyed", "k", "-", "--mode", "upsert"}, some);
  const std::string versions = MustRun({"versions", "keyed"});
  const std::string all = MustRun({"query", "keyed", "k", "--order-by", "id"});
  const auto before = Photograph();

  const std::string dry = MustRun({"compact", "keyed", "--dry-run"});
  EXPECT_THAT(dry, HasSubstr("\"dataset\":\"k\",\"segments_in\":2,\"segments_out\":0,\"rows\":400,"
                             "\"dead_rows\":100,"));
  const std::string csv = MustRun({"compact", "keyed", "--dataset", "k", "--format", "csv"});
  EXPECT_THAT(csv, testing::StartsWith(
                       "dataset,segments_in,segments_out,rows,dead_rows,bytes_in,bytes_out\n"
                       "k,2,1,400,100,"));
  EXPECT_EQ(MustRun({"compact", "keyed"}), "") << "there is nothing left to do";
  EXPECT_EQ(MustRun({"versions", "keyed"}), versions);
  EXPECT_EQ(MustRun({"query", "keyed", "k", "--order-by", "id"}), all);
  const std::string diff = MustRun({"diff", "keyed", "k", "1", "2"});
  EXPECT_THAT(diff, HasSubstr("\"id\":100,"));
  EXPECT_THAT(diff, testing::Not(HasSubstr("\"id\":99,"))) << "moved, not changed";
  EXPECT_EQ(Lines(MustRun({"segments", "keyed", "k"})).size(), 1u);
  EXPECT_EQ(MustRun({"verify", "keyed", "--deep"}), "");

  ExpectRefused({"compact", "keyed", "--dataset", "l"}, 1, "did you mean");
  ExpectRefused({"compact", "keyed", "--range", "1..5"}, 2, "--range");
  ExpectRefused({"compact", "nowhere"}, 1, "nowhere");
}

TEST_F(CliUpkeepTest, DumpExplainsFiles) {
  const std::string segment = SomeSegment();
  EXPECT_FALSE(MustRun({"dump", "segment", segment}).empty());
  EXPECT_THAT(MustRun({"dump", "segment", segment, "--format", "json"}), testing::StartsWith("{"));
  for (const auto& [path, content] : Photograph()) {
    if (path.find("MANIFEST-") == std::string::npos) continue;
    EXPECT_FALSE(MustRun({"dump", "manifest", path}).empty());
    EXPECT_THAT(MustRun({"dump", "manifest", path, "--format", "json"}), testing::StartsWith("{"));
  }
  EXPECT_THAT(MustRun({"dump", "segment", segment, segment}), HasSubstr("== " + segment + "\n"));
  const std::string both = MustRun({"dump", "segment", segment, segment, "--format", "json"});
  EXPECT_THAT(both, testing::StartsWith("[{"));
  EXPECT_THAT(both, HasSubstr("\n,{"));
  EXPECT_THAT(both, testing::EndsWith("]\n"));
  WriteFile("torn.seg", "not a segment");
  EXPECT_EQ(RunAshlar({"dump", "segment", "torn.seg"}).exit_code, 3);
  EXPECT_EQ(RunAshlar({"dump", "segment", "missing.seg"}).exit_code, 1);
}

// While a writer is there, or after it was killed, a store has a log.
TEST_F(CliUpkeepTest, DumpExplainsLogs) {
  const absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(Path("live"));
  ASSERT_TRUE(store.ok()) << store.status();
  const Schema schema = *Schema::Make({{"id", Int64(), false}});
  ASSERT_TRUE((*store)->CreateDataset("n", schema, {.key = {"id"}}).ok());
  RecordBatchBuilder rows(schema);
  ASSERT_TRUE(rows.column(0).AppendInt64(7).ok());
  WriteTransaction transaction = *(*store)->BeginWrite();
  ASSERT_TRUE(transaction.Upsert("n", *rows.Finish()).ok());
  ASSERT_TRUE(std::move(transaction).Commit().ok());
  const std::string log = Path("live/log/000000000001.log");
  EXPECT_THAT(MustRun({"dump", "log", log}), HasSubstr("first sequence"));
  EXPECT_THAT(MustRun({"dump", "log", log, "--format", "json"}), testing::StartsWith("{"));
  WriteFile("torn.log", "not a log");
  EXPECT_EQ(RunAshlar({"dump", "log", "torn.log"}).exit_code, 3);
  // What is being written cannot be repaired, and nothing is left of the attempt.
  const CliResult busy = RunAshlar({"repair", "live", "rescued"});
  EXPECT_EQ(busy.exit_code, 1) << busy.err;
  EXPECT_FALSE(std::filesystem::exists(Path("rescued")));
}

TEST_F(CliUpkeepTest, DemoTellsItsStoryAndLeavesTheTreeAlone) {
  std::filesystem::create_directories(Path("tree/sub"));
  WriteFile("tree/sub/a.txt", "a");
  WriteFile("tree/b\xff.txt", "b");
  const auto before = Photograph();
  const std::string story = MustRun({"demo", "tree"});
  EXPECT_THAT(story, HasSubstr("Nothing had changed, so nothing was written."));
  EXPECT_THAT(story, HasSubstr("tree/sub/a.txt"));
  EXPECT_THAT(story, HasSubstr("$ ashlar query STORE files --where \"kind = 'file'\" --select"));
  EXPECT_THAT(story, HasSubstr(" of columns borrowed, "));
  EXPECT_TRUE(Photograph() == before);
  EXPECT_THAT(MustRun({"demo", "tree", "--store", "kept"}),
              HasSubstr("$ ashlar query kept files "));
  EXPECT_EQ(
      MustRun({"query", "kept", "files", "--where", "path like '%a.txt'", "--select", "size"}),
      "{\"size\":1}\n");
  EXPECT_EQ(Lines(MustRun({"export", "kept", "files"})).size(), 8u);
  ExpectRefused({"demo", "missing"}, 1, "missing");
  ExpectRefused({"demo", "tree/sub/a.txt"}, 1, "a.txt");
}

}  // namespace
}  // namespace ashlar::tools
