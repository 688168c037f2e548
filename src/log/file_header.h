// The first block of a commit log file, as bytes and back.
//
// Owns: its checks. Does not own: what to make of a file without a good one (log_reader.h).
#ifndef ASHLAR_SRC_LOG_FILE_HEADER_H_
#define ASHLAR_SRC_LOG_FILE_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "src/log/format.h"

namespace ashlar::log {

// A log that got no more groups, and the bytes that it has up to its last one. Number 0: none.
struct LogSeal {
  uint64_t number = 0;
  uint64_t bytes = 0;

  friend bool operator==(const LogSeal&, const LogSeal&) = default;
};

struct FileHeader {
  uint64_t number = 0;
  LogSeal previous;
  uint64_t file_bytes = 0;  // of the file when it was begun; it never becomes shorter
  uint32_t crc = 0;         // Ignored by the encoder; the first group's chain begins with it.
};

// One block.
[[nodiscard]] std::string EncodeFileHeader(const FileHeader& header);
// From the first block, or what there is of it. DataLoss when damaged, Unimplemented when another
// version of the program wrote it. The number is for the caller to compare.
[[nodiscard]] absl::StatusOr<FileHeader> DecodeFileHeader(std::span<const std::byte> block,
                                                          std::string_view name);

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_FILE_HEADER_H_
