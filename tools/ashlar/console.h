// Console: the two streams that a command talks to.
//
// Owns: "ashlar: " in front of messages, the choice of a format by what standard output is, and
// knowing that its reader went away. Does not own: what is printed, nor buffering
// (tools/import/output.h). Results go to standard output, everything else to standard error.
#ifndef ASHLAR_TOOLS_ASHLAR_CONSOLE_H_
#define ASHLAR_TOOLS_ASHLAR_CONSOLE_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "tools/ashlar/options.h"
#include "tools/import/output.h"

namespace ashlar::tools {

// Used by one thread.
class Console final : public Output {
 public:
  Console();

  // Results.
  [[nodiscard]] absl::Status Write(std::string_view text) override;
  [[nodiscard]] absl::Status Flush() override;
  // Whoever read standard output has seen enough (`| head`): end without a message.
  [[nodiscard]] bool reader_gone() const { return reader_gone_; }

  // The result is a no that scripts ask for by the exit code: kExitFailed, though nothing failed.
  void AnswerNo() { answered_no_ = true; }
  [[nodiscard]] bool answered_no() const { return answered_no_; }

  // Messages. They are lost when standard error cannot be written, as there is nobody to tell.
  void Error(std::string_view message);
  void Note(std::string_view message);
  // Without a prefix or line end: for progress.
  void Raw(std::string_view text);

  [[nodiscard]] bool output_is_terminal() const { return output_is_terminal_; }
  [[nodiscard]] bool error_is_terminal() const { return error_is_terminal_; }
  // Columns for a table; 0 when standard output is no terminal and lines may be of any length.
  [[nodiscard]] size_t width() const { return width_; }
  // Never kAuto.
  [[nodiscard]] OutputFormat Resolve(OutputFormat format) const;

 private:
  void Message(std::string_view message);
  [[nodiscard]] absl::Status Noted(absl::Status status);

  bool output_is_terminal_ = false;
  bool error_is_terminal_ = false;
  size_t width_ = 0;
  StandardOutput output_;
  bool reader_gone_ = false;
  bool answered_no_ = false;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_CONSOLE_H_
