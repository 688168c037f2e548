// Names, directories and locks of the in-memory tree. See memory_file_system.h.
#include "src/io/memory_file_system.h"

#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/mutex.h"
#include "src/base/strings.h"
#include "src/io/memory_file.h"
#include "src/io/memory_handles.h"
#include "src/io/path_rules.h"

namespace ashlar::io {

// Names to files; a directory is an entry without a file.
class MemoryFileSystem::Tree {
 public:
  using FilePtr = std::shared_ptr<MemoryFile>;

  absl::StatusOr<FilePtr> Add(std::string_view name, bool reuse);
  absl::StatusOr<FilePtr> Find(std::string_view name) const;
  absl::Status AddDirectory(std::string_view name);
  absl::Status Rename(std::string_view from, std::string_view to);
  absl::Status Remove(std::string_view name);
  absl::StatusOr<std::vector<DirectoryEntry>> List(std::string_view name) const;

 private:
  using Entries = std::map<std::string, FilePtr, std::less<>>;

  absl::Status CheckParent(std::string_view name) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<FilePtr> FindLocked(std::string_view name) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable base::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
};

namespace {

absl::Status NoEntry(std::string_view name) {
  return absl::NotFoundError(base::StrCat("memory/", name, ": no such file or directory"));
}

absl::Status Taken(std::string_view name) {
  return absl::AlreadyExistsError(base::StrCat("memory/", name, ": exists"));
}

absl::Status WrongKind(std::string_view name, std::string_view why) {
  return absl::FailedPreconditionError(base::StrCat("memory/", name, ": ", why));
}

}  // namespace

absl::Status MemoryFileSystem::Tree::CheckParent(std::string_view name) const {
  RETURN_IF_ERROR(CheckName(name));
  const SplitName split = SplitCheckedName(name);
  if (split.directory.empty()) return absl::OkStatus();
  const auto parent = entries_.find(split.directory);
  if (parent == entries_.end()) return NoEntry(split.directory);
  if (parent->second != nullptr) return WrongKind(split.directory, "not a directory");
  return absl::OkStatus();
}

absl::StatusOr<MemoryFileSystem::Tree::FilePtr> MemoryFileSystem::Tree::Add(std::string_view name,
                                                                            bool reuse) {
  base::MutexLock lock(mutex_);
  RETURN_IF_ERROR(CheckParent(name));
  const auto [entry, added] = entries_.try_emplace(std::string(name));
  if (added) {
    entry->second = std::make_shared<MemoryFile>();
  } else if (!reuse || entry->second == nullptr) {
    return Taken(name);
  }
  return entry->second;
}

absl::StatusOr<MemoryFileSystem::Tree::FilePtr> MemoryFileSystem::Tree::FindLocked(
    std::string_view name) const {
  RETURN_IF_ERROR(CheckParent(name));
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return NoEntry(name);
  if (entry->second == nullptr) return WrongKind(name, "is a directory");
  return entry->second;
}

absl::StatusOr<MemoryFileSystem::Tree::FilePtr> MemoryFileSystem::Tree::Find(
    std::string_view name) const {
  base::MutexLock lock(mutex_);
  return FindLocked(name);
}

absl::Status MemoryFileSystem::Tree::AddDirectory(std::string_view name) {
  base::MutexLock lock(mutex_);
  RETURN_IF_ERROR(CheckParent(name));
  return entries_.try_emplace(std::string(name)).second ? absl::OkStatus() : Taken(name);
}

absl::Status MemoryFileSystem::Tree::Rename(std::string_view from, std::string_view to) {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const FilePtr file, FindLocked(from));
  RETURN_IF_ERROR(CheckParent(to));
  const auto target = entries_.find(to);
  if (target != entries_.end() && target->second == nullptr) {
    return WrongKind(to, "is a directory");
  }
  entries_.erase(entries_.find(from));
  entries_[std::string(to)] = file;
  return absl::OkStatus();
}

absl::Status MemoryFileSystem::Tree::Remove(std::string_view name) {
  base::MutexLock lock(mutex_);
  RETURN_IF_ERROR(FindLocked(name).status());
  ASHLAR_CHECK(entries_.erase(std::string(name)) == 1);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DirectoryEntry>> MemoryFileSystem::Tree::List(
    std::string_view name) const {
  base::MutexLock lock(mutex_);
  RETURN_IF_ERROR(CheckDirectoryName(name));
  if (!name.empty()) {
    RETURN_IF_ERROR(CheckParent(name));
    const auto entry = entries_.find(name);
    if (entry == entries_.end()) return NoEntry(name);
    if (entry->second != nullptr) return WrongKind(name, "not a directory");
  }
  std::vector<DirectoryEntry> entries;
  for (const auto& [path, file] : entries_) {
    SplitName split = SplitCheckedName(path);
    if (split.directory != name) continue;
    entries.push_back(
        {std::move(split.leaf), file == nullptr ? EntryType::kDirectory : EntryType::kFile});
  }
  return entries;
}

MemoryFileSystem::MemoryFileSystem() : MemoryFileSystem(std::make_shared<Tree>()) {}
MemoryFileSystem::MemoryFileSystem(std::shared_ptr<Tree> tree) : tree_(std::move(tree)) {}
MemoryFileSystem::~MemoryFileSystem() = default;

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::NewHandle() const {
  return std::unique_ptr<MemoryFileSystem>(new MemoryFileSystem(tree_));
}

absl::Status MemoryFileSystem::ReplaceFile(std::string_view name,
                                           std::span<const std::byte> bytes) {
  ASSIGN_OR_RETURN(const std::shared_ptr<MemoryFile> file, tree_->Add(name, /*reuse=*/true));
  return file->Replace(bytes);
}

absl::StatusOr<std::unique_ptr<WritableFile>> MemoryFileSystem::Create(std::string_view name,
                                                                       const CreateOptions&) {
  ASSIGN_OR_RETURN(std::shared_ptr<MemoryFile> file, tree_->Add(name, /*reuse=*/false));
  return MakeMemoryWritable(std::move(file), std::string(name));
}

absl::StatusOr<std::unique_ptr<WritableFile>> MemoryFileSystem::OpenForAppend(
    std::string_view name) {
  ASSIGN_OR_RETURN(std::shared_ptr<MemoryFile> file, tree_->Find(name));
  return MakeMemoryWritable(std::move(file), std::string(name));
}

absl::StatusOr<std::unique_ptr<BlockFile>> MemoryFileSystem::CreateBlockFile(
    std::string_view name, const BlockFileOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<MemoryFile> file, tree_->Add(name, /*reuse=*/false));
  return MakeMemoryBlockFile(std::move(file), std::string(name), options);
}

absl::StatusOr<std::unique_ptr<BlockFile>> MemoryFileSystem::OpenBlockFile(
    std::string_view name, const BlockFileOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<MemoryFile> file, tree_->Find(name));
  return MakeMemoryBlockFile(std::move(file), std::string(name), options);
}

absl::StatusOr<std::shared_ptr<ReadableFile>> MemoryFileSystem::OpenForRead(std::string_view name) {
  ASSIGN_OR_RETURN(std::shared_ptr<MemoryFile> file, tree_->Find(name));
  return MakeMemoryReadable(std::move(file), std::string(name));
}

absl::Status MemoryFileSystem::CreateDirectory(std::string_view name) {
  return tree_->AddDirectory(name);
}

absl::Status MemoryFileSystem::Rename(std::string_view from, std::string_view to) {
  return tree_->Rename(from, to);
}

absl::Status MemoryFileSystem::Unlink(std::string_view name) { return tree_->Remove(name); }

absl::Status MemoryFileSystem::SyncDirectory(std::string_view name) {
  return tree_->List(name).status();
}

absl::StatusOr<std::vector<DirectoryEntry>> MemoryFileSystem::List(std::string_view name) {
  return tree_->List(name);
}

absl::StatusOr<std::unique_ptr<FileLock>> MemoryFileSystem::Lock(std::string_view name) {
  ASSIGN_OR_RETURN(std::shared_ptr<MemoryFile> file, tree_->Find(name));
  absl::StatusOr<std::unique_ptr<FileLock>> lock = LockMemoryFile(std::move(file));
  if (!lock.ok()) return InMemoryFile(lock.status(), "lock", name);
  return lock;
}

absl::StatusOr<std::unique_ptr<FileLock>> MemoryFileSystem::LockByteShared(std::string_view name,
                                                                           uint64_t position) {
  ASSIGN_OR_RETURN(std::shared_ptr<MemoryFile> file, tree_->Find(name));
  absl::StatusOr<std::unique_ptr<FileLock>> lock = LockMemoryByte(std::move(file), position);
  if (!lock.ok()) return InMemoryFile(lock.status(), "lock", name);
  return lock;
}

absl::StatusOr<std::vector<uint64_t>> MemoryFileSystem::LockedBytes(std::string_view name,
                                                                    uint64_t first, uint64_t last) {
  ASSIGN_OR_RETURN(const std::shared_ptr<MemoryFile> file, tree_->Find(name));
  absl::StatusOr<std::vector<uint64_t>> positions = file->LockedBytes(first, last);
  if (!positions.ok()) return InMemoryFile(positions.status(), "probe the locks of", name);
  return positions;
}

}  // namespace ashlar::io
