// JsonLines: the lines of a JSON Lines input, blank ones left out.
//
// Owns: line ends (LF and CRLF), the byte order mark, line numbers and the longest line. Does not
// own: JSON. Both passes of an import go through it.
#ifndef ASHLAR_TOOLS_IMPORT_JSON_LINES_H_
#define ASHLAR_TOOLS_IMPORT_JSON_LINES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "src/io/input_stream.h"
#include "tools/import/block_buffer.h"

namespace ashlar::tools {

class JsonLines {
 public:
  JsonLines(io::InputStream& input, size_t block_bytes, std::function<void(uint64_t)> on_bytes);

  // The next line that is not blank; false at the end. InvalidArgument when it is too long.
  [[nodiscard]] absl::StatusOr<bool> Next();
  // Without its end; kBlockPadding bytes behind it are readable. Valid until Next().
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] uint64_t line() const { return line_; }
  [[nodiscard]] uint64_t bytes_read() const { return buffer_.bytes_read(); }
  [[nodiscard]] std::string_view input_name() const { return input_name_; }

 private:
  [[nodiscard]] absl::StatusOr<bool> NextLine();

  std::string input_name_;
  BlockBuffer buffer_;
  size_t begin_ = 0;  // of the next line
  uint64_t line_ = 0;
  std::string_view text_;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_LINES_H_
