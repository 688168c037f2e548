// ExecLines: lines of standard input as they come.
//
// Owns: finding line ends, the limit on a line's length, and dropping a last line without one: its
// sender may have died in the middle of it. Does not own: what a line means.
#ifndef ASHLAR_TOOLS_ASHLAR_EXEC_LINES_H_
#define ASHLAR_TOOLS_ASHLAR_EXEC_LINES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace ashlar::tools {

inline constexpr size_t kMaxExecLineBytes = size_t{64} << 20;

class ExecLines {
 public:
  struct Line {
    // Valid until the next call, with kBlockPadding (tools/import) readable bytes behind it. Empty
    // when the line was too long.
    std::string_view text;
    bool too_long = false;
  };

  // False at the end of the input.
  [[nodiscard]] absl::StatusOr<bool> Next(Line* line);
  // Whether the input ended in the middle of a line.
  [[nodiscard]] bool ended_inside_line() const { return ended_inside_line_; }

 private:
  [[nodiscard]] absl::StatusOr<size_t> Fill();

  std::string buffer_;
  size_t begin_ = 0;    // of the present line
  size_t scanned_ = 0;  // no line end in [begin_, scanned_)
  size_t end_ = 0;      // of what was read
  bool skipping_ = false;
  bool ended_inside_line_ = false;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXEC_LINES_H_
