// The order of a command's words: options before arguments.
//
// Owns: telling them apart where an argument may be a negative number, which CLI11 takes for an
// option. Does not own: what either means (command_line.cc).
#ifndef ASHLAR_TOOLS_ASHLAR_ARGUMENT_ORDER_H_
#define ASHLAR_TOOLS_ASHLAR_ARGUMENT_ORDER_H_

#include <span>
#include <string>
#include <vector>

namespace ashlar::tools {

// Options with their values, then "--", then the arguments: for commands each of whose options but
// --help has a value. "-5" is an argument, and all that follows a "--" is.
[[nodiscard]] std::vector<std::string> OptionsFirst(std::span<const char* const> words);

// The names of the options among the words of any command, without values.
[[nodiscard]] std::vector<std::string> OptionNames(std::span<const char* const> words);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_ARGUMENT_ORDER_H_
