// From one log file to the next. See commit_log.h.
#include "src/log/commit_log.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::log {
namespace {

constexpr size_t kMaxSpares = 2;

}  // namespace

absl::StatusOr<std::unique_ptr<CommitLog>> CommitLog::Create(std::shared_ptr<io::FileSystem> files,
                                                             uint64_t number,
                                                             const CommitLogOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<CommitLog> log, Prepare(std::move(files), number, options));
  RETURN_IF_ERROR(log->EnsureBegun());
  return log;
}

absl::StatusOr<std::unique_ptr<CommitLog>> CommitLog::Prepare(std::shared_ptr<io::FileSystem> files,
                                                              uint64_t number,
                                                              const CommitLogOptions& options,
                                                              KeptRecords repeated) {
  ASHLAR_CHECK(files != nullptr);
  if (number == 0 || number > io::kMaxFileNumber || options.previous.number >= number) {
    return absl::InvalidArgumentError(base::StrCat("no number for a new commit log: ", number));
  }
  std::unique_ptr<CommitLog> log(new CommitLog(std::move(files), options, std::move(repeated)));
  log->next_number_ = number;
  return log;
}

absl::Status CommitLog::EnsureBegun() {
  RETURN_IF_ERROR(poison_);
  if (writer_ != nullptr && to_repeat_.empty()) return absl::OkStatus();
  absl::Status begun = writer_ != nullptr ? absl::OkStatus() : Begin();
  if (begun.ok()) begun = Repeat();
  return begun.ok() ? begun : Fail(begun);
}

// In groups that the processor's cache holds: to touch fresh memory costs more than another write.
// After a want of space it goes on where it was.
absl::Status CommitLog::Repeat() {
  constexpr uint64_t kMostBytes = uint64_t{1} << 20;
  const std::span<const LogRecord> records = to_repeat_.records();
  while (repeated_ < records.size()) {
    size_t end = repeated_;
    for (uint64_t bytes = 0; end < records.size() && bytes < kMostBytes; ++end) {
      bytes += records[end].body.size();
    }
    RETURN_IF_ERROR(writer_->AppendGroup(records.subspan(repeated_, end - repeated_)));
    repeated_ = end;
  }
  if (!records.empty()) RETURN_IF_ERROR(writer_->Sync());
  to_repeat_ = {};
  bytes_written_ = writer_->written_bytes();
  return absl::OkStatus();
}

absl::Status CommitLog::Begin() {
  ASHLAR_CHECK(writer_ == nullptr);
  // An attempt that failed may have left a file of this number, without a valid header.
  const uint64_t number = next_number_++;
  ASSIGN_OR_RETURN(writer_, MakeNext(number, options_.previous));
  bytes_written_ = writer_->written_bytes();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<LogWriter>> CommitLog::MakeNext(uint64_t number,
                                                               const LogSeal& previous) {
  const LogWriterOptions options = {
      .file_bytes = options_.file_bytes, .direct = options_.direct, .previous = previous};
  const uint64_t spare = TakeSpare();
  auto made = spare != 0 ? LogWriter::Recycle(*files_, spare, number, options)
                         : LogWriter::Create(*files_, number, options);
  if (made.ok() && options_.begun != nullptr) {
    absl::Status noted = options_.begun(number);
    // The log before may get more groups, which this one's header would cut off.
    if (absl::IsResourceExhausted(noted)) noted = (*made)->TakeBackHeader(noted);
    if (!noted.ok()) made = noted;
  }
  // On a full disk attempts follow each other: none may leave a file.
  if (absl::IsResourceExhausted(made.status())) files_->Unlink(io::LogName(number)).IgnoreError();
  return made;
}

absl::Status CommitLog::Fail(const absl::Status& cause) {
  ASHLAR_CHECK(!cause.ok());
  if (absl::IsResourceExhausted(cause) || absl::IsInvalidArgument(cause)) return cause;
  failed_ = true;
  poison_ = cause;
  return cause;
}

absl::Status CommitLog::Append(std::span<const LogRecord> records, SyncDue sync) {
  RETURN_IF_ERROR(poison_);
  RETURN_IF_ERROR(EnsureBegun());
  const uint64_t before = writer_->written_bytes();
  if (writer_->has_groups() && before + GroupBytes(records) > options_.file_bytes) {
    RETURN_IF_ERROR(Roll());
  }
  const uint64_t begin = writer_->written_bytes();
  const absl::Status appended = writer_->AppendGroup(records, sync);
  if (!appended.ok()) return Fail(appended);
  bytes_written_ += writer_->written_bytes() - begin;
  return absl::OkStatus();
}

absl::Status CommitLog::Sync() {
  RETURN_IF_ERROR(poison_);
  RETURN_IF_ERROR(to_repeat_.empty() ? absl::OkStatus() : EnsureBegun());
  if (writer_ == nullptr) return absl::OkStatus();
  const absl::Status synced = writer_->Sync();
  return synced.ok() ? synced : Fail(synced);
}

absl::Status CommitLog::Roll() {
  RETURN_IF_ERROR(poison_);
  if (writer_ == nullptr || !writer_->has_groups()) return absl::OkStatus();
  RETURN_IF_ERROR(Sync());
  const LogSeal seal = {writer_->number(), writer_->written_bytes()};
  // An attempt that failed may have left a file of this number, without a valid header.
  absl::StatusOr<std::unique_ptr<LogWriter>> next = MakeNext(next_number_++, seal);
  if (!next.ok()) return Fail(next.status());
  // All of it is durable, so closing can lose nothing.
  writer_->Close().IgnoreError();
  writer_ = *std::move(next);
  bytes_written_ += writer_->written_bytes();
  ASHLAR_CHECK(!writer_->has_groups() && writer_->number() > seal.number);
  return absl::OkStatus();
}

absl::StatusOr<LogSeal> CommitLog::Close() {
  RETURN_IF_ERROR(Sync());
  poison_ = absl::FailedPreconditionError("the commit log is closed");
  if (writer_ == nullptr) return LogSeal{};
  RETURN_IF_ERROR(writer_->Close());
  return LogSeal{writer_->number(), writer_->written_bytes()};
}

LogPosition CommitLog::position() const {
  if (writer_ == nullptr) return {next_number_, 0, 0};
  return {writer_->number(), writer_->written_bytes(), writer_->synced_bytes()};
}

bool CommitLog::OfferSpare(uint64_t number) {
  ASHLAR_CHECK(number > 0);
  base::MutexLock lock(spares_mutex_);
  if (spares_.size() >= kMaxSpares) return false;
  ASHLAR_CHECK(std::find(spares_.begin(), spares_.end(), number) == spares_.end());
  spares_.push_back(number);
  return true;
}

uint64_t CommitLog::TakeSpare() {
  base::MutexLock lock(spares_mutex_);
  if (spares_.empty()) return 0;
  const uint64_t number = spares_.front();
  spares_.erase(spares_.begin());
  return number;
}

}  // namespace ashlar::log
