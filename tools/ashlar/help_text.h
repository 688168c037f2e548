// The texts of `ashlar --help`.
//
// Owns: the list of commands with one line each, and the examples. Does not own: options
// (command_line.cc), whose help CLI11 makes.
#ifndef ASHLAR_TOOLS_ASHLAR_HELP_TEXT_H_
#define ASHLAR_TOOLS_ASHLAR_HELP_TEXT_H_

#include <span>
#include <string>
#include <string_view>

namespace ashlar::tools {

struct CommandHelp {
  std::string_view name;
  std::string_view arguments;
  std::string_view summary;
  std::string_view example;  // shown by `ashlar NAME --help`
};

// In the order in which people meet them.
[[nodiscard]] std::span<const CommandHelp> AllCommandHelp();
// Null for a command that there is not.
[[nodiscard]] const CommandHelp* FindCommandHelp(std::string_view name);

[[nodiscard]] std::string MainHelp();
[[nodiscard]] std::string VersionText();

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_HELP_TEXT_H_
