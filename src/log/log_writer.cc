// Appending groups to one commit log file. See log_writer.h.
#include "src/log/log_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::log {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 40;
constexpr size_t kBufferAlignment = 4096;  // what direct writes take without a copy
constexpr uint64_t kPageBytes = 4096;      // of the page cache
constexpr uint64_t kMinBuffer = uint64_t{64} << 10;
constexpr uint64_t kMaxKeptBuffer = uint64_t{4} << 20;
// Written at once where blocks are fresh: a hundred groups, as long on the device as one of them.
constexpr uint64_t kFreshStep = kMinBuffer;
constexpr uint64_t kLargeGroup = uint64_t{64} << 10;

absl::StatusOr<io::BlockFileOptions> FileOptions(const LogWriterOptions& options) {
  if (options.file_bytes > kMaxFileBytes) {
    return absl::InvalidArgumentError(base::StrCat("commit log files of ", options.file_bytes,
                                                   " bytes, more than ", kMaxFileBytes));
  }
  return io::BlockFileOptions{.size = base::AlignUp(options.file_bytes, format::kBlockBytes),
                              .direct = options.direct};
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogWriter>> LogWriter::Create(io::FileSystem& files, uint64_t number,
                                                             const LogWriterOptions& options) {
  ASSIGN_OR_RETURN(const io::BlockFileOptions file_options, FileOptions(options));
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file,
                   files.CreateBlockFile(io::LogName(number), file_options));
  ASSIGN_OR_RETURN(std::unique_ptr<LogWriter> writer,
                   Begin(files, std::move(file), number, options));
  writer->fresh_from_ = format::header::kSize;
  return writer;
}

absl::StatusOr<std::unique_ptr<LogWriter>> LogWriter::Recycle(io::FileSystem& files,
                                                              uint64_t old_number, uint64_t number,
                                                              const LogWriterOptions& options) {
  ASHLAR_CHECK(old_number < number);
  ASSIGN_OR_RETURN(const io::BlockFileOptions file_options, FileOptions(options));
  const std::string name = io::LogName(number);
  RETURN_IF_ERROR(files.Rename(io::LogName(old_number), name));
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file, files.OpenBlockFile(name, file_options));
  return Begin(files, std::move(file), number, options);
}

absl::StatusOr<std::unique_ptr<LogWriter>> LogWriter::Begin(io::FileSystem& files,
                                                            std::unique_ptr<io::BlockFile> file,
                                                            uint64_t number,
                                                            const LogWriterOptions& options) {
  std::unique_ptr<LogWriter> writer(new LogWriter(io::LogName(number), std::move(file)));
  // The name first: a header that is valid is then in a file that is found.
  RETURN_IF_ERROR(files.SyncDirectory(io::kLogDirectory));
  writer->allocated_bytes_ = writer->file_->size();
  const std::string header = EncodeFileHeader(
      {.number = number, .previous = options.previous, .file_bytes = writer->allocated_bytes_});
  RETURN_IF_ERROR(writer->file_->WriteAt(0, base::AsBytes(header)));
  ASSIGN_OR_RETURN(const FileHeader decoded,
                   DecodeFileHeader(base::AsBytes(header), writer->name_));
  writer->place_ = {number, format::header::kSize, 0, decoded.crc};
  RETURN_IF_ERROR(writer->Sync());
  return writer;
}

absl::Status LogWriter::Fail(const absl::Status& cause) {
  ASHLAR_CHECK(!cause.ok());
  poison_ = absl::IsResourceExhausted(cause) ? absl::InternalError(cause.message()) : cause;
  return poison_;
}

absl::StatusOr<std::span<std::byte>> LogWriter::BorrowBuffer(uint64_t size) {
  const bool too_large = buffer_.size() > kMaxKeptBuffer && size <= kMaxKeptBuffer;
  if (buffer_.size() < size || too_large) {
    buffer_ = io::AlignedBuffer();
    buffer_ = io::AlignedBuffer::Allocate(std::max(size, kMinBuffer), kBufferAlignment);
    if (!buffer_.valid()) {
      return absl::ResourceExhaustedError(base::StrCat("write ", name_, ": no memory for a group"));
    }
  }
  return std::span(buffer_.data(), size);
}

// The first write to a block that is only allocated makes the next sync a matter of the file
// system's journal, too. So a group that comes to fresh blocks takes some more along: the small
// ones behind it find them written. What goes to the page cache fills its last page, which would
// otherwise be read first. What follows a log is zeros in either case.
uint64_t LogWriter::BytesToWrite(uint64_t group, bool cached) const {
  const uint64_t end = place_.offset + group;
  if (cached) {
    const uint64_t page_end = base::AlignUp(end, kPageBytes);
    return page_end <= allocated_bytes_ ? page_end - place_.offset : group;
  }
  const uint64_t target = base::AlignUp(end, kFreshStep);
  const bool few = group <= kFreshStep / 4;
  return few && end > fresh_from_ && target <= allocated_bytes_ ? target - place_.offset : group;
}

absl::Status LogWriter::AppendGroup(std::span<const LogRecord> records, SyncDue sync) {
  RETURN_IF_ERROR(poison_);
  RETURN_IF_ERROR(CheckRecords(records, last_sequence_));
  const uint64_t size = GroupBytes(records);
  if (place_.offset + size > kMaxFileBytes) {
    return absl::InvalidArgumentError(base::StrCat(name_, ": the log is full"));
  }
  // Of a large group a sync costs the same either way, and who opens the store after a kill finds
  // it in memory.
  const bool cached = sync == SyncDue::kSomeTime || size >= kLargeGroup;
  const uint64_t bytes = BytesToWrite(size, cached);
  ASSIGN_OR_RETURN(const std::span<std::byte> group, BorrowBuffer(bytes));
  const uint32_t crc = EncodeGroup(place_, synced_bytes_, records, group.first(size));
  std::ranges::fill(group.subspan(size), std::byte{0});
  file_->ExpectSync(!cached);
  RETURN_IF_ERROR(WriteGroup(group));
  fresh_from_ = std::max(fresh_from_, place_.offset + bytes);
  place_.offset += size;
  place_.index += 1;
  place_.previous_crc = crc;
  allocated_bytes_ = std::max(allocated_bytes_, place_.offset);
  last_sequence_ = records.back().sequence;
  return absl::OkStatus();
}

// Where the file must grow, the header goes last: a group refused for want of space then has none.
absl::Status LogWriter::WriteGroup(std::span<const std::byte> group) {
  const bool grows = place_.offset + group.size() > allocated_bytes_;
  const uint64_t head = grows ? format::kBlockBytes : group.size();
  if (head < group.size()) {
    const absl::Status rest = file_->WriteAt(place_.offset + head, group.subspan(head));
    if (!rest.ok()) return absl::IsResourceExhausted(rest) ? rest : Fail(rest);
  }
  const absl::Status written = file_->WriteAt(place_.offset, group.first(head));
  if (written.ok()) return written;
  if (!absl::IsResourceExhausted(written)) return Fail(written);
  return grows ? written : TakeBack(written);
}

// Some file systems need space even to overwrite. All that is missing may be zeros that stood there
// already, so that the group looks whole: its header goes, durably, before anybody hears "refused".
absl::Status LogWriter::TakeBack(const absl::Status& cause) {
  RETURN_IF_ERROR(EraseBlock(place_.offset));
  synced_bytes_ = place_.offset;
  return cause;
}

absl::Status LogWriter::TakeBackHeader(const absl::Status& cause) {
  ASHLAR_CHECK(!has_groups() && !cause.ok());
  RETURN_IF_ERROR(EraseBlock(0));
  return cause;
}

absl::Status LogWriter::EraseBlock(uint64_t offset) {
  static constexpr std::array<std::byte, format::kBlockBytes> kZeros = {};
  file_->ExpectSync(true);
  const absl::Status erased = file_->WriteAt(offset, kZeros);
  if (!erased.ok()) return Fail(erased);
  const absl::Status synced = file_->Sync();
  return synced.ok() ? synced : Fail(synced);
}

absl::Status LogWriter::Sync() {
  RETURN_IF_ERROR(poison_);
  ASHLAR_CHECK(synced_bytes_ <= place_.offset);
  if (synced_bytes_ == place_.offset) return absl::OkStatus();
  const absl::Status synced = file_->Sync();
  if (!synced.ok()) return Fail(synced);
  synced_bytes_ = place_.offset;
  return absl::OkStatus();
}

absl::Status LogWriter::Close() { return file_->Close(); }

}  // namespace ashlar::log
