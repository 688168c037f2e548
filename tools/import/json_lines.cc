// Line splitting by memchr over a sliding block.
#include "tools/import/json_lines.h"

#include <cstring>
#include <utility>

#include "ashlar/status_macros.h"
#include "tools/import/import_error.h"

namespace ashlar::tools {

JsonLines::JsonLines(io::InputStream& input, size_t block_bytes,
                     std::function<void(uint64_t)> on_bytes)
    : input_name_(input.name()), buffer_(input, block_bytes, std::move(on_bytes)) {}

absl::StatusOr<bool> JsonLines::Next() {
  while (true) {
    ASSIGN_OR_RETURN(const bool found, NextLine());
    if (!found) return false;
    if (line_ == 1 && text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMarkBytes);
    if (!text_.empty() && text_.back() == '\r') text_.remove_suffix(1);
    if (text_.find_first_not_of(" \t\r") != text_.npos) return true;
  }
}

absl::StatusOr<bool> JsonLines::NextLine() {
  size_t searched = begin_;
  while (true) {
    const char* data = buffer_.data();
    const void* feed = std::memchr(data + searched, '\n', buffer_.size() - searched);
    const size_t end = feed != nullptr ? static_cast<size_t>(static_cast<const char*>(feed) - data)
                                       : buffer_.size();
    if (end - begin_ > kMaxRecordBytes) {
      return ErrorAt(input_name_, line_ + 1, "", "the line is longer than 64 MiB");
    }
    bool last = false;
    if (feed == nullptr) {
      searched = buffer_.size() - begin_;
      ASSIGN_OR_RETURN(const size_t count, buffer_.Fill(begin_));
      begin_ = 0;
      if (count > 0) continue;
      if (buffer_.size() == 0) return false;
      last = true;
    }
    const size_t stop = last ? buffer_.size() : end;
    text_ = std::string_view(buffer_.data() + begin_, stop - begin_);
    begin_ = last ? stop : stop + 1;
    ++line_;
    return true;
  }
}

}  // namespace ashlar::tools
