// Directories of the outside world, for programs: temporary ones, and undoing the making of one.
//
// Owns: what a path is before a store is made there, and removing directories as a whole. Does not
// own: files of a store (file_system.h), which never go this way.
#ifndef ASHLAR_SRC_IO_OUTSIDE_DIRECTORY_H_
#define ASHLAR_SRC_IO_OUTSIDE_DIRECTORY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ashlar::io {

// kOther: a file, a directory with something in it, or one that cannot be looked at.
enum class PathState : uint8_t { kMissing, kEmptyDirectory, kOther };

[[nodiscard]] PathState StateOfPath(std::string_view path);

// Removes what is in the directory, and with `itself` the directory, too. Links are removed, not
// followed. What cannot be removed stays.
void RemoveDirectory(std::string_view path, bool itself);

// Where temporary files go: $TMPDIR, else /tmp.
[[nodiscard]] std::string TemporaryRoot();

// A new directory with a name of its own (mode 0700), removed with all its contents in the end.
class TemporaryDirectory {
 public:
  [[nodiscard]] static absl::StatusOr<TemporaryDirectory> Make(std::string_view prefix);
  TemporaryDirectory(TemporaryDirectory&& other) noexcept
      : path_(std::exchange(other.path_, std::string())) {}
  TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_OUTSIDE_DIRECTORY_H_
