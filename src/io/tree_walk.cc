// Walking a tree on POSIX. No directory stays open, so depth costs memory only.
#include "src/io/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/io/posix_error.h"

namespace ashlar::io {
namespace {

constexpr uint32_t kPermissionBits = 07777;

struct Found {
  std::string name;
  struct stat status {};
};

// The entries of one directory that were not visited yet; the next one is the last.
struct Level {
  std::string path;
  std::vector<Found> entries;
};

TreeEntryKind KindOf(mode_t mode) {
  if (S_ISREG(mode)) return TreeEntryKind::kFile;
  if (S_ISDIR(mode)) return TreeEntryKind::kDirectory;
  return S_ISLNK(mode) ? TreeEntryKind::kLink : TreeEntryKind::kOther;
}

std::string Join(std::string_view directory, std::string_view name) {
  return base::StrCat(directory, directory.ends_with('/') ? "" : "/", name);
}

}  // namespace

struct TreeWalk::State {
  std::vector<Level> levels;
  std::map<uid_t, std::string> owners;
  uint64_t unreadable = 0;
  dev_t device = 0;
  std::set<std::pair<dev_t, ino_t>> skip;

  absl::Status Enter(const std::string& path);
  const std::string& OwnerName(uid_t user);
};

absl::Status TreeWalk::State::Enter(const std::string& path) {
  DIR* const directory = opendir(path.c_str());
  if (directory == nullptr) return ErrnoStatus(errno, "list", path);
  Level level{.path = path, .entries = {}};
  errno = 0;
  while (const dirent* entry = readdir(directory)) {
    Found found;
    found.name = entry->d_name;
    if (found.name == "." || found.name == "..") continue;
    if (fstatat(dirfd(directory), entry->d_name, &found.status, AT_SYMLINK_NOFOLLOW) == 0) {
      if (skip.contains({found.status.st_dev, found.status.st_ino})) continue;
      level.entries.push_back(std::move(found));
    } else if (errno != ENOENT) {
      ++unreadable;
    }
    errno = 0;
  }
  const int error = errno;
  closedir(directory);
  if (error != 0) return ErrnoStatus(error, "list", path);
  std::sort(level.entries.begin(), level.entries.end(),
            [](const Found& a, const Found& b) { return a.name > b.name; });
  levels.push_back(std::move(level));
  return absl::OkStatus();
}

const std::string& TreeWalk::State::OwnerName(uid_t user) {
  const auto [place, inserted] = owners.try_emplace(user);
  if (!inserted) return place->second;
  passwd record{};
  passwd* result = nullptr;
  std::array<char, 4096> buffer{};
  const int error = getpwuid_r(user, &record, buffer.data(), buffer.size(), &result);
  place->second = error == 0 && result != nullptr ? result->pw_name : base::StrCat(user);
  return place->second;
}

TreeWalk::TreeWalk(std::unique_ptr<State> state) : state_(std::move(state)) {}
TreeWalk::~TreeWalk() = default;

absl::StatusOr<std::unique_ptr<TreeWalk>> TreeWalk::Open(std::string_view root,
                                                         const std::vector<std::string>& skip) {
  auto state = std::make_unique<State>();
  const std::string path(root);
  struct stat status {};
  for (const std::string& directory : skip) {
    if (stat(directory.c_str(), &status) == 0) state->skip.insert({status.st_dev, status.st_ino});
  }
  if (stat(path.c_str(), &status) != 0) return ErrnoStatus(errno, "open", path);
  state->device = status.st_dev;
  RETURN_IF_ERROR(state->Enter(path));
  return std::unique_ptr<TreeWalk>(new TreeWalk(std::move(state)));
}

bool TreeWalk::Next(TreeEntry* entry) {
  while (!state_->levels.empty() && state_->levels.back().entries.empty()) {
    state_->levels.pop_back();
  }
  if (state_->levels.empty()) return false;
  Level& level = state_->levels.back();
  const Found found = std::move(level.entries.back());
  level.entries.pop_back();
  const struct stat& status = found.status;
  entry->path = Join(level.path, found.name);
  entry->kind = KindOf(status.st_mode);
  entry->size = static_cast<uint64_t>(std::max<off_t>(status.st_size, 0));
  entry->modified_micros = status.st_mtim.tv_sec * 1'000'000 + status.st_mtim.tv_nsec / 1'000;
  entry->mode = status.st_mode & kPermissionBits;
  entry->owner = state_->OwnerName(status.st_uid);
  const bool enter = entry->kind == TreeEntryKind::kDirectory && status.st_dev == state_->device;
  if (enter && !state_->Enter(entry->path).ok()) ++state_->unreadable;
  return true;
}

uint64_t TreeWalk::unreadable() const { return state_->unreadable; }

}  // namespace ashlar::io
