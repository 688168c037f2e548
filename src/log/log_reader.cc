// Reading one commit log and judging its end. See log_reader.h.
#include "src/log/log_reader.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::log {
namespace {

// Behind a live tail the file is still being written, so damage further on is the next opening's
// to find.
constexpr uint64_t kLiveSearchBytes = uint64_t{256} << 10;

absl::Status Ends(std::string_view name, uint64_t offset) {
  return absl::DataLossError(base::StrCat(name, ": the file ends at offset ", offset));
}

}  // namespace

LogReader::LogReader(io::FileSystem& files, uint64_t number, const LogReaderOptions& options)
    : files_(files), name_(io::LogName(number)), options_(options) {
  place_.number = number;
}

absl::StatusOr<std::unique_ptr<LogReader>> LogReader::Open(io::FileSystem& files, uint64_t number,
                                                           const LogReaderOptions& options) {
  std::unique_ptr<LogReader> reader(new LogReader(files, number, options));
  RETURN_IF_ERROR(reader->OpenFile());
  return reader;
}

absl::Status LogReader::OpenFile() {
  ASSIGN_OR_RETURN(std::shared_ptr<io::ReadableFile> file, files_.OpenForRead(name_));
  uint64_t written = file->size();  // behind a live tail there will be more than there is
  if (options_.tail == LogTail::kEnded) {
    written = file->WrittenEnd();
    file->Expect();
  }
  window_.emplace(std::move(file), written);
  return absl::OkStatus();
}

absl::Status LogReader::Resume(std::optional<uint64_t> sealed_bytes) {
  ASHLAR_CHECK(records_left_ == 0);
  if (sealed_bytes.has_value()) options_.sealed_bytes = sealed_bytes;
  end_reason_ = absl::OkStatus();
  return OpenFile();
}

absl::StatusOr<bool> LogReader::Next(LogEntry* entry) {
  while (records_left_ == 0) {
    ASSIGN_OR_RETURN(const bool more, Advance());
    if (!more) return false;
  }
  entry->group_offset = group_offset_;
  entry->offset = group_offset_ + position_;
  entry->record = ReadRecord(group_, &position_);
  ASHLAR_CHECK(entry->record.sequence > last_sequence_);
  last_sequence_ = entry->record.sequence;
  --records_left_;
  return true;
}

absl::StatusOr<bool> LogReader::Advance() {
  if (options_.sealed_bytes == place_.offset) {
    end_reason_ = absl::OkStatus();
    return false;
  }
  absl::Status bad;
  RETURN_IF_ERROR(ReadPlace(&bad));
  if (bad.ok()) return true;
  return JudgeEnd(bad);
}

absl::Status LogReader::ReadPlace(absl::Status* bad) {
  ASHLAR_CHECK(records_left_ == 0);
  *bad = absl::OkStatus();
  if (options_.sealed_bytes.has_value() && *options_.sealed_bytes < place_.offset) {
    return absl::DataLossError(base::StrCat(name_, ": sealed at offset ", *options_.sealed_bytes,
                                            ", within what stands before offset ", place_.offset));
  }
  return place_.offset == 0 ? ReadHeader(bad) : ReadGroup(bad);
}

absl::Status LogReader::ReadHeader(absl::Status* bad) {
  const uint64_t there = std::min<uint64_t>(window_->file_bytes(), format::header::kSize);
  ASSIGN_OR_RETURN(const std::span<const std::byte> block, window_->View(0, there));
  const absl::StatusOr<FileHeader> header = DecodeFileHeader(block, name_);
  if (absl::IsDataLoss(header.status())) {
    *bad = header.status();
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(header.status());
  if (header->number != place_.number) {
    *bad = absl::DataLossError(base::StrCat(name_, ": the header bears the number of log ",
                                            header->number, " at offset ",
                                            format::header::kNumber.offset));
    return absl::OkStatus();
  }
  // Of a file that nobody relied on yet, the size may be lost and the header not.
  if (options_.durable_bytes > 0 && header->file_bytes > window_->file_bytes()) {
    return absl::DataLossError(base::StrCat(name_, ": the file of ", header->file_bytes,
                                            " bytes ends at offset ", window_->file_bytes()));
  }
  place_.offset = format::header::kSize;
  place_.previous_crc = header->crc;
  return absl::OkStatus();
}

absl::Status LogReader::ReadGroup(absl::Status* bad) {
  const uint64_t left = window_->file_bytes() - std::min(window_->file_bytes(), place_.offset);
  if (left < format::kBlockBytes) {
    *bad = Ends(name_, window_->file_bytes());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto begin, window_->View(place_.offset, format::group::kSize));
  const absl::StatusOr<GroupHeader> header =
      DecodeGroupHeader(begin, name_, place_.number, place_.offset);
  *bad = header.ok() ? CheckPlace(*header, place_, name_) : header.status();
  if (!bad->ok()) return absl::OkStatus();
  const uint64_t size = header->total_bytes();
  if (options_.sealed_bytes.has_value() && size > *options_.sealed_bytes - place_.offset) {
    return absl::DataLossError(base::StrCat(name_, ": the group at offset ", place_.offset,
                                            " reaches beyond the sealed end of the log"));
  }
  if (size > left) {
    *bad = Ends(name_, window_->file_bytes());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::span<const std::byte> group, window_->View(place_.offset, size));
  PayloadCheck payload = CheckPayload(*header, group, name_);
  if (payload.state == PayloadState::kForged) return payload.status;
  *bad = std::move(payload.status);
  if (!bad->ok()) return absl::OkStatus();
  if (header->first_sequence <= last_sequence_) {
    return absl::DataLossError(
        base::StrCat(name_, ": sequences do not ascend at offset ", place_.offset));
  }
  Enter(*header, group);
  return absl::OkStatus();
}

void LogReader::Enter(const GroupHeader& header, std::span<const std::byte> group) {
  ASHLAR_CHECK(header.records > 0 && group.size() % format::kBlockBytes == 0);
  group_ = group;
  group_offset_ = place_.offset;
  position_ = format::group::kSize;
  records_left_ = header.records;
  place_.offset += group.size();
  place_.index += 1;
  place_.previous_crc = header.crc;
  promised_bytes_ = std::max(promised_bytes_, header.synced_up_to);
}

absl::StatusOr<bool> LogReader::JudgeEnd(const absl::Status& why) {
  bool promised = options_.sealed_bytes.has_value() || place_.offset < options_.durable_bytes;
  if (!promised) {
    ASSIGN_OR_RETURN(promised, IsPromised());
  }
  if (!promised) {
    end_reason_ = why;
    return false;
  }
  // What a live writer had not finished when it was read the first time was finished before the
  // promise was written.
  window_->Forget();
  absl::Status bad;
  RETURN_IF_ERROR(ReadPlace(&bad));
  if (bad.ok()) return true;
  if (options_.tail == LogTail::kLive) {
    ASSIGN_OR_RETURN(const bool recycled, IsRecycled());
    if (recycled) return absl::NotFoundError(base::StrCat(name_, ": recycled for another log"));
  }
  return bad;
}

absl::StatusOr<bool> LogReader::IsPromised() {
  uint64_t end = base::AlignUp(window_->written_bytes(), format::kBlockBytes);
  end = std::min(end, window_->file_bytes());
  if (options_.tail == LogTail::kLive) end = std::min(end, place_.offset + kLiveSearchBytes);
  for (uint64_t at = place_.offset + format::kBlockBytes;
       at < end && end - at >= format::kBlockBytes; at += format::kBlockBytes) {
    ASSIGN_OR_RETURN(const auto bytes, window_->View(at, format::group::kSize));
    const auto magic = bytes.first(format::kGroupMagic.size());
    if (base::AsStringView(magic) != format::kGroupMagic) continue;
    const auto header = DecodeGroupHeader(bytes, name_, place_.number, at);
    if (header.ok() && header->synced_up_to > place_.offset &&
        header->place.index >= place_.index) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<bool> LogReader::IsRecycled() {
  if (window_->file_bytes() < format::header::kSize) return false;
  window_->Forget();
  ASSIGN_OR_RETURN(const auto block, window_->View(0, format::header::kSize));
  const absl::StatusOr<FileHeader> header = DecodeFileHeader(block, name_);
  return header.ok() && header->number != place_.number;
}

}  // namespace ashlar::log
