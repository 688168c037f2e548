// Import and export through the program.
#include <gmock/gmock.h>

#include "tests/tools/cli_testing.h"

namespace ashlar::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(CliTest, ImportPrintsWriteStatsAndExportGivesTheRowsBack) {
  WriteFile("cities.csv", "id,city,area\n1,Ulm,118.7\n2,Köln,\n");
  const std::string stats = MustRun({"import", "store", "cities", "cities.csv"});
  for (const std::string member :
       {"dataset", "version", "rows", "logical_bytes", "batch_bytes", "dictionary_bytes",
        "key_index_bytes", "deletion_vector_bytes", "metadata_bytes", "manifest_bytes", "log_bytes",
        "segments_written", "segments_skipped", "segments_removed", "chunks_written",
        "chunks_skipped"}) {
    EXPECT_THAT(stats, HasSubstr("\"" + member + "\":"));
  }
  EXPECT_THAT(stats, HasSubstr("\"rows\":2,"));
  EXPECT_EQ(MustRun({"export", "store", "cities"}),
            "{\"id\":1,\"city\":\"Ulm\",\"area\":118.7}\n{\"id\":2,\"city\":\"Köln\"}\n");
  EXPECT_EQ(MustRun({"export", "store", "cities", "--format", "csv"}),
            "id,city,area\n1,Ulm,118.7\n2,Köln,\n");
  EXPECT_EQ(MustRun({"export", "store", "cities", "--format", "json", "--limit", "0"}), "[]\n");
  EXPECT_EQ(MustRun({"export", "store", "cities", "--select", "city,id", "--limit", "1"}),
            "{\"city\":\"Ulm\",\"id\":1}\n");
  EXPECT_THAT(Lines(MustRun({"export", "store", "cities", "--format", "table"})),
              ElementsAre(HasSubstr("city"), HasSubstr("--"), HasSubstr("Ulm"), HasSubstr("Köln")));
}

TEST_F(CliTest, AppendIsTheDefaultAndReplaceStatesTheWhole) {
  WriteFile("a.csv", "id\n1\n");
  WriteFile("b.csv", "id\n2\n3\n");
  MustRun({"import", "store", "d", "a.csv"});
  MustRun({"import", "store", "d", "b.csv"});
  EXPECT_EQ(Lines(MustRun({"export", "store", "d"})).size(), 3u);
  MustRun({"import", "store", "d", "b.csv", "--mode", "replace"});
  EXPECT_EQ(MustRun({"export", "store", "d"}), "{\"id\":2}\n{\"id\":3}\n");
  const std::string again = MustRun({"import", "store", "d", "b.csv", "--mode", "replace"});
  EXPECT_THAT(again, HasSubstr("\"chunks_written\":0"));
  EXPECT_THAT(again, HasSubstr("\"batch_bytes\":0"));
}

TEST_F(CliTest, SeveralFilesAreOneCommitInOrder) {
  WriteFile("a.jsonl", "{\"id\":1}\n");
  WriteFile("b.ndjson", "{\"id\":2}\n");
  const std::string stats = MustRun({"import", "store", "d", "b.ndjson", "a.jsonl"});
  EXPECT_THAT(stats, HasSubstr("\"rows\":2,"));
  EXPECT_EQ(MustRun({"export", "store", "d"}), "{\"id\":2}\n{\"id\":1}\n");
  WriteFile("c.jsonl", "{\"id\":\"three\"}\n");
  ExpectRefused({"import", "other", "d", "a.jsonl", "c.jsonl"}, 1, "c.jsonl: field \"id\" is utf8");
}

TEST_F(CliTest, StandardInputIsSniffedAndASchemaIsObeyed) {
  MustRun({"import", "store", "j", "-"}, "{\"a\":{\"b\":[1,2]}}\n");
  EXPECT_EQ(MustRun({"export", "store", "j"}), "{\"a\":{\"b\":[1,2]}}\n");
  MustRun({"import", "store", "c", "-", "--schema", "id: utf8 not null"}, "id\n007\n");
  EXPECT_EQ(MustRun({"export", "store", "c"}), "{\"id\":\"007\"}\n");
  WriteFile("schema.json", "{\"id\":\"int16\"}");
  MustRun({"import", "store", "s", "-", "--schema", "@schema.json", "--format", "csv"}, "id\n7\n");
  EXPECT_THAT(MustRun({"schema", "store", "s"}), HasSubstr("\"type\":\"int16\""));
}

TEST_F(CliTest, TheDatasetsSchemaReadsTheNextFile) {
  MustRun({"import", "store", "d", "-", "--schema", "id: float64"}, "id\n1\n");
  MustRun({"import", "store", "d", "-"}, "id\n2\n");
  EXPECT_EQ(MustRun({"export", "store", "d"}), "{\"id\":1.0}\n{\"id\":2.0}\n");
}

TEST_F(CliTest, TimeTravelByVersionAndTag) {
  MustRun({"import", "store", "d", "-"}, "id\n1\n");
  MustRun({"tag", "store", "first", "--attr", "job=7,host=db1"});
  MustRun({"import", "store", "d", "-", "--mode", "replace"}, "id\n2\n");
  EXPECT_EQ(MustRun({"export", "store", "d", "--at", "first"}), "{\"id\":1}\n");
  EXPECT_EQ(MustRun({"export", "store", "d", "--at", "2100-01-01T00:00:00Z"}), "{\"id\":2}\n");
  EXPECT_THAT(MustRun({"tag", "store"}),
              HasSubstr("\"attributes\":{\"host\":\"db1\",\"job\":\"7\"}"));
  ExpectRefused({"export", "store", "d", "--at", "99"}, 1, "99");
  ExpectRefused({"export", "store", "d", "--at", "second"}, 1, "second");
}

TEST_F(CliTest, ExportIntoANewFileNeverOverwrites) {
  MustRun({"import", "store", "d", "-"}, "id\n1\n");
  EXPECT_EQ(MustRun({"export", "store", "d", "--output", "out.jsonl"}), "");
  EXPECT_EQ(Photograph().at(Path("out.jsonl")), "{\"id\":1}\n");
  ExpectRefused({"export", "store", "d", "--output", "out.jsonl"}, 1, "out.jsonl");
}

TEST_F(CliTest, StorageIsChosenByTheImportThatCreatesTheDataset) {
  WriteFile("a.csv", "id,city\n1,Ulm\n2,Ulm\n");
  MustRun({"import", "store", "d", "a.csv", "--storage", "compact"});
  EXPECT_THAT(MustRun({"datasets", "store"}), HasSubstr("\"storage\":\"compact\""));
  // To agree is fine, and so is not to ask.
  MustRun({"import", "store", "d", "a.csv", "--storage", "compact"});
  MustRun({"import", "store", "d", "a.csv"});
  EXPECT_EQ(Lines(MustRun({"export", "store", "d"})).size(), 6u);
  ExpectRefused({"import", "store", "d", "a.csv", "--storage", "fast"}, 1,
                "has storage compact, which --storage cannot change");
  MustRun({"import", "store", "e", "a.csv"});
  EXPECT_THAT(MustRun({"datasets", "store"}), HasSubstr("\"storage\":\"fast\""));
}

TEST_F(CliTest, KeyedImportsUpsert) {
  WriteFile("a.csv", "id,city\n2,Oslo\n1,Lima\n2,Bern\n");
  WriteFile("b.csv", "id,city\n3,Rome\n1,Kyiv\n");
  MustRun({"import", "store", "d", "a.csv", "--key", "id", "--mode", "upsert"});
  EXPECT_EQ(MustRun({"export", "store", "d"}),
            "{\"id\":1,\"city\":\"Lima\"}\n{\"id\":2,\"city\":\"Bern\"}\n");
  MustRun({"import", "store", "d", "b.csv", "--mode", "upsert"});
  EXPECT_EQ(MustRun({"query", "store", "d", "--order-by", "id"}),
            "{\"id\":1,\"city\":\"Kyiv\"}\n{\"id\":2,\"city\":\"Bern\"}\n"
            "{\"id\":3,\"city\":\"Rome\"}\n");
  ExpectRefused({"import", "store", "d", "a.csv"}, 1, "has a key");
  ExpectRefused({"import", "store", "d", "a.csv", "--key", "city", "--mode", "upsert"}, 1,
                "another key");
  ExpectRefused({"import", "store", "e", "a.csv", "--key", "id", "--mode", "append"}, 2,
                "needs a mode");
  ExpectRefused({"import", "store", "e", "a.csv", "--mode", "upsert"}, 1, "--key names");
  ExpectRefused({"import", "store", "e", "a.csv", "--key", "nope", "--mode", "upsert"}, 1, "nope");
}

}  // namespace
}  // namespace ashlar::tools
