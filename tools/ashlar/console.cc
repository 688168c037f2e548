// The console. See console.h.
#include "tools/ashlar/console.h"

#include <string>
#include <utility>

#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/standard_streams.h"

namespace ashlar::tools {
namespace {

constexpr int kUnknownWidth = 80;

// Messages quote what users and files gave us, some of it escaped already: so backslashes stay, and
// all else that could drive a terminal is escaped.
std::string SafeMessage(std::string_view message) {
  std::string safe;
  while (true) {
    const size_t backslash = message.find('\\');
    safe += base::EscapeForTerminal(message.substr(0, backslash));
    if (backslash == message.npos) return safe;
    safe += '\\';
    message.remove_prefix(backslash + 1);
  }
}

}  // namespace

Console::Console()
    : output_is_terminal_(io::IsTerminal(io::StandardStream::kOutput)),
      error_is_terminal_(io::IsTerminal(io::StandardStream::kError)) {
  if (output_is_terminal_) {
    const int width = io::TerminalWidth(io::StandardStream::kOutput).value_or(kUnknownWidth);
    width_ = static_cast<size_t>(width);
  }
}

absl::Status Console::Write(std::string_view text) { return Noted(output_.Write(text)); }

absl::Status Console::Flush() { return Noted(output_.Flush()); }

absl::Status Console::Noted(absl::Status status) {
  if (absl::IsCancelled(status)) reader_gone_ = true;
  return status;
}

void Console::Error(std::string_view message) { Message(message); }

void Console::Note(std::string_view message) { Message(base::StrCat("note: ", message)); }

void Console::Message(std::string_view message) {
  // What was printed before stands before the message where both go to one terminal.
  (void)Flush();
  Raw(base::StrCat("ashlar: ", SafeMessage(message), "\n"));
}

void Console::Raw(std::string_view text) {
  (void)io::WriteStandard(io::StandardStream::kError, text);
}

OutputFormat Console::Resolve(OutputFormat format) const {
  if (format != OutputFormat::kAuto) return format;
  return output_is_terminal_ ? OutputFormat::kTable : OutputFormat::kJsonl;
}

}  // namespace ashlar::tools
