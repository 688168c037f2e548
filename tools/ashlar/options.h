// What each command was asked to do, as plain values.
//
// Owns: the meaning of the command line after parsing. Does not own: its spelling
// (command_line.cc), nor doing it (one file a command).
#ifndef ASHLAR_TOOLS_ASHLAR_OPTIONS_H_
#define ASHLAR_TOOLS_ASHLAR_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ashlar/expression.h"
#include "ashlar/merge.h"
#include "ashlar/options.h"

namespace ashlar::tools {

// kAuto is a table on a terminal and jsonl in a pipe.
enum class OutputFormat : uint8_t { kAuto, kTable, kJson, kJsonl, kCsv };
enum class InputFormat : uint8_t { kAuto, kCsv, kJsonl };
// The last five need keys.
enum class ImportMode : uint8_t {
  kAppend,
  kReplace,
  kUpsert,
  kInsert,
  kUpdate,
  kFullMerge,
  kDeduplicate
};

struct ImportCommand {
  std::string store{};
  std::string dataset{};
  std::vector<std::string> files;
  InputFormat input_format = InputFormat::kAuto;
  ImportMode mode = ImportMode::kAppend;
  std::optional<std::string> schema;  // text, or @FILE
  bool mixed_text = false;
  std::optional<BatchBoundaries> boundaries;
  std::optional<Storage> storage;
  std::vector<std::string> key;
  bool hash_index = false;
  std::optional<RewriteMode> rewrite;
  bool explain = false;
  OutputFormat format = OutputFormat::kAuto;
};

// The steps run in the order of the members, and then the rows are cut.
struct QueryCommand {
  std::string store{};
  std::string dataset{};
  std::string at{};    // empty: the newest version
  std::string unnest;  // a list column; empty: none
  std::optional<Expression> where;
  std::vector<Expression> group_by;
  std::vector<Aggregate> aggregates;
  std::optional<Expression> having;
  std::vector<Expression> select;
  bool distinct = false;
  std::vector<SortKey> order_by;
  uint64_t skip = 0;
  std::optional<uint64_t> limit;
  std::optional<uint64_t> tail;  // stands alone: without skip and limit
  bool explain = false;
  bool stats = false;
  uint64_t threads = 0;  // 0: all cores
  std::optional<std::chrono::microseconds> timeout;
  OutputFormat format = OutputFormat::kAuto;
};

struct ExportCommand {
  std::string store{};
  std::string dataset{};
  std::string at{};  // empty: the newest version
  std::vector<std::string> select;
  std::optional<uint64_t> limit;
  std::string output;  // empty: standard output
  OutputFormat format = OutputFormat::kAuto;
};

// get, or has when `only_whether` is true.
struct GetCommand {
  bool only_whether = false;
  std::string store{};
  std::string dataset{};
  std::string key{};
  std::string at{};  // empty: the newest version
  OutputFormat format = OutputFormat::kAuto;
};

struct PutCommand {
  std::string store{};
  std::string dataset{};
  std::string key{};
  std::string row{};  // a JSON object
  OutputFormat format = OutputFormat::kAuto;
};

struct DeleteCommand {
  std::string store{};
  std::string dataset{};
  std::string key{};
  OutputFormat format = OutputFormat::kAuto;
};

struct ExecCommand {
  std::string store{};
};

// Commands that look at a whole store.
enum class StoreView : uint8_t { kDatasets, kVersions, kStats, kReaders };
struct StoreViewCommand {
  StoreView view = StoreView::kDatasets;
  std::string store{};
  std::string at{};
  OutputFormat format = OutputFormat::kAuto;
};

// Commands that look at one dataset.
enum class DatasetView : uint8_t { kSchema, kSegments };
struct DatasetViewCommand {
  DatasetView view = DatasetView::kSchema;
  std::string store{};
  std::string dataset{};
  std::string at{};
  OutputFormat format = OutputFormat::kAuto;
};

struct TagCommand {
  std::string store{};
  std::string name;  // empty: list
  std::string at{};
  TagAttributes attributes;
  bool remove = false;
  OutputFormat format = OutputFormat::kAuto;
};

struct DiffCommand {
  std::string store{};
  std::string dataset{};
  std::string from;
  std::string to;
  OutputFormat format = OutputFormat::kAuto;
};

struct VerifyCommand {
  std::string store{};
  bool deep = false;
  OutputFormat format = OutputFormat::kAuto;
};

struct RepairCommand {
  std::string store{};
  std::string new_store;
  OutputFormat format = OutputFormat::kAuto;
};

struct CompactCommand {
  std::string store{};
  bool rebuild_index = false;
  std::vector<std::string> datasets;  // empty: all
  bool dry_run = false;
  OutputFormat format = OutputFormat::kAuto;
};

// expire, or gc when `versions` is false.
struct ExpireCommand {
  std::string store{};
  bool versions = true;
  bool dry_run = false;
  std::optional<uint64_t> keep{};
  std::optional<std::chrono::microseconds> older_than{};
  OutputFormat format = OutputFormat::kAuto;
};

enum class DumpKind : uint8_t { kManifest, kSegment, kLog };
struct DumpCommand {
  DumpKind kind = DumpKind::kManifest;
  std::vector<std::string> files;
  bool json = false;
};

struct DemoCommand {
  std::string directory{};
  std::string store{};  // empty: a temporary one
};

using Command = std::variant<ImportCommand, QueryCommand, ExportCommand, GetCommand, PutCommand,
                             DeleteCommand, ExecCommand, StoreViewCommand, DatasetViewCommand,
                             TagCommand, DiffCommand, VerifyCommand, RepairCommand, CompactCommand,
                             ExpireCommand, DumpCommand, DemoCommand>;

// The command of that name, with nothing said yet; nothing when there is none.
[[nodiscard]] std::optional<Command> EmptyCommand(std::string_view name);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_OPTIONS_H_
