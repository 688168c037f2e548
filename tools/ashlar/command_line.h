// The command line as text: parsing, help, usage errors.
//
// Owns: the spelling of commands and options (DESIGN section 7). Does not own: running anything.
#ifndef ASHLAR_TOOLS_ASHLAR_COMMAND_LINE_H_
#define ASHLAR_TOOLS_ASHLAR_COMMAND_LINE_H_

#include <optional>
#include <string>

#include "tools/ashlar/options.h"

namespace ashlar::tools {

struct ParsedCommandLine {
  std::optional<Command> command;
  // Without a command: help or the version for standard output, or what was wrong.
  std::string help;
  std::string usage_error;
};

[[nodiscard]] ParsedCommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_COMMAND_LINE_H_
