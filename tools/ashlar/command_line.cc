// Parsing with CLI11, which no other file includes: it takes seconds to compile.
//
// Each command has its own parser, made only for that command, so that no argument is ever mistaken
// for the name of another command.
#include "tools/ashlar/command_line.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/ashlar/help_text.h"
#include "tools/ashlar/option_text.h"

namespace ashlar::tools {
namespace {

template <typename Value>
using Choices = std::vector<std::pair<std::string_view, Value>>;

[[noreturn]] void BadValue(const std::string& option, const std::string& value,
                           std::string_view expected) {
  throw CLI::ValidationError(option,
                             base::StrCat(base::QuoteForMessage(value), " is not ", expected));
}

// An option whose value is one of a few words.
template <typename Value>
void AddChoice(CLI::App& app, const std::string& option, Value& target,
               const Choices<Value>& choices, const std::string& description) {
  std::string words;
  for (const auto& [word, value] : choices) words += base::StrCat(words.empty() ? "" : "|", word);
  app.add_option_function<std::string>(
         option,
         [&target, choices, option, words](const std::string& text) {
           for (const auto& [word, value] : choices) {
             if (word == text) {
               target = value;
               return;
             }
           }
           BadValue(option, text, base::StrCat("one of ", words));
         },
         description)
      ->type_name(words);
}

// An option whose value has a grammar.
template <typename Value, typename Parse>
void AddParsed(CLI::App& app, const std::string& option, Value& target, Parse parse,
               const std::string& expected, const std::string& description) {
  app.add_option_function<std::string>(
         option,
         [&target, parse, option, expected](const std::string& text) {
           auto value = parse(text);
           if (!value.has_value()) BadValue(option, text, expected);
           target = *std::move(value);
         },
         description)
      ->type_name(expected);
}

// An option that may be given several times, each time with a list.
template <typename Value, typename Parse>
void AddList(CLI::App& app, const std::string& option, Value& target, Parse parse,
             const std::string& expected, const std::string& description) {
  app.add_option_function<std::vector<std::string>>(
         option,
         [&target, parse, option, expected](const std::vector<std::string>& texts) {
           auto value = parse(texts);
           if (!value.has_value()) BadValue(option, texts.back(), expected);
           target = *std::move(value);
         },
         description)
      ->type_name(expected)
      ->allow_extra_args(false);
}

void AddStore(CLI::App& app, std::string& store) {
  app.add_option("STORE", store, "Directory of the store")->required();
}

void AddDataset(CLI::App& app, std::string& dataset) {
  app.add_option("DATASET", dataset, "Name of the dataset")->required();
}

void AddAt(CLI::App& app, std::string& at) {
  AddParsed(app, "--at", at, ParseNonEmpty, "VERSION|TAG|TIME",
            "Version, tag or RFC 3339 time; default: the newest");
}

void AddFormat(CLI::App& app, OutputFormat& format, const std::string& option = "--format") {
  AddChoice<OutputFormat>(app, option, format,
                          {{"table", OutputFormat::kTable},
                           {"json", OutputFormat::kJson},
                           {"jsonl", OutputFormat::kJsonl},
                           {"csv", OutputFormat::kCsv}},
                          "Form of the result");
}

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
                        "Add the rows, or make them the whole content; default: append");
  app.add_option("--schema", command.schema,
                 "\"id: int64 not null, city: utf8\", or @FILE; default: inferred")
      ->type_name("TEXT|@FILE");
  AddChoice<bool>(app, "--mixed", command.mixed_text, {{"error", false}, {"text", true}},
                  "JSON fields of several types: refuse them, or keep them as text");
  AddParsed(app, "--boundaries", command.boundaries, ParseBoundaries, "content|fixed:N",
            "How rows are cut into segments when the dataset is new");
  AddParsed(app, "--storage", command.storage, ParseStorage, "fast|compact",
            "Columns to view in place, or in the fewest bytes; default of a new dataset: fast");
  AddList(app, "--key", command.key, SplitList, "F,...", "Key fields of a keyed dataset");
  AddFormat(app, command.format, "--output-format");
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
  AddChoice<DumpKind>(app, "KIND", command.kind,
                      {{"manifest", DumpKind::kManifest}, {"segment", DumpKind::kSegment}},
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

std::optional<Command> EmptyCommand(std::string_view name) {
  static const std::map<std::string_view, Command> kCommands = {
      {"import", ImportCommand{}},
      {"export", ExportCommand{}},
      {"exec", ExecCommand{}},
      {"datasets", StoreViewCommand{.view = StoreView::kDatasets}},
      {"versions", StoreViewCommand{.view = StoreView::kVersions}},
      {"stats", StoreViewCommand{.view = StoreView::kStats}},
      {"readers", StoreViewCommand{.view = StoreView::kReaders}},
      {"schema", DatasetViewCommand{.view = DatasetView::kSchema}},
      {"segments", DatasetViewCommand{.view = DatasetView::kSegments}},
      {"tag", TagCommand{}},
      {"diff", DiffCommand{}},
      {"verify", VerifyCommand{}},
      {"repair", RepairCommand{}},
      {"expire", ExpireCommand{.versions = true}},
      {"gc", ExpireCommand{.versions = false}},
      {"dump", DumpCommand{}},
      {"demo", DemoCommand{.directory = "/usr"}},
  };
  const auto found = kCommands.find(name);
  return found == kCommands.end() ? std::nullopt : std::optional<Command>(found->second);
}

ParsedCommandLine ParseArguments(const CommandHelp& help, Command command, int argc,
                                 const char* const* argv) {
  ParsedCommandLine parsed;
  CLI::App app(std::string(help.summary), base::StrCat("ashlar ", help.name));
  app.footer(base::StrCat("Examples:\n", help.example));
  try {
    std::visit([&](auto& empty) { Define(app, empty); }, command);
    app.parse(argc, argv);
    parsed.command = std::move(command);
  } catch (const CLI::CallForHelp&) {
    parsed.help = app.help();
  } catch (const CLI::ParseError& error) {
    parsed.usage_error = base::StrCat(error.what(), " (see: ashlar ", help.name, " --help)");
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
