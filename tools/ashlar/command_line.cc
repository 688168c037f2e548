// Parsing with CLI11, which no other file compiles: it takes seconds.
//
// Each command has its own parser, made only for that command, so that no argument is ever mistaken
// for the name of another command.
#include "tools/ashlar/command_line.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/ashlar/argument_order.h"
#include "tools/ashlar/cli_common_options.h"
#include "tools/ashlar/cli_key_commands.h"
#include "tools/ashlar/cli_options.h"
#include "tools/ashlar/help_text.h"
#include "tools/ashlar/import_modes.h"
#include "tools/ashlar/merge_text.h"
#include "tools/ashlar/option_text.h"

namespace ashlar::tools {
namespace {

void Define(CLI::App& app, ImportCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  app.add_option("FILE", command.files, "Files to read in this order; - is standard input")
      ->required();
  AddChoice<InputFormat>(app, "--format", command.input_format,
                         {{"csv", InputFormat::kCsv},
                          {"jsonl", InputFormat::kJsonl},
                          {"json", InputFormat::kJsonl},
                          {"ndjson", InputFormat::kJsonl}},
                         "Form of the files; default: by name, else by content");
  AddChoice<ImportMode>(app, "--mode", command.mode,
                        {{"append", ImportMode::kAppend},
                         {"replace", ImportMode::kReplace},
                         {"upsert", ImportMode::kUpsert},
                         {"insert", ImportMode::kInsert},
                         {"update", ImportMode::kUpdate},
                         {"full_merge", ImportMode::kFullMerge},
                         {"deduplicate", ImportMode::kDeduplicate}},
                        "Add the rows, make them the whole content, or write them by their key; "
                        "default: append, with --key upsert");
  app.add_option("--schema", command.schema,
                 "\"id: int64 not null, city: utf8\", or @FILE; default: inferred")
      ->type_name("TEXT|@FILE");
  AddChoice<bool>(app, "--mixed", command.mixed_text, {{"error", false}, {"text", true}},
                  "JSON fields of several types: refuse them, or keep them as text");
  AddParsed(app, "--boundaries", command.boundaries, ParseBoundaries, "content|fixed:N",
            "How rows are cut into segments when the dataset is new");
  AddParsed(app, "--storage", command.storage, ParseStorage, "fast|compact",
            "Columns to view in place, or in the fewest bytes; default of a new dataset: fast");
  AddList(app, "--key", command.key, SplitList, "F,...",
          "Key fields; a new dataset needs them for the modes that write by key");
  app.add_flag("--hash-index", command.hash_index,
               "With --key: segments of a new dataset get a hash index of their keys");
  AddParsed(app, "--rewrite", command.rewrite, ParseRewriteMode, "deferred|incremental|full",
            "Leave old segments, or rewrite those affected, or all; default: deferred");
  app.add_flag("--explain", command.explain,
               "Print which segments are affected, and why; change nothing");
  AddFormat(app, command.format, "--output-format");
  app.parse_complete_callback([&app, &command] {
    if (app.count("--mode") == 0 && !command.key.empty()) command.mode = ImportMode::kUpsert;
    const absl::Status checked = CheckModes(command);
    if (!checked.ok()) throw CLI::ValidationError(std::string(checked.message()));
  });
}

void DefineSteps(CLI::App& app, QueryCommand& command) {
  AddParsed(app, "--unnest", command.unnest, ParseNonEmpty, "LIST",
            "A row for each element of this list column");
  AddQueryText(app, "--where", command.where, Expression::Parse, "EXPR", "Only rows that match");
  AddQueryText(app, "--group-by", command.group_by, ParseExpressionList, "EXPR,...",
               "A row for each different value");
  AddQueryText(app, "--agg", command.aggregates, ParseAggregates, "AGG,...",
               "count, sum(x), min(x), max(x), avg(x), stddev(x), count(distinct x)");
  AddQueryText(app, "--having", command.having, Expression::Parse, "EXPR",
               "Only groups that match; needs --agg or --group-by");
  AddQueryText(app, "--select", command.select, ParseExpressionList, "EXPR,...",
               "These columns, each perhaps computed and renamed: \"a + b as c\"");
  app.add_flag("--distinct", command.distinct, "Each row once");
  AddQueryText(app, "--order-by", command.order_by, ParseSortKeys, "EXPR[:desc],...",
               "Sort the rows; nulls come last");
}

void Define(CLI::App& app, QueryCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  DefineSteps(app, command);
  AddParsed(app, "--limit", command.limit, ParseNatural, "a number from 0 on",
            "At most so many rows");
  AddParsed(app, "--skip", command.skip, ParseNatural, "a number from 0 on",
            "Leave out so many rows before");
  AddParsed(app, "--tail", command.tail, ParseNatural, "a number from 0 on",
            "Only so many rows at the end");
  app.get_option("--tail")->excludes("--limit")->excludes("--skip");
  AddAt(app, command.at);
  app.add_flag("--explain", command.explain, "Print the plan; read no row");
  app.add_flag("--stats", command.stats,
               "Say on standard error what was read, and how long it took");
  AddParsed(app, "--threads", command.threads, ParseNatural, "a number from 0 on",
            "Threads at work; default: all cores");
  AddParsed(app, "--timeout", command.timeout, ParseSeconds, "seconds such as 2 or 0.5",
            "Give up after so long");
  AddFormat(app, command.format);
  app.parse_complete_callback([&command] {
    if (command.having.has_value() && command.group_by.empty() && command.aggregates.empty()) {
      throw CLI::RequiresError("--having", "--group-by or --agg");
    }
  });
}

void Define(CLI::App& app, ExportCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  AddAt(app, command.at);
  AddList(app, "--select", command.select, SplitList, "F,...", "Only these fields, in this order");
  AddParsed(app, "--limit", command.limit, ParseNatural, "a number from 0 on",
            "At most so many rows");
  app.add_option("--output", command.output, "A new file instead of standard output")
      ->type_name("FILE");
  AddFormat(app, command.format);
}

void Define(CLI::App& app, ExecCommand& command) { AddStore(app, command.store); }

void Define(CLI::App& app, StoreViewCommand& command) {
  AddStore(app, command.store);
  if (command.view == StoreView::kDatasets) AddAt(app, command.at);
  AddFormat(app, command.format);
}

void Define(CLI::App& app, DatasetViewCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  AddAt(app, command.at);
  AddFormat(app, command.format);
}

void Define(CLI::App& app, TagCommand& command) {
  AddStore(app, command.store);
  app.add_option("NAME", command.name, "Tag to set; without one all tags are listed");
  AddAt(app, command.at);
  AddList(app, "--attr", command.attributes, ParseAttributes, "K=V,...", "Attributes of the tag");
  app.add_flag("--delete", command.remove, "Delete the tag");
  AddFormat(app, command.format);
}

void Define(CLI::App& app, DiffCommand& command) {
  AddStore(app, command.store);
  AddDataset(app, command.dataset);
  app.add_option("FROM", command.from, "Version, tag or time")->required();
  app.add_option("TO", command.to, "Version, tag or time")->required();
  AddFormat(app, command.format);
}

void Define(CLI::App& app, VerifyCommand& command) {
  AddStore(app, command.store);
  app.add_flag("--deep", command.deep, "Also zone maps, dictionary order, padding and UTF-8");
  AddFormat(app, command.format);
}

void Define(CLI::App& app, RepairCommand& command) {
  AddStore(app, command.store);
  app.add_option("NEW_STORE", command.new_store, "A directory that does not exist")->required();
  AddFormat(app, command.format);
}

void Define(CLI::App& app, CompactCommand& command) {
  AddStore(app, command.store);
  app.add_flag("--rebuild-index", command.rebuild_index,
               "Make key filters, fences and hash indexes anew that are missing, stale or damaged");
  AddList(app, "--dataset", command.datasets, SplitList, "D,...", "Only these; default: all");
  app.add_flag("--dry-run", command.dry_run, "Only say what would be done");
  AddFormat(app, command.format);
}

void Define(CLI::App& app, ExpireCommand& command) {
  AddStore(app, command.store);
  app.add_flag("--dry-run", command.dry_run, "Only say what would go");
  if (command.versions) {
    AddParsed(app, "--keep", command.keep, ParsePositive, "a number from 1 on",
              "Versions to keep; default: as stored");
    AddParsed(app, "--older-than", command.older_than, ParseAge, "an age such as 12h or 30d",
              "Also drop kept versions older than this");
  }
  AddFormat(app, command.format);
}

void Define(CLI::App& app, DumpCommand& command) {
  AddChoice<DumpKind>(
      app, "KIND", command.kind,
      {{"manifest", DumpKind::kManifest}, {"segment", DumpKind::kSegment}, {"log", DumpKind::kLog}},
      "What the files are");
  app.get_option("KIND")->required();
  app.add_option("FILE", command.files, "Files of a store")->required();
  AddChoice<bool>(app, "--format", command.json, {{"text", false}, {"json", true}},
                  "Form of the result");
}

void Define(CLI::App& app, DemoCommand& command) {
  app.add_option("DIR", command.directory, "Directory to index; default: /usr");
  app.add_option("--store", command.store, "Keep the store here; default: a temporary one")
      ->type_name("PATH");
}

// As CLI11 takes them: the last word first.
std::vector<std::string> WordsFor(const Command& command, std::span<const char* const> words) {
  const bool has_key = std::holds_alternative<GetCommand>(command) ||
                       std::holds_alternative<PutCommand>(command) ||
                       std::holds_alternative<DeleteCommand>(command);
  std::vector<std::string> ordered =
      has_key ? OptionsFirst(words) : std::vector<std::string>(words.begin(), words.end());
  std::reverse(ordered.begin(), ordered.end());
  return ordered;
}

// CLI11 lists all that is left over, words that it took for values of an unknown option included.
std::string Unexpected(const CLI::App& app, const CLI::ExtrasError& error,
                       std::span<const char* const> words) {
  for (const std::string& name : OptionNames(words)) {
    if (app.get_option_no_throw(name) == nullptr) {
      return base::StrCat("unknown option ", base::QuoteForMessage(name));
    }
  }
  return error.what();
}

ParsedCommandLine ParseArguments(const CommandHelp& help, Command command, int argc,
                                 const char* const* argv) {
  ParsedCommandLine parsed;
  CLI::App app(std::string(help.summary), base::StrCat("ashlar ", help.name));
  app.footer(base::StrCat("Examples:\n", help.example));
  const std::span<const char* const> words(argv + 1, static_cast<size_t>(argc - 1));
  const auto refuse = [&](const std::string& why) {
    parsed.usage_error = base::StrCat(why, " (see: ashlar ", help.name, " --help)");
  };
  try {
    std::visit([&](auto& empty) { Define(app, empty); }, command);
    app.parse(WordsFor(command, words));
    parsed.command = std::move(command);
  } catch (const CLI::CallForHelp&) {
    parsed.help = app.help();
  } catch (const CLI::ExtrasError& error) {
    refuse(Unexpected(app, error, words));
  } catch (const CLI::ParseError& error) {
    refuse(error.what());
  }
  return parsed;
}

}  // namespace

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv) {
  ParsedCommandLine parsed;
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name.empty()) {
    parsed.usage_error = "a command is missing (see: ashlar --help)";
  } else if (name == "--help" || name == "-h" || name == "help") {
    parsed.help = MainHelp();
  } else if (name == "--version") {
    parsed.help = VersionText();
  } else if (std::optional<Command> command = EmptyCommand(name); command.has_value()) {
    return ParseArguments(*FindCommandHelp(name), *std::move(command), argc - 1, argv + 1);
  } else {
    const std::string kind = name.starts_with('-') ? "option" : "command";
    parsed.usage_error =
        base::StrCat("unknown ", kind, " ", base::QuoteForMessage(name), " (see: ashlar --help)");
  }
  return parsed;
}

}  // namespace ashlar::tools
