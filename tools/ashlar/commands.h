// Every command of the program, one overload each.
//
// Owns: the signatures. Commands stand in files of their own, <name>_command.cc; a command's result
// goes to the console, its error is returned and decides the exit code (exit_code.h).
#ifndef ASHLAR_TOOLS_ASHLAR_COMMANDS_H_
#define ASHLAR_TOOLS_ASHLAR_COMMANDS_H_

#include "absl/status/status.h"
#include "tools/ashlar/console.h"
#include "tools/ashlar/options.h"

namespace ashlar::tools {

[[nodiscard]] absl::Status Run(const ImportCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const QueryCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const ExportCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const GetCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const PutCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const DeleteCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const ExecCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const StoreViewCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const DatasetViewCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const TagCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const DiffCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const VerifyCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const RepairCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const CompactCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const ExpireCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const DumpCommand& command, Console& console);
[[nodiscard]] absl::Status Run(const DemoCommand& command, Console& console);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_COMMANDS_H_
