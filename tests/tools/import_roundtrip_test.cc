// What the writers write the readers read back: random tables, and the real data when it is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/tools/baseball.h"
#include "tests/tools/import_testing.h"

namespace ashlar::tools {
namespace {

using real_data::BaseballDirectory;
using real_data::MakePlayers;
using testing::Csv;
using testing::Drain;
using testing::Export;
using testing::Import;
using testing::Json;
using testing::SameValues;
using testing::Table;

using Random = std::mt19937_64;

size_t Below(Random& random, size_t limit) { return static_cast<size_t>(random() % limit); }

// Full of what needs quoting.
std::string RandomText(Random& random) {
  static const std::vector<std::string> kPieces = {"a", "\"", ",",    "\n",   "\r\n", "\r", " ",
                                                   "é", "字", "\"\"", "null", "\t",   "0"};
  std::string text;
  for (size_t n = Below(random, 8); n > 0; --n) text += kPieces[Below(random, kPieces.size())];
  return text;
}

// A cell as some other program might write it: in quotes though it needs none.
void AppendCell(const std::string& text, Random& random, std::string* out) {
  const bool needs = text.empty() || text.find_first_of("\",\r\n") != std::string::npos;
  if (!needs && Below(random, 2) == 0) {
    *out += text;
    return;
  }
  *out += '"';
  for (const char c : text) *out += c == '"' ? "\"\"" : std::string(1, c);
  *out += '"';
}

TEST(ImportRoundTripTest, RandomCsvIsReadWhateverItsQuotesAndBlocks) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const char* end = Below(random, 2) == 0 ? "\n" : "\r\n";
    std::string text = "a,b,c" + std::string(end);
    std::vector<std::vector<std::string>> rows(1 + Below(random, 40));
    for (auto& row : rows) {
      for (size_t i = 0; i < 3; ++i) {
        if (i != 0) text += ',';
        row.push_back(RandomText(random));
        AppendCell(row.back(), random, &text);
      }
      text += end;
    }
    const auto table = Import(text, Csv("a: utf8, b: utf8, c: utf8", 1 + Below(random, 200)));
    ASSERT_TRUE(table.ok()) << table.status() << " seed " << seed;
    ASSERT_EQ(table->rows(), static_cast<int64_t>(rows.size())) << "seed " << seed;
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t i = 0; i < 3; ++i) {
        ASSERT_EQ(table->column(i).GetBytes(static_cast<int64_t>(row)), rows[row][i])
            << "seed " << seed << " row " << row;
      }
    }
  }
}

void FillRow(RecordBatchBuilder& builder, Random& random) {
  const auto null = [&] { return Below(random, 5) == 0; };
  const auto number = static_cast<int64_t>(random() >> Below(random, 64));
  ColumnBuilder& integer = builder.column(0);
  if (null())
    integer.AppendNull();
  else
    ASSERT_TRUE(integer.AppendInt64(-number).ok());
  ColumnBuilder& text = builder.column(1);
  if (null())
    text.AppendNull();
  else
    ASSERT_TRUE(text.AppendBytes(RandomText(random)).ok());
  ColumnBuilder& floating = builder.column(2);
  if (null())
    floating.AppendNull();
  else
    ASSERT_TRUE(floating.AppendDouble(static_cast<double>(number) / 1000).ok());
  ColumnBuilder& time = builder.column(3);
  if (null())
    time.AppendNull();
  else
    ASSERT_TRUE(time.AppendInt64(number % 4'000'000'000'000'000).ok());
  ColumnBuilder& list = builder.column(4);
  for (size_t n = Below(random, 4); n > 0; --n) {
    ColumnBuilder& member = list.child(0);
    ASSERT_TRUE(member.child(0).AppendBytes(RandomText(random)).ok());
    if (null())
      member.child(1).AppendNull();
    else
      ASSERT_TRUE(member.child(1).AppendBool(null()).ok());
    ASSERT_TRUE(member.AppendNested().ok());
  }
  ASSERT_TRUE(list.AppendNested().ok());
}

TEST(ImportRoundTripTest, RandomTablesComeBackFromBothFormats) {
  const std::string notation =
      "i: int64, s: utf8, f: float64, t: timestamp, l: list<struct<x: utf8, y: bool>>";
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    const Schema schema = ParseSchemaText(notation).value();
    RecordBatchBuilder builder(schema);
    for (size_t n = 1 + Below(random, 50); n > 0; --n) FillRow(builder, random);
    const auto batch = builder.Finish();
    ASSERT_TRUE(batch.ok()) << batch.status();
    const Table table{.schema = schema, .batches = {*batch}};
    const size_t block = 1 + Below(random, 300);
    const auto csv = Import(Export(table, ImportFormat::kCsv), Csv(notation, block));
    ASSERT_TRUE(csv.ok()) << csv.status() << " seed " << seed;
    EXPECT_TRUE(SameValues(table, *csv)) << "CSV, seed " << seed;
    const auto json = Import(Export(table, ImportFormat::kJsonLines), Json(notation, block));
    ASSERT_TRUE(json.ok()) << json.status() << " seed " << seed;
    EXPECT_TRUE(SameValues(table, *json)) << "JSON, seed " << seed;
  }
}

absl::StatusOr<Table> ImportFile(const std::filesystem::path& path, const ImportOptions& options) {
  ASSIGN_OR_RETURN(auto input, io::OpenInput(path.string(), ::testing::TempDir()));
  ASSIGN_OR_RETURN(auto reader, OpenImport(std::move(input), options));
  return Drain(*reader);
}

TEST(ImportRoundTripTest, BaseballTablesComeBackEqual) {
  const std::filesystem::path data = BaseballDirectory();
  if (data.empty()) GTEST_SKIP() << "no baseball data: set ASHLAR_SHARED_DATA";
  int tables = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    if (entry.path().extension() != ".csv") continue;
    ++tables;
    const auto table = ImportFile(entry.path(), Csv());
    ASSERT_TRUE(table.ok()) << entry.path() << ": " << table.status();
    EXPECT_GT(table->rows(), 0) << entry.path();
    // Inferred again from its own export, too: the types must survive.
    for (const ImportFormat format : {ImportFormat::kCsv, ImportFormat::kJsonLines}) {
      ImportOptions options = Csv();
      options.format = format;
      if (format == ImportFormat::kJsonLines) options.schema = table->schema;
      const auto again = Import(Export(*table, format), options);
      ASSERT_TRUE(again.ok()) << entry.path() << ": " << again.status();
      EXPECT_TRUE(SameValues(*table, *again)) << entry.path() << "\n"
                                              << table->schema.ToString() << "\n"
                                              << again->schema.ToString();
    }
  }
  EXPECT_EQ(tables, 16);
}

TEST(ImportRoundTripTest, NestedPlayersComeBackEqual) {
  const std::filesystem::path data = BaseballDirectory();
  if (data.empty()) GTEST_SKIP() << "no baseball data: set ASHLAR_SHARED_DATA";
  const std::string text = MakePlayers(data);
  if (text.empty()) GTEST_SKIP() << "python3 cannot make players.jsonl";
  const auto table = Import(text, Json());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_GT(table->rows(), 19'000);
  const std::string exported = Export(*table, ImportFormat::kJsonLines);
  const auto again = Import(exported, Json());
  ASSERT_TRUE(again.ok()) << again.status();
  // Members stand in the order of first sight, so the second text is the same as the first.
  EXPECT_TRUE(SameValues(*table, *again));
  EXPECT_EQ(Export(*again, ImportFormat::kJsonLines), exported);
}

}  // namespace
}  // namespace ashlar::tools
