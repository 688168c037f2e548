// The three standard streams of the process.
//
// Owns: writing to standard output and error, reading standard input as it comes, and what is known
// about the terminal behind them. Does not own: buffering, formats, or standard input as a file
// (input_stream.h).
#ifndef ASHLAR_SRC_IO_STANDARD_STREAMS_H_
#define ASHLAR_SRC_IO_STANDARD_STREAMS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ashlar::io {

enum class StandardStream : uint8_t { kInput = 0, kOutput = 1, kError = 2 };

[[nodiscard]] bool IsTerminal(StandardStream stream);
// Columns of the terminal; nothing when it is none or does not tell.
[[nodiscard]] std::optional<int> TerminalWidth(StandardStream stream);

// From now on a reader that went away is an error of the write instead of the end of the process.
void IgnoreBrokenPipes();

// All of `text`. Cancelled when the reader went away.
[[nodiscard]] absl::Status WriteStandard(StandardStream stream, std::string_view text);

// What there is, waiting for at least one byte; 0 means the end.
[[nodiscard]] absl::StatusOr<size_t> ReadStandardInput(std::span<char> out);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_STANDARD_STREAMS_H_
