// Directories by path. See outside_directory.h.
#include "src/io/outside_directory.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "src/base/strings.h"
#include "src/io/posix_error.h"

namespace ashlar::io {

namespace fs = std::filesystem;

PathState StateOfPath(std::string_view path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(fs::path(path), error);
  if (status.type() == fs::file_type::not_found) return PathState::kMissing;
  const bool empty = fs::is_directory(fs::path(path), error) && !error &&
                     fs::is_empty(fs::path(path), error) && !error;
  return empty ? PathState::kEmptyDirectory : PathState::kOther;
}

void RemoveDirectory(std::string_view path, bool itself) {
  std::error_code error;
  if (itself) {
    fs::remove_all(fs::path(path), error);
    return;
  }
  fs::directory_iterator entries(fs::path(path), error);
  while (!error && entries != fs::directory_iterator()) {
    std::error_code ignored;
    fs::remove_all(entries->path(), ignored);
    entries.increment(error);
  }
}

std::string TemporaryRoot() {
  const char* const chosen = std::getenv("TMPDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
}

absl::StatusOr<TemporaryDirectory> TemporaryDirectory::Make(std::string_view prefix) {
  std::string path = base::StrCat(TemporaryRoot(), "/", prefix, "XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return ErrnoStatus(errno, "make a temporary directory", path);
  }
  return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::~TemporaryDirectory() {
  if (!path_.empty()) RemoveDirectory(path_, /*itself=*/true);
}

}  // namespace ashlar::io
