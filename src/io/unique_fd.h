// UniqueFd: a file descriptor that is closed exactly once.
//
// Owns: the descriptor's lifetime. Does not own: what is read or written through it, nor the
// reporting of close errors; whoever must know those calls release() and closes by hand.
#ifndef ASHLAR_SRC_IO_UNIQUE_FD_H_
#define ASHLAR_SRC_IO_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace ashlar::io {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() {
    if (fd_ >= 0) close(fd_);
  }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_UNIQUE_FD_H_
