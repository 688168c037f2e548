// Recording every operation that changes a file system.
#include "tests/testing/recording_file_system.h"

#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/mutex.h"
#include "tests/testing/corruption.h"

namespace ashlar::testkit {

// Every change is made under this mutex, so that the log's order is the order in which they took
// effect.
struct RecordingFileSystem::Recorder {
  base::Mutex mutex;
  OpLog log ABSL_GUARDED_BY(mutex);
  std::map<std::string, uint64_t, std::less<>> numbers ABSL_GUARDED_BY(mutex);  // Of live names.
  uint64_t next_number ABSL_GUARDED_BY(mutex) = 1;

  Op& Add(OpKind kind, std::string_view name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Op& op = log.ops.emplace_back();
    op.kind = kind;
    op.name = std::string(name);
    const auto number = numbers.find(name);
    if (number != numbers.end()) op.file = number->second;
    return op;
  }
};

class RecordingFileSystem::RecordedFile : public io::WritableFile {
 public:
  RecordedFile(std::unique_ptr<io::WritableFile> file, std::shared_ptr<Recorder> recorder,
               std::string name, uint64_t number)
      : file_(std::move(file)),
        recorder_(std::move(recorder)),
        name_(std::move(name)),
        number_(number) {}

  absl::Status Append(std::span<const std::byte> bytes) override {
    base::MutexLock lock(recorder_->mutex);
    const uint64_t offset = file_->size();
    RETURN_IF_ERROR(file_->Append(bytes));
    Op& op = Record(OpKind::kAppend);
    op.offset = offset;
    op.bytes = std::string(base::AsStringView(bytes));
    return absl::OkStatus();
  }

  absl::Status Flush() override { return file_->Flush(); }

  absl::Status Sync() override {
    base::MutexLock lock(recorder_->mutex);
    RETURN_IF_ERROR(file_->Sync());
    Record(OpKind::kSync);
    return absl::OkStatus();
  }

  absl::Status Truncate(uint64_t size) override {
    base::MutexLock lock(recorder_->mutex);
    RETURN_IF_ERROR(file_->Truncate(size));
    Record(OpKind::kTruncate).offset = size;
    return absl::OkStatus();
  }

  absl::Status Close() override { return file_->Close(); }
  uint64_t size() const override { return file_->size(); }

 private:
  // The file's own number: its name may be another file's by now.
  Op& Record(OpKind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(recorder_->mutex) {
    Op& op = recorder_->Add(kind, name_);
    op.file = number_;
    return op;
  }

  const std::unique_ptr<io::WritableFile> file_;
  const std::shared_ptr<Recorder> recorder_;
  const std::string name_;
  const uint64_t number_;
};

class RecordingFileSystem::RecordedBlockFile : public io::BlockFile {
 public:
  RecordedBlockFile(std::unique_ptr<io::BlockFile> file, std::shared_ptr<Recorder> recorder,
                    std::string name, uint64_t number)
      : file_(std::move(file)),
        recorder_(std::move(recorder)),
        name_(std::move(name)),
        number_(number) {}

  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    base::MutexLock lock(recorder_->mutex);
    RETURN_IF_ERROR(file_->WriteAt(offset, bytes));
    Op& op = Record(OpKind::kWriteBlocks);
    op.offset = offset;
    op.bytes = std::string(base::AsStringView(bytes));
    return absl::OkStatus();
  }

  void ExpectSync(bool soon) override { file_->ExpectSync(soon); }

  absl::Status Sync() override {
    base::MutexLock lock(recorder_->mutex);
    RETURN_IF_ERROR(file_->Sync());
    Record(OpKind::kSync);
    return absl::OkStatus();
  }

  absl::Status Close() override { return file_->Close(); }
  uint64_t size() const override { return file_->size(); }

  void RecordGrowth() ABSL_EXCLUSIVE_LOCKS_REQUIRED(recorder_->mutex) {
    if (file_->size() > 0) Record(OpKind::kGrow).offset = file_->size();
  }

 private:
  Op& Record(OpKind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(recorder_->mutex) {
    Op& op = recorder_->Add(kind, name_);
    op.file = number_;
    return op;
  }

  const std::unique_ptr<io::BlockFile> file_;
  const std::shared_ptr<Recorder> recorder_;
  const std::string name_;
  const uint64_t number_;
};

RecordingFileSystem::RecordingFileSystem(std::unique_ptr<io::MemoryFileSystem> base)
    : base_(std::move(base)), recorder_(std::make_shared<Recorder>()) {
  base::MutexLock lock(recorder_->mutex);
  absl::StatusOr<FileTree> tree = ReadTree(*base_);
  ASHLAR_CHECK_OK(tree.status());
  recorder_->log.initial = *std::move(tree);
  for (const auto& [name, content] : recorder_->log.initial.files) {
    recorder_->log.file_numbers[name] = recorder_->next_number;
    recorder_->numbers[name] = recorder_->next_number++;
  }
}

RecordingFileSystem::RecordingFileSystem(std::unique_ptr<io::MemoryFileSystem> base,
                                         std::shared_ptr<Recorder> recorder)
    : base_(std::move(base)), recorder_(std::move(recorder)) {}

RecordingFileSystem::~RecordingFileSystem() = default;

std::unique_ptr<RecordingFileSystem> RecordingFileSystem::NewHandle() const {
  return std::unique_ptr<RecordingFileSystem>(
      new RecordingFileSystem(base_->NewHandle(), recorder_));
}

void RecordingFileSystem::Mark(std::string text) {
  base::MutexLock lock(recorder_->mutex);
  recorder_->log.marks.push_back({recorder_->log.ops.size(), std::move(text)});
}

OpLog RecordingFileSystem::log() const {
  base::MutexLock lock(recorder_->mutex);
  return recorder_->log;
}

size_t RecordingFileSystem::op_count() const {
  base::MutexLock lock(recorder_->mutex);
  return recorder_->log.ops.size();
}

absl::StatusOr<std::unique_ptr<io::WritableFile>> RecordingFileSystem::Create(
    std::string_view name, const io::CreateOptions& options) {
  base::MutexLock lock(recorder_->mutex);
  ASSIGN_OR_RETURN(std::unique_ptr<io::WritableFile> file, base_->Create(name, options));
  const uint64_t number = recorder_->next_number++;
  recorder_->numbers[std::string(name)] = number;
  recorder_->Add(OpKind::kCreate, name);
  return std::make_unique<RecordedFile>(std::move(file), recorder_, std::string(name), number);
}

absl::StatusOr<std::unique_ptr<io::WritableFile>> RecordingFileSystem::OpenForAppend(
    std::string_view name) {
  base::MutexLock lock(recorder_->mutex);
  ASSIGN_OR_RETURN(std::unique_ptr<io::WritableFile> file, base_->OpenForAppend(name));
  const auto number = recorder_->numbers.find(name);
  ASHLAR_CHECK(number != recorder_->numbers.end());
  return std::make_unique<RecordedFile>(std::move(file), recorder_, std::string(name),
                                        number->second);
}

absl::StatusOr<std::unique_ptr<io::BlockFile>> RecordingFileSystem::CreateBlockFile(
    std::string_view name, const io::BlockFileOptions& options) {
  base::MutexLock lock(recorder_->mutex);
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file, base_->CreateBlockFile(name, options));
  const uint64_t number = recorder_->next_number++;
  recorder_->numbers[std::string(name)] = number;
  recorder_->Add(OpKind::kCreate, name);
  auto recorded =
      std::make_unique<RecordedBlockFile>(std::move(file), recorder_, std::string(name), number);
  recorded->RecordGrowth();
  return recorded;
}

absl::StatusOr<std::unique_ptr<io::BlockFile>> RecordingFileSystem::OpenBlockFile(
    std::string_view name, const io::BlockFileOptions& options) {
  base::MutexLock lock(recorder_->mutex);
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file, base_->OpenBlockFile(name, options));
  const auto number = recorder_->numbers.find(name);
  ASHLAR_CHECK(number != recorder_->numbers.end());
  auto recorded = std::make_unique<RecordedBlockFile>(std::move(file), recorder_, std::string(name),
                                                      number->second);
  recorded->RecordGrowth();
  return recorded;
}

absl::StatusOr<std::shared_ptr<io::ReadableFile>> RecordingFileSystem::OpenForRead(
    std::string_view name) {
  return base_->OpenForRead(name);
}

absl::Status RecordingFileSystem::CreateDirectory(std::string_view name) {
  base::MutexLock lock(recorder_->mutex);
  RETURN_IF_ERROR(base_->CreateDirectory(name));
  recorder_->Add(OpKind::kMakeDirectory, name);
  return absl::OkStatus();
}

absl::Status RecordingFileSystem::Rename(std::string_view from, std::string_view to) {
  base::MutexLock lock(recorder_->mutex);
  RETURN_IF_ERROR(base_->Rename(from, to));
  Op& op = recorder_->Add(OpKind::kRename, from);
  op.target = std::string(to);
  recorder_->numbers.erase(op.name);
  recorder_->numbers[op.target] = op.file;
  return absl::OkStatus();
}

absl::Status RecordingFileSystem::Unlink(std::string_view name) {
  base::MutexLock lock(recorder_->mutex);
  RETURN_IF_ERROR(base_->Unlink(name));
  const Op& op = recorder_->Add(OpKind::kUnlink, name);
  recorder_->numbers.erase(op.name);
  return absl::OkStatus();
}

absl::Status RecordingFileSystem::SyncDirectory(std::string_view name) {
  base::MutexLock lock(recorder_->mutex);
  RETURN_IF_ERROR(base_->SyncDirectory(name));
  recorder_->Add(OpKind::kSyncDirectory, name);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<io::DirectoryEntry>> RecordingFileSystem::List(std::string_view name) {
  return base_->List(name);
}

absl::StatusOr<std::unique_ptr<io::FileLock>> RecordingFileSystem::Lock(std::string_view name) {
  return base_->Lock(name);
}

absl::StatusOr<std::unique_ptr<io::FileLock>> RecordingFileSystem::LockByteShared(
    std::string_view name, uint64_t position) {
  return base_->LockByteShared(name, position);
}

absl::StatusOr<std::vector<uint64_t>> RecordingFileSystem::LockedBytes(std::string_view name,
                                                                       uint64_t first,
                                                                       uint64_t last) {
  return base_->LockedBytes(name, first, last);
}

std::string RecordingFileSystem::Describe() const { return base_->Describe(); }

}  // namespace ashlar::testkit
