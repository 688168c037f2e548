// Reading lines. See exec_lines.h.
#include "tools/ashlar/exec_lines.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "ashlar/status_macros.h"
#include "src/io/standard_streams.h"
#include "tools/import/block_buffer.h"

namespace ashlar::tools {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;

}  // namespace

absl::StatusOr<bool> ExecLines::Next(Line* line) {
  *line = {};
  while (true) {
    const char* const from = buffer_.data() + scanned_;
    const auto* const found = static_cast<const char*>(std::memchr(from, '\n', end_ - scanned_));
    if (found != nullptr) {
      const size_t length = static_cast<size_t>(found - buffer_.data()) - begin_;
      line->too_long = skipping_ || length > kMaxExecLineBytes;
      if (!line->too_long) line->text = std::string_view(buffer_).substr(begin_, length);
      skipping_ = false;
      begin_ = scanned_ = begin_ + length + 1;
      return true;
    }
    scanned_ = end_;
    if (end_ - begin_ > kMaxExecLineBytes) {
      // Too long: forget what there is and go on to the line's end.
      skipping_ = true;
      begin_ = end_;
    }
    ASSIGN_OR_RETURN(const size_t got, Fill());
    if (got > 0) continue;
    ended_inside_line_ = skipping_ || end_ > begin_;
    return false;
  }
}

absl::StatusOr<size_t> ExecLines::Fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    scanned_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  const size_t needed = end_ + kReadBytes + kBlockPadding;
  if (buffer_.size() < needed) buffer_.resize(std::max(needed, buffer_.size() * 2));
  ASSIGN_OR_RETURN(const size_t got,
                   io::ReadStandardInput(std::span(buffer_).subspan(end_, kReadBytes)));
  end_ += got;
  return got;
}

}  // namespace ashlar::tools
