// Input streams over a descriptor, over a spooled copy of one, and over memory.
//
// Owns: the read loop, and the spool file, which has no name and so vanishes with its descriptor.
#include "src/io/input_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/posix_error.h"
#include "src/io/unique_fd.h"

namespace ashlar::io {
namespace {

constexpr size_t kCopyBytes = size_t{1} << 18;

class FdInput final : public InputStream {
 public:
  FdInput(UniqueFd fd, std::string name, uint64_t size)
      : fd_(std::move(fd)), name_(std::move(name)), size_(size) {}

  absl::StatusOr<size_t> Read(std::span<std::byte> out) override {
    ASHLAR_CHECK(!out.empty());
    const ssize_t count = RetryInterrupted(
        [&] { return pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(position_)); });
    if (count < 0) return ErrnoStatus(errno, "read", name_);
    position_ += static_cast<uint64_t>(count);
    return static_cast<size_t>(count);
  }

  absl::Status Rewind() override {
    position_ = 0;
    return absl::OkStatus();
  }

  std::optional<uint64_t> size() const override { return size_; }
  std::string_view name() const override { return name_; }

 private:
  UniqueFd fd_;
  std::string name_;
  uint64_t size_;
  uint64_t position_ = 0;
};

class MemoryInput final : public InputStream {
 public:
  MemoryInput(std::string name, std::string content)
      : name_(std::move(name)), content_(std::move(content)) {}

  absl::StatusOr<size_t> Read(std::span<std::byte> out) override {
    ASHLAR_CHECK(!out.empty());
    const size_t count = std::min(out.size(), content_.size() - position_);
    std::memcpy(out.data(), content_.data() + position_, count);
    position_ += count;
    return count;
  }

  absl::Status Rewind() override {
    position_ = 0;
    return absl::OkStatus();
  }

  std::optional<uint64_t> size() const override { return content_.size(); }
  std::string_view name() const override { return name_; }

 private:
  std::string name_;
  std::string content_;
  size_t position_ = 0;
};

absl::StatusOr<UniqueFd> CreateSpoolFile(const std::string& directory) {
  const int fd = RetryInterrupted(
      [&] { return open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600); });
  if (fd >= 0) return UniqueFd(fd);
  // Not every file system has nameless files: make a named one and take its name away at once.
  std::string pattern = directory + "/ashlar-spool-XXXXXX";
  UniqueFd named(mkostemp(pattern.data(), O_CLOEXEC));
  if (!named.valid()) return ErrnoStatus(errno, "create a temporary file in", directory);
  if (unlink(pattern.c_str()) != 0) return ErrnoStatus(errno, "unlink", pattern);
  return named;
}

absl::Status WriteAll(int fd, const std::byte* data, size_t size, const std::string& directory) {
  while (size > 0) {
    const ssize_t count = RetryInterrupted([&] { return write(fd, data, size); });
    if (count < 0) return ErrnoStatus(errno, "write a temporary file in", directory);
    data += count;
    size -= static_cast<size_t>(count);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<InputStream>> Spool(const UniqueFd& source, std::string name,
                                                   const std::string& directory) {
  ASSIGN_OR_RETURN(UniqueFd spool, CreateSpoolFile(directory));
  std::vector<std::byte> buffer(kCopyBytes);
  uint64_t total = 0;
  while (true) {
    const ssize_t count =
        RetryInterrupted([&] { return read(source.get(), buffer.data(), buffer.size()); });
    if (count < 0) return ErrnoStatus(errno, "read", name);
    if (count == 0) break;
    RETURN_IF_ERROR(WriteAll(spool.get(), buffer.data(), static_cast<size_t>(count), directory));
    total += static_cast<uint64_t>(count);
  }
  return std::make_unique<FdInput>(std::move(spool), std::move(name), total);
}

absl::StatusOr<UniqueFd> OpenSource(const std::string& path) {
  const int fd =
      path == "-"
          ? RetryInterrupted([] { return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3); })
          : RetryInterrupted([&] { return open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); });
  if (fd < 0) return ErrnoStatus(errno, "open", path);
  return UniqueFd(fd);
}

}  // namespace

absl::StatusOr<std::unique_ptr<InputStream>> OpenInput(std::string_view path,
                                                       std::string_view spool_directory) {
  const std::string file(path);
  if (file.empty() || file.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("an input needs a path without zero bytes, or '-'");
  }
  ASSIGN_OR_RETURN(UniqueFd source, OpenSource(file));
  std::string name = file == "-" ? "standard input" : file;
  struct stat status;
  if (fstat(source.get(), &status) != 0) return ErrnoStatus(errno, "stat", name);
  if (S_ISDIR(status.st_mode)) {
    return absl::FailedPreconditionError(base::StrCat("open ", name, ": is a directory"));
  }
  // Standard input redirected from a file may stand in its middle: what was read is not ours.
  const bool at_start = file != "-" || lseek(source.get(), 0, SEEK_CUR) == 0;
  if (S_ISREG(status.st_mode) && status.st_size > 0 && at_start) {
    return std::make_unique<FdInput>(std::move(source), std::move(name),
                                     static_cast<uint64_t>(status.st_size));
  }
  return Spool(source, std::move(name), std::string(spool_directory));
}

std::unique_ptr<InputStream> MakeMemoryInput(std::string name, std::string content) {
  return std::make_unique<MemoryInput>(std::move(name), std::move(content));
}

}  // namespace ashlar::io
