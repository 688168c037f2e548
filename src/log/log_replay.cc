// Reading log behind log. See log_replay.h.
#include "src/log/log_replay.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::log {
namespace {

// Nothing where the log has no valid header of its own: it was never begun, or the reader will find
// out what became of it.
absl::StatusOr<std::optional<FileHeader>> ReadOwnHeader(io::FileSystem& files, uint64_t number) {
  const std::string name = io::LogName(number);
  ASSIGN_OR_RETURN(const std::shared_ptr<io::ReadableFile> file, files.OpenForRead(name));
  std::string block(std::min<uint64_t>(file->size(), format::header::kSize), '\0');
  RETURN_IF_ERROR(file->Read(0, std::as_writable_bytes(std::span<char>(block))));
  const absl::StatusOr<FileHeader> header = DecodeFileHeader(base::AsBytes(block), name);
  if (absl::IsDataLoss(header.status())) return std::nullopt;
  RETURN_IF_ERROR(header.status());
  if (header->number != number) return std::nullopt;
  return *header;
}

// The numbers of all logs, ascending.
absl::StatusOr<std::vector<uint64_t>> ListNumbers(io::FileSystem& files) {
  std::vector<uint64_t> numbers;
  const auto entries = files.List(io::kLogDirectory);
  // Copies of a store that was closed may lack the empty directory.
  if (absl::IsNotFound(entries.status())) return numbers;
  RETURN_IF_ERROR(entries.status());
  for (const io::DirectoryEntry& entry : *entries) {
    const auto parsed = io::ParseFileName(base::StrCat(io::kLogDirectory, "/", entry.name));
    if (parsed.has_value() && parsed->kind == io::FileKind::kLog) numbers.push_back(parsed->number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

void ExpectLog(io::FileSystem& files, uint64_t number) {
  const auto file = files.OpenForRead(io::LogName(number));
  if (file.ok()) (*file)->Expect();  // who reads it will see what is wrong
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogReplay>> LogReplay::Open(io::FileSystem& files,
                                                           const ReplayOptions& options) {
  std::unique_ptr<LogReplay> replay(new LogReplay(files, options));
  RETURN_IF_ERROR(replay->ListLogs());
  return replay;
}

absl::Status LogReplay::ListLogs() {
  ASSIGN_OR_RETURN(const std::vector<uint64_t> all, ListNumbers(files_));
  if (!all.empty()) highest_number_ = std::max(highest_number_, all.back());
  const std::span<const uint64_t> listed(std::ranges::lower_bound(all, options_.oldest_log),
                                         all.end());
  std::vector<uint64_t> numbers;
  for (const uint64_t number : listed) {
    ASSIGN_OR_RETURN(const std::optional<FileHeader> header, ReadOwnHeader(files_, number));
    if (header.has_value()) RETURN_IF_ERROR(NoteSeal(header->previous, number));
    // A live log without a header is not begun, and the one before it may still get groups.
    if (header.has_value() || options_.tail == LogTail::kEnded) numbers.push_back(number);
  }
  numbers_ = std::move(numbers);
  return CheckNothingIsMissing();
}

absl::Status LogReplay::NoteSeal(const LogSeal& seal, uint64_t by) {
  if (seal.number < std::max<uint64_t>(options_.oldest_log, 1)) return absl::OkStatus();
  const auto [known, added] = seals_.try_emplace(seal.number, seal.bytes);
  if (added || known->second == seal.bytes) return absl::OkStatus();
  return absl::DataLossError(base::StrCat(io::LogName(by), ": says that log ", seal.number, " has ",
                                          seal.bytes, " bytes, not ", known->second, ", at offset ",
                                          format::header::kPreviousBytes.offset));
}

absl::Status LogReplay::CheckNothingIsMissing() const {
  if (options_.despite_missing) return absl::OkStatus();
  for (const auto* const known : {&seals_, &options_.durable}) {
    for (const auto& [number, bytes] : *known) {
      if (bytes == 0 || number < options_.oldest_log) continue;
      if (std::ranges::binary_search(numbers_, number)) continue;
      const std::string why = base::StrCat(io::LogName(number), ": the commit log is missing, ",
                                           bytes, " bytes of it are needed");
      // Beside a live writer it may have been recycled since the manifest was read.
      if (options_.tail == LogTail::kLive) return absl::NotFoundError(why);
      return absl::DataLossError(why);
    }
  }
  return absl::OkStatus();
}

std::optional<uint64_t> LogReplay::SealOf(uint64_t number) const {
  const auto seal = seals_.find(number);
  if (seal == seals_.end()) return std::nullopt;
  return seal->second;
}

absl::StatusOr<bool> LogReplay::OpenNext() {
  const uint64_t after = done_.empty() ? 0 : done_.back().number;
  const auto next = std::upper_bound(numbers_.begin(), numbers_.end(), after);
  if (next == numbers_.end()) return false;
  const auto durable = options_.durable.find(*next);
  ASSIGN_OR_RETURN(
      reader_,
      LogReader::Open(files_, *next,
                      {.tail = options_.tail,
                       .sealed_bytes = SealOf(*next),
                       .durable_bytes = durable == options_.durable.end() ? 0 : durable->second}));
  if (next + 1 != numbers_.end()) ExpectLog(files_, *(next + 1));
  return true;
}

void LogReplay::FinishLog() {
  const uint64_t number = reader_->number();
  const bool sealed = SealOf(number) == reader_->valid_bytes();
  done_.push_back(
      {number, reader_->valid_bytes(), reader_->promised_bytes(), sealed, reader_->end_reason()});
}

absl::StatusOr<bool> LogReplay::Next(ReplayedRecord* record) {
  while (!ended_) {
    if (reader_ == nullptr) {
      ASSIGN_OR_RETURN(const bool opened, OpenNext());
      ended_ = !opened;
      continue;
    }
    ASSIGN_OR_RETURN(const bool more, reader_->Next(&record->entry));
    if (!more) {
      FinishLog();
      // The last one stays open: a live log may go on.
      ended_ = reader_->number() == numbers_.back();
      if (!ended_) reader_ = nullptr;
      continue;
    }
    if (record->entry.record.sequence <= last_sequence_) continue;
    last_sequence_ = record->entry.record.sequence;
    record->log_number = reader_->number();
    record->promised_bytes = reader_->promised_bytes();
    return true;
  }
  return false;
}

absl::Status LogReplay::Resume() {
  ASHLAR_CHECK(options_.tail == LogTail::kLive);
  ASHLAR_CHECK(ended_);
  RETURN_IF_ERROR(ListLogs());
  ended_ = false;
  if (reader_ == nullptr) return absl::OkStatus();
  ASHLAR_CHECK(!done_.empty() && done_.back().number == reader_->number());
  done_.pop_back();
  return reader_->Resume(SealOf(reader_->number()));
}

}  // namespace ashlar::log
