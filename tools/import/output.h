// Output: where exported text goes.
//
// Owns: the sink interface, its standard-output and in-memory forms, and buffering. Does not own:
// formats (export_writer.h), nor what is said on standard error.
#ifndef ASHLAR_TOOLS_IMPORT_OUTPUT_H_
#define ASHLAR_TOOLS_IMPORT_OUTPUT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace ashlar::tools {

inline constexpr size_t kOutputBufferBytes = size_t{64} << 10;

class Output {
 public:
  virtual ~Output() = default;
  // All of `text`, perhaps later. An error, such as a reader that went away, is final.
  [[nodiscard]] virtual absl::Status Write(std::string_view text) = 0;
  // What was kept back so far.
  [[nodiscard]] virtual absl::Status Flush() = 0;
};

// Buffers; what is not flushed is lost, so that an error cannot go unseen.
class StandardOutput final : public Output {
 public:
  [[nodiscard]] absl::Status Write(std::string_view text) override;
  [[nodiscard]] absl::Status Flush() override;

 private:
  std::string buffer_;
  absl::Status failure_;
};

class StringOutput final : public Output {
 public:
  [[nodiscard]] absl::Status Write(std::string_view text) override {
    text_ += text;
    return absl::OkStatus();
  }
  [[nodiscard]] absl::Status Flush() override { return absl::OkStatus(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_OUTPUT_H_
