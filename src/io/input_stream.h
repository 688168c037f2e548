// InputStream: bytes from outside the store, read front to back as often as needed.
//
// Owns: opening what a user names (a file, a pipe, "-" for standard input) for import, and making
// it repeatable: what cannot seek is first copied to an unnamed temporary file. Does not own: what
// the bytes mean, nor files of the store (file_system.h). Why here: it is the only other door to
// the operating system's files.
#ifndef ASHLAR_SRC_IO_INPUT_STREAM_H_
#define ASHLAR_SRC_IO_INPUT_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ashlar::io {

// Used by one thread. Every error names the input.
class InputStream {
 public:
  virtual ~InputStream() = default;
  // Fills a prefix of `out` (which must not be empty) and returns its length; 0 means the end.
  [[nodiscard]] virtual absl::StatusOr<size_t> Read(std::span<std::byte> out) = 0;
  // Back to the first byte.
  [[nodiscard]] virtual absl::Status Rewind() = 0;
  // Bytes in all, where known; a file that is still being written may turn out longer.
  [[nodiscard]] virtual std::optional<uint64_t> size() const = 0;
  // For messages: the path, "standard input", or what a test called it.
  [[nodiscard]] virtual std::string_view name() const = 0;
};

// Opens `path`, or standard input for "-". A regular file is read where it lies; anything else that
// has an end (pipe, FIFO, terminal, socket) is copied to an unnamed file in `spool_directory`
// first, so memory stays small and nothing is left behind. A directory is FailedPrecondition.
[[nodiscard]] absl::StatusOr<std::unique_ptr<InputStream>> OpenInput(
    std::string_view path, std::string_view spool_directory);

// Bytes in memory.
[[nodiscard]] std::unique_ptr<InputStream> MakeMemoryInput(std::string name, std::string content);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_INPUT_STREAM_H_
