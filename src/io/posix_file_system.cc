// The file system of one directory, by its descriptor. See posix_file_system.h.
#include "src/io/posix_file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/posix_block_file.h"
#include "src/io/posix_error.h"
#include "src/io/posix_lock.h"
#include "src/io/posix_open.h"
#include "src/io/posix_readable_file.h"
#include "src/io/posix_writable_file.h"

namespace ashlar::io {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;

EntryType TypeOf(int directory, const dirent& entry) {
  unsigned char type = entry.d_type;
  if (type == DT_UNKNOWN) {  // Some file systems do not say.
    struct stat info;
    if (fstatat(directory, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return EntryType::kOther;
    type = static_cast<unsigned char>(IFTODT(info.st_mode));
  }
  if (type == DT_REG) return EntryType::kFile;
  return type == DT_DIR ? EntryType::kDirectory : EntryType::kOther;
}

absl::Status SyncOpenDirectory(int directory, std::string_view path) {
  // Never repeated, not even for EINTR: a second call could report success for lost writes.
  if (fsync(directory) == 0) return absl::OkStatus();
  const absl::Status failed = ErrnoStatus(errno, "sync directory", path);
  return absl::IsResourceExhausted(failed) ? absl::InternalError(failed.message()) : failed;
}

class PosixFileSystem : public FileSystem {
 public:
  PosixFileSystem(PosixRoot root, bool map) : root_(std::move(root)), map_(map) {}

  absl::StatusOr<std::unique_ptr<WritableFile>> Create(std::string_view name,
                                                       const CreateOptions& options) override {
    ASSIGN_OR_RETURN(OpenedFile file,
                     OpenRegularFile(root_, name, O_WRONLY | O_CREAT | O_EXCL, kFileMode));
    return PosixWritableFile::Make(std::move(file), root_.PathOf(name), options);
  }

  absl::StatusOr<std::unique_ptr<WritableFile>> OpenForAppend(std::string_view name) override {
    ASSIGN_OR_RETURN(OpenedFile file, OpenRegularFile(root_, name, O_WRONLY));
    return PosixWritableFile::Make(std::move(file), root_.PathOf(name), CreateOptions{});
  }

  absl::StatusOr<std::unique_ptr<BlockFile>> CreateBlockFile(
      std::string_view name, const BlockFileOptions& options) override {
    ASSIGN_OR_RETURN(OpenedFile file,
                     OpenRegularFile(root_, name, O_WRONLY | O_CREAT | O_EXCL, kFileMode));
    return PosixBlockFile::Make(std::move(file), root_.PathOf(name), options);
  }

  absl::StatusOr<std::unique_ptr<BlockFile>> OpenBlockFile(
      std::string_view name, const BlockFileOptions& options) override {
    ASSIGN_OR_RETURN(OpenedFile file, OpenRegularFile(root_, name, O_WRONLY));
    return PosixBlockFile::Make(std::move(file), root_.PathOf(name), options);
  }

  absl::StatusOr<std::shared_ptr<ReadableFile>> OpenForRead(std::string_view name) override {
    ASSIGN_OR_RETURN(OpenedFile file, OpenRegularFile(root_, name, O_RDONLY));
    return std::make_shared<PosixReadableFile>(std::move(file), root_.PathOf(name), map_);
  }

  absl::Status CreateDirectory(std::string_view name) override {
    ASSIGN_OR_RETURN(const PosixParent parent, PosixParent::Resolve(root_, name));
    if (mkdirat(parent.fd(), parent.leaf(), kDirectoryMode) == 0) return absl::OkStatus();
    return ErrnoStatus(errno, "create directory", root_.PathOf(name));
  }

  absl::Status Rename(std::string_view from, std::string_view to) override {
    ASSIGN_OR_RETURN(const PosixParent source, PosixParent::Resolve(root_, from));
    ASSIGN_OR_RETURN(const PosixParent target, PosixParent::Resolve(root_, to));
    if (renameat(source.fd(), source.leaf(), target.fd(), target.leaf()) == 0) {
      return absl::OkStatus();
    }
    return ErrnoStatus(errno, base::StrCat("rename ", root_.PathOf(from), " to"), root_.PathOf(to));
  }

  absl::Status Unlink(std::string_view name) override {
    ASSIGN_OR_RETURN(const PosixParent parent, PosixParent::Resolve(root_, name));
    if (unlinkat(parent.fd(), parent.leaf(), 0) == 0) return absl::OkStatus();
    return ErrnoStatus(errno, "unlink", root_.PathOf(name));
  }

  absl::Status SyncDirectory(std::string_view name) override {
    if (name.empty()) return SyncOpenDirectory(root_.fd.get(), root_.path);
    ASSIGN_OR_RETURN(const UniqueFd fd, OpenDirectory(root_, name));
    return SyncOpenDirectory(fd.get(), root_.PathOf(name));
  }

  absl::StatusOr<std::vector<DirectoryEntry>> List(std::string_view name) override;

  absl::StatusOr<std::unique_ptr<FileLock>> Lock(std::string_view name) override {
    ASSIGN_OR_RETURN(OpenedFile file, OpenRegularFile(root_, name, O_RDWR));
    return LockWholeFile(std::move(file.fd), root_.PathOf(name));
  }

  absl::StatusOr<std::unique_ptr<FileLock>> LockByteShared(std::string_view name,
                                                           uint64_t position) override {
    ASSIGN_OR_RETURN(OpenedFile file, OpenRegularFile(root_, name, O_RDONLY));
    return LockOneByteShared(std::move(file.fd), root_.PathOf(name), position);
  }

  absl::StatusOr<std::vector<uint64_t>> LockedBytes(std::string_view name, uint64_t first,
                                                    uint64_t last) override {
    ASSIGN_OR_RETURN(const OpenedFile file, OpenRegularFile(root_, name, O_RDWR));
    return FindLockedBytes(file.fd.get(), root_.PathOf(name), first, last);
  }

  std::string Describe() const override { return root_.path; }

 private:
  const PosixRoot root_;
  const bool map_;
};

absl::StatusOr<std::vector<DirectoryEntry>> PosixFileSystem::List(std::string_view name) {
  ASSIGN_OR_RETURN(UniqueFd fd, OpenDirectory(root_, name));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(fd.get()), closedir);
  if (stream == nullptr) return ErrnoStatus(errno, "list", root_.PathOf(name));
  const int directory = fd.release();  // The stream closes it from here on.
  std::vector<DirectoryEntry> entries;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(stream.get());
    if (entry == nullptr) break;
    std::string leaf(entry->d_name);
    if (leaf != "." && leaf != "..") {
      entries.push_back({std::move(leaf), TypeOf(directory, *entry)});
    }
  }
  if (errno != 0) return ErrnoStatus(errno, "list", root_.PathOf(name));
  return entries;
}

absl::StatusOr<UniqueFd> OpenOutside(const std::string& path) {
  const int fd =
      RetryInterrupted([&] { return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd < 0) return ErrnoStatus(errno, "open directory", path);
  return UniqueFd(fd);
}

std::string ParentOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status CreateRoot(const std::string& path) {
  if (mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return ErrnoStatus(errno, "create directory", path);
  }
  ASSIGN_OR_RETURN(const UniqueFd parent, OpenOutside(ParentOf(path)));
  return SyncOpenDirectory(parent.get(), ParentOf(path));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileSystem>> OpenPosixFileSystem(std::string_view path,
                                                                const PosixOptions& options) {
  if (path.empty() || path.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError("the path of a store must not be empty nor hold a NUL");
  }
  std::string root(path);
  while (root.size() > 1 && root.back() == '/') root.pop_back();
  absl::StatusOr<UniqueFd> fd = OpenOutside(root);
  if (absl::IsNotFound(fd.status()) && options.create) {
    RETURN_IF_ERROR(CreateRoot(root));
    fd = OpenOutside(root);
  }
  RETURN_IF_ERROR(fd.status());
  return std::make_unique<PosixFileSystem>(PosixRoot{*std::move(fd), std::move(root)}, options.map);
}

}  // namespace ashlar::io
