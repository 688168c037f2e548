// LogWindow: a moving window of a file's bytes in memory.
//
// Owns: reading ahead, and a bound on memory: a quarter of a megabyte, or as much as one view asks
// for, never more than the file. Does not own: what the bytes mean. Why not a map: logs are written
// in place while other processes read them, and a page of a map may change between check and use.
#ifndef ASHLAR_SRC_LOG_LOG_WINDOW_H_
#define ASHLAR_SRC_LOG_LOG_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "src/io/aligned_buffer.h"
#include "src/io/file_system.h"

namespace ashlar::log {

// Used by one thread.
class LogWindow {
 public:
  // Behind `written_bytes` nothing is read ahead.
  LogWindow(std::shared_ptr<io::ReadableFile> file, uint64_t written_bytes)
      : file_(std::move(file)), written_bytes_(written_bytes) {}

  // When the file was opened.
  [[nodiscard]] uint64_t file_bytes() const { return file_->size(); }
  // [offset, offset + size) must lie within the file. The view holds until the next call.
  [[nodiscard]] absl::StatusOr<std::span<const std::byte>> View(uint64_t offset, uint64_t size);
  [[nodiscard]] uint64_t written_bytes() const { return written_bytes_; }
  // What is viewed next is read afresh.
  void Forget() { bytes_ = {}; }

 private:
  std::shared_ptr<io::ReadableFile> file_;
  uint64_t written_bytes_;
  io::AlignedBuffer buffer_;
  uint64_t offset_ = 0;               // of bytes_ in the file
  std::span<const std::byte> bytes_;  // within buffer_
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_LOG_WINDOW_H_
