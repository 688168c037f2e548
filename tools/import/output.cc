// Standard output in pieces of 64 KiB.
#include "tools/import/output.h"

#include "ashlar/status_macros.h"
#include "src/io/standard_streams.h"

namespace ashlar::tools {

absl::Status StandardOutput::Write(std::string_view text) {
  RETURN_IF_ERROR(failure_);
  buffer_ += text;
  return buffer_.size() < kOutputBufferBytes ? absl::OkStatus() : Flush();
}

absl::Status StandardOutput::Flush() {
  RETURN_IF_ERROR(failure_);
  if (!buffer_.empty()) failure_ = io::WriteStandard(io::StandardStream::kOutput, buffer_);
  buffer_.clear();
  return failure_;
}

}  // namespace ashlar::tools
