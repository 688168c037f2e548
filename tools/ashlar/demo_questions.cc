// The demo's questions. See demo_questions.h.
#include "tools/ashlar/demo_questions.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/clock.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/time_text.h"
#include "tools/ashlar/command_line.h"
#include "tools/ashlar/human_text.h"
#include "tools/ashlar/query_steps.h"

namespace ashlar::tools {
namespace {

constexpr std::chrono::hours kYear{24 * 365};

struct DemoQuestion {
  std::string text;
  std::vector<std::string> options;
};

// For a POSIX shell, and easy to read.
std::string ShellWord(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == word.npos) return word;
  if (word.find_first_of("\"$`\\!") == word.npos) return base::StrCat("\"", word, "\"");
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

// "; 2 segments and 5 zones pruned by their bounds"; nothing when there were none.
std::string SavedText(uint64_t segments, uint64_t zones, std::string_view how) {
  if (segments + zones == 0) return "";
  std::string text = "; ";
  if (segments > 0) text += Many(segments, "segment");
  if (segments > 0 && zones > 0) text += " and ";
  if (zones > 0) text += Many(zones, "zone");
  return base::StrCat(text, " ", how);
}

std::string CostText(const QueryStats& stats) {
  return base::StrCat(
      CountText(stats.rows_in), " rows looked at",
      SavedText(stats.segments_pruned, stats.zones_pruned, "pruned by their bounds"),
      SavedText(stats.segments_skipped, stats.zones_skipped, "never reached"), "; ",
      base::HumanBytes(stats.bytes_borrowed), " of columns borrowed, ",
      base::HumanBytes(stats.bytes_copied), " copied");
}

class Interview {
 public:
  Interview(const Dataset& files, const std::string& store, DemoStory& story)
      : files_(files), store_(store), story_(story) {}

  [[nodiscard]] absl::Status Ask(const DemoQuestion& question) {
    RETURN_IF_ERROR(Announce(question));
    ASSIGN_OR_RETURN(const QueryCommand command, Parse(question));
    const Query query = BuildQuery(command, files_.All());
    if (command.explain) return ShowPlan(query);
    const std::chrono::nanoseconds start = base::SystemClock()->Monotonic();
    QueryStats stats;
    ASSIGN_OR_RETURN(const Table answer, query.Collect(&stats));
    const std::chrono::nanoseconds duration = base::SystemClock()->Monotonic() - start;
    const auto rows = MakeBatchReader(answer.schema(), answer.batches());
    RETURN_IF_ERROR(story_.Show(*rows));
    return story_.Say(base::StrCat(DurationText(duration), ": ", CostText(stats)));
  }

 private:
  [[nodiscard]] absl::Status Announce(const DemoQuestion& question) {
    RETURN_IF_ERROR(story_.Say(""));
    RETURN_IF_ERROR(story_.Say(question.text));
    std::string line = base::StrCat("$ ashlar query ", ShellWord(store_), " ", files_.name());
    for (const std::string& option : question.options) line += " " + ShellWord(option);
    return story_.Say(base::EscapeForTerminal(line));
  }

  // As main() does with what a shell hands over.
  [[nodiscard]] absl::StatusOr<QueryCommand> Parse(const DemoQuestion& question) const {
    std::vector<const char*> arguments = {"ashlar", "query", store_.c_str(), files_.name().c_str()};
    for (const std::string& option : question.options) arguments.push_back(option.c_str());
    ParsedCommandLine parsed =
        ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
    if (!parsed.command.has_value()) return absl::InternalError(parsed.usage_error);
    return std::get<QueryCommand>(*std::move(parsed.command));
  }

  [[nodiscard]] absl::Status ShowPlan(const Query& query) {
    ASSIGN_OR_RETURN(const std::string plan, query.Explain());
    for (size_t begin = 0; begin < plan.size();) {
      const size_t end = std::min(plan.find('\n', begin), plan.size());
      RETURN_IF_ERROR(story_.Say(plan.substr(begin, end - begin)));
      begin = end + 1;
    }
    return absl::OkStatus();
  }

  const Dataset& files_;
  const std::string& store_;
  DemoStory& story_;
};

// The directory of the row in the middle, whose entries stand together.
absl::StatusOr<std::string> DirectoryInTheMiddle(const Dataset& files) {
  ScanOptions options;
  options.columns = {"path"};
  options.offset = files.rows() / 2;
  options.limit = 1;
  ASSIGN_OR_RETURN(const RecordBatch row, files.Materialize(options));
  if (row.rows() == 0) return std::string("/");
  const std::string_view path = row.column(0).GetBytes(0);
  return std::string(path.substr(0, path.rfind('/')));
}

std::string SqlText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

absl::Status AskAboutFiles(const Dataset& files, const std::string& store, DemoStory& story) {
  const int64_t now = base::NowMicros(*base::SystemClock());
  const std::string year_ago =
      base::FormatTimestamp(now - std::chrono::microseconds(kYear).count());
  ASSIGN_OR_RETURN(const std::string directory, DirectoryInTheMiddle(files));
  // '0' is the character behind '/'.
  const std::string below =
      base::StrCat("path between ", SqlText(directory + "/"), " and ", SqlText(directory + "0"));
  const std::vector<DemoQuestion> questions = {
      {"Which are the largest files?",
       {"--where", "kind = 'file'", "--select", "path,size", "--order-by", "size:desc,path",
        "--limit", "5"}},
      {"What kinds of files take the space?",
       {"--where", "kind = 'file'", "--group-by", "extension", "--agg",
        "count as files, sum(size) as bytes", "--order-by", "bytes:desc,extension", "--limit",
        "5"}},
      {"How much of it is younger than a year?",
       {"--where", base::StrCat("mtime > timestamp '", year_ago, "'"), "--agg",
        "count as files, sum(size) as bytes"}},
      {"Could there be duplicates? Files of more bytes than one, and their different sizes:",
       {"--where", "kind = 'file' and size > 1", "--agg",
        "count as files, count(distinct size) as sizes"}},
      {"Is there a symbolic link? One is enough, so the scan ends at the first.",
       {"--where", "kind = 'link'", "--select", "path,owner", "--limit", "1"}},
      {base::StrCat("What is below ", base::EscapeForTerminal(directory), "?"),
       {"--where", below, "--agg", "count as entries, sum(size) as bytes"}},
      {"The same, explained instead of run:", {"--where", below, "--agg", "count", "--explain"}},
  };
  Interview interview(files, store, story);
  for (const DemoQuestion& question : questions) RETURN_IF_ERROR(interview.Ask(question));
  return absl::OkStatus();
}

}  // namespace ashlar::tools
