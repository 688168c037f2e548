// The program: parse, run, exit code.
#include <string_view>

#include "src/io/standard_streams.h"
#include "tools/ashlar/command_line.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/exit_code.h"

namespace ashlar::tools {
namespace {

int Main(int argc, const char* const* argv) {
  io::IgnoreBrokenPipes();
  Console console;
  const ParsedCommandLine parsed = ParseCommandLine(argc, argv);
  if (!parsed.usage_error.empty()) {
    console.Error(parsed.usage_error);
    return kExitUsage;
  }
  absl::Status status;
  if (parsed.command.has_value()) {
    status =
        std::visit([&](const auto& command) { return Run(command, console); }, *parsed.command);
  } else {
    status = console.Write(parsed.help);
  }
  // What was printed before an error is shown, too.
  const absl::Status flushed = console.Flush();
  if (status.ok()) status = flushed;
  if (!status.ok() && !console.reader_gone()) {
    const absl::string_view message = status.message();
    console.Error(std::string_view(message.data(), message.size()));
  }
  return status.ok() && console.answered_no() ? kExitFailed : ExitCodeOf(status);
}

}  // namespace
}  // namespace ashlar::tools

int main(int argc, char** argv) { return ashlar::tools::Main(argc, argv); }
