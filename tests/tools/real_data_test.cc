// Twenty questions about real data: Ashlar answers as Python does, in every way of asking.
//
// Owns: importing the tables, and the comparison. The questions are in real_data_questions.cc, the
// answers come from questions.py, which knows nothing of Ashlar.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/io/input_stream.h"
#include "tests/tools/answers.h"
#include "tests/tools/baseball.h"
#include "tests/tools/cli_testing.h"
#include "tests/tools/real_data_questions.h"
#include "tools/import/import.h"

namespace ashlar::tools {
namespace {

using real_data::Answer;
using real_data::AnswerOf;
using real_data::Baseball;
using real_data::Difference;
using real_data::Question;
using real_data::Questions;

// Every table is cut into several segments, so that pruning and merging have something to do.
constexpr uint32_t kSegmentRows = 4096;

absl::Status ImportInto(Store& store, const std::string& dataset, Storage storage,
                        std::unique_ptr<io::InputStream> input, ImportFormat format) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ImportReader> rows,
                   OpenImport(std::move(input), {.format = format}));
  ASSIGN_OR_RETURN(WriteTransaction transaction, store.BeginWrite());
  RETURN_IF_ERROR(transaction.CreateDataset(
      dataset, rows->schema(), {.boundaries = {.fixed_rows = kSegmentRows}, .storage = storage}));
  RETURN_IF_ERROR(transaction.Append(dataset, *rows));
  return std::move(transaction).Commit().status();
}

absl::Status ImportTables(const std::filesystem::path& data, const std::string& players,
                          Storage storage, Store& store) {
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    if (entry.path().extension() != ".csv") continue;
    ASSIGN_OR_RETURN(auto input, io::OpenInput(entry.path().string(), ::testing::TempDir()));
    RETURN_IF_ERROR(ImportInto(store, entry.path().stem().string(), storage, std::move(input),
                               ImportFormat::kCsv));
  }
  return ImportInto(store, "players", storage, io::MakeMemoryInput("players.jsonl", players),
                    ImportFormat::kJsonLines);
}

class RealDataTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    const std::filesystem::path data = real_data::BaseballDirectory();
    if (data.empty()) GTEST_SKIP() << "no baseball data: set ASHLAR_SHARED_DATA";
    const std::string players = real_data::MakePlayers(data);
    if (players.empty()) GTEST_SKIP() << "python3 cannot make players.jsonl";
    answers_ = real_data::ParseAnswers(real_data::AnswerWithPython(data));
    ASSERT_EQ(answers_.size(), 20u);
    MakeStore("store", Storage::kFast, data, players);
    MakeStore("compact", Storage::kCompact, data, players);
  }

  void MakeStore(const std::string& name, Storage storage, const std::filesystem::path& data,
                 const std::string& players) {
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(Path(name));
    ASSERT_TRUE(store.ok()) << store.status();
    const absl::Status imported = ImportTables(data, players, storage, **store);
    ASSERT_TRUE(imported.ok()) << imported;
    const absl::Status closed = (*store)->Close();
    ASSERT_TRUE(closed.ok()) << closed;
  }

  void ExpectAllAnswers(const std::string& name, const QueryOptions& options) {
    SCOPED_TRACE(name);
    StoreOptions read_only;
    read_only.mode = AccessMode::kReadOnly;
    const absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(Path(name), read_only);
    ASSERT_TRUE(store.ok()) << store.status();
    const Baseball baseball((*store)->GetSnapshot(), options);
    for (const Question& question : Questions()) {
      SCOPED_TRACE(question.name);
      const absl::StatusOr<Query> query = question.ask(baseball);
      ASSERT_TRUE(query.ok()) << query.status();
      ExpectAnswer(*query, answers_.at(question.name));
    }
  }

  static void ExpectAnswer(const Query& query, const Answer& expected) {
    const absl::StatusOr<Table> table = query.Collect();
    ASSERT_TRUE(table.ok()) << table.status();
    const Answer actual = AnswerOf(*table);
    EXPECT_EQ(Difference(expected, actual), "");
    // The other verbs tell the same.
    const absl::StatusOr<uint64_t> count = query.Count();
    ASSERT_TRUE(count.ok()) << count.status();
    EXPECT_EQ(*count, expected.rows.size());
    const absl::StatusOr<bool> exists = query.Exists();
    ASSERT_TRUE(exists.ok()) << exists.status();
    EXPECT_EQ(*exists, !expected.rows.empty());
    const auto first = query.FindOne();
    ASSERT_TRUE(first.ok()) << first.status();
    ASSERT_TRUE(first->has_value());
    const Table one((*first)->schema(), {**first});
    EXPECT_EQ(Difference({expected.columns, {expected.rows.front()}}, AnswerOf(one)), "");
  }

  std::map<std::string, Answer> answers_;
};

TEST_F(RealDataTest, EachQuestionIsAskedOnce) {
  std::set<std::string> asked;
  for (const Question& question : Questions()) asked.insert(question.name);
  std::set<std::string> answered;
  for (const auto& [name, answer] : answers_) {
    answered.insert(name);
    EXPECT_FALSE(answer.rows.empty()) << name;
  }
  EXPECT_EQ(asked, answered);
}

TEST_F(RealDataTest, QueriesAnswerAsPythonDoes) {
  for (const std::string name : {"store", "compact"}) {
    ExpectAllAnswers(name, {});
    ExpectAllAnswers(name, {.threads = 1});
  }
}

TEST_F(RealDataTest, TheInterpreterAnswersAsPythonDoes) {
  for (const std::string name : {"store", "compact"}) ExpectAllAnswers(name, {.interpret = true});
}

TEST_F(RealDataTest, TheCommandLineAnswersAsPythonDoes) {
  int asked = 0;
  for (const Question& question : Questions()) {
    if (question.arguments.empty()) continue;
    SCOPED_TRACE(question.name);
    ++asked;
    std::vector<std::string> arguments = {"query", "store"};
    arguments.insert(arguments.end(), question.arguments.begin(), question.arguments.end());
    arguments.insert(arguments.end(), {"--format", "jsonl"});
    const Answer& expected = answers_.at(question.name);
    const Answer actual = real_data::AnswerOfLines(expected.columns, MustRun(arguments));
    EXPECT_EQ(Difference(expected, actual), "");
  }
  EXPECT_EQ(asked, 18);
}

}  // namespace
}  // namespace ashlar::tools
