// The names of the commands.
#include "tools/ashlar/options.h"

#include <map>

namespace ashlar::tools {

std::optional<Command> EmptyCommand(std::string_view name) {
  static const std::map<std::string_view, Command> kCommands = {
      {"import", ImportCommand{}},
      {"query", QueryCommand{}},
      {"export", ExportCommand{}},
      {"get", GetCommand{.only_whether = false}},
      {"has", GetCommand{.only_whether = true}},
      {"put", PutCommand{}},
      {"del", DeleteCommand{}},
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
      {"compact", CompactCommand{}},
      {"expire", ExpireCommand{.versions = true}},
      {"gc", ExpireCommand{.versions = false}},
      {"dump", DumpCommand{}},
      {"demo", DemoCommand{.directory = "/usr"}},
  };
  const auto found = kCommands.find(name);
  return found == kCommands.end() ? std::nullopt : std::optional<Command>(found->second);
}

}  // namespace ashlar::tools
