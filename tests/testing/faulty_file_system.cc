// A file system whose calls fail when the injector says so.
#include "tests/testing/faulty_file_system.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "tests/testing/faulty_files.h"

namespace ashlar::testkit {

FaultyFileSystem::FaultyFileSystem(std::unique_ptr<io::FileSystem> base,
                                   std::shared_ptr<FaultInjector> injector)
    : base_(std::move(base)), injector_(std::move(injector)) {}

absl::Status FaultyFileSystem::Check(CallSet call, std::string_view name) {
  const std::optional<Fault> fault = injector_->OnCall(call, name);
  return fault.has_value() ? fault->status : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<io::WritableFile>> FaultyFileSystem::Create(
    std::string_view name, const io::CreateOptions& options) {
  RETURN_IF_ERROR(Check(kCreateCall, name));
  ASSIGN_OR_RETURN(std::unique_ptr<io::WritableFile> file, base_->Create(name, options));
  return MakeFaultyWritable(std::move(file), injector_, std::string(name));
}

absl::StatusOr<std::unique_ptr<io::WritableFile>> FaultyFileSystem::OpenForAppend(
    std::string_view name) {
  RETURN_IF_ERROR(Check(kOpenForAppendCall, name));
  ASSIGN_OR_RETURN(std::unique_ptr<io::WritableFile> file, base_->OpenForAppend(name));
  return MakeFaultyWritable(std::move(file), injector_, std::string(name));
}

absl::StatusOr<std::unique_ptr<io::BlockFile>> FaultyFileSystem::CreateBlockFile(
    std::string_view name, const io::BlockFileOptions& options) {
  RETURN_IF_ERROR(Check(kCreateCall, name));
  io::BlockFileOptions allowed = options;
  // All or nothing, as the contract has it.
  const uint64_t taken = injector_->TakeBytes(options.size);
  if (taken < options.size) {
    injector_->GiveBackBytes(taken);
    allowed.size = 0;
  }
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file, base_->CreateBlockFile(name, allowed));
  return MakeFaultyBlockFile(*base_, std::move(file), injector_, std::string(name));
}

absl::StatusOr<std::unique_ptr<io::BlockFile>> FaultyFileSystem::OpenBlockFile(
    std::string_view name, const io::BlockFileOptions& options) {
  RETURN_IF_ERROR(Check(kOpenForAppendCall, name));
  ASSIGN_OR_RETURN(const std::shared_ptr<io::ReadableFile> before, base_->OpenForRead(name));
  io::BlockFileOptions allowed = options;
  const uint64_t wanted = options.size - std::min(options.size, before->size());
  const uint64_t taken = injector_->TakeBytes(wanted);
  if (taken < wanted) {
    injector_->GiveBackBytes(taken);
    allowed.size = 0;
  }
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file, base_->OpenBlockFile(name, allowed));
  return MakeFaultyBlockFile(*base_, std::move(file), injector_, std::string(name));
}

absl::StatusOr<std::shared_ptr<io::ReadableFile>> FaultyFileSystem::OpenForRead(
    std::string_view name) {
  RETURN_IF_ERROR(Check(kOpenForReadCall, name));
  ASSIGN_OR_RETURN(std::shared_ptr<io::ReadableFile> file, base_->OpenForRead(name));
  return MakeFaultyReadable(std::move(file), injector_, std::string(name));
}

absl::Status FaultyFileSystem::CreateDirectory(std::string_view name) {
  RETURN_IF_ERROR(Check(kCreateDirectoryCall, name));
  return base_->CreateDirectory(name);
}

absl::Status FaultyFileSystem::Rename(std::string_view from, std::string_view to) {
  RETURN_IF_ERROR(Check(kRenameCall, from));
  return base_->Rename(from, to);
}

absl::Status FaultyFileSystem::Unlink(std::string_view name) {
  RETURN_IF_ERROR(Check(kUnlinkCall, name));
  const auto file = base_->OpenForRead(name);
  RETURN_IF_ERROR(base_->Unlink(name));
  if (file.ok()) injector_->GiveBackBytes((*file)->size());  // as if nobody held it open
  return absl::OkStatus();
}

absl::Status FaultyFileSystem::SyncDirectory(std::string_view name) {
  RETURN_IF_ERROR(Check(kSyncDirectoryCall, name));
  return base_->SyncDirectory(name);
}

absl::StatusOr<std::vector<io::DirectoryEntry>> FaultyFileSystem::List(std::string_view name) {
  RETURN_IF_ERROR(Check(kListCall, name));
  return base_->List(name);
}

absl::StatusOr<std::unique_ptr<io::FileLock>> FaultyFileSystem::Lock(std::string_view name) {
  RETURN_IF_ERROR(Check(kLockCall, name));
  return base_->Lock(name);
}

absl::StatusOr<std::unique_ptr<io::FileLock>> FaultyFileSystem::LockByteShared(
    std::string_view name, uint64_t position) {
  RETURN_IF_ERROR(Check(kLockCall, name));
  return base_->LockByteShared(name, position);
}

absl::StatusOr<std::vector<uint64_t>> FaultyFileSystem::LockedBytes(std::string_view name,
                                                                    uint64_t first, uint64_t last) {
  RETURN_IF_ERROR(Check(kLockCall, name));
  return base_->LockedBytes(name, first, last);
}

}  // namespace ashlar::testkit
