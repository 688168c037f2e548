// The standard streams on POSIX. See standard_streams.h.
#include "src/io/standard_streams.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "src/base/check.h"
#include "src/io/posix_error.h"

namespace ashlar::io {
namespace {

int DescriptorOf(StandardStream stream) { return static_cast<int>(stream); }

std::string_view NameOf(StandardStream stream) {
  switch (stream) {
    case StandardStream::kInput:
      return "standard input";
    case StandardStream::kOutput:
      return "standard output";
    case StandardStream::kError:
      return "standard error";
  }
  return "";
}

}  // namespace

bool IsTerminal(StandardStream stream) { return isatty(DescriptorOf(stream)) == 1; }

std::optional<int> TerminalWidth(StandardStream stream) {
  winsize size{};
  if (ioctl(DescriptorOf(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

void IgnoreBrokenPipes() { std::signal(SIGPIPE, SIG_IGN); }

absl::Status WriteStandard(StandardStream stream, std::string_view text) {
  ASHLAR_CHECK(stream != StandardStream::kInput);
  while (!text.empty()) {
    const ssize_t written =
        RetryInterrupted([&] { return write(DescriptorOf(stream), text.data(), text.size()); });
    if (written < 0) {
      if (errno == EPIPE) return absl::CancelledError("the reader of the output went away");
      return ErrnoStatus(errno, "write", NameOf(stream));
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> ReadStandardInput(std::span<char> out) {
  ASHLAR_CHECK(!out.empty());
  const ssize_t got = RetryInterrupted(
      [&] { return read(DescriptorOf(StandardStream::kInput), out.data(), out.size()); });
  if (got < 0) return ErrnoStatus(errno, "read", NameOf(StandardStream::kInput));
  return static_cast<size_t>(got);
}

}  // namespace ashlar::io
