// Making records and reading them back. See log_testing.h.
#include "tests/log/log_testing.h"

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"

namespace ashlar::log {
namespace {

PlainRecord Plain(const LogRecord& record) {
  return {record.sequence, record.kind, std::string(base::AsStringView(record.body))};
}

}  // namespace

std::vector<LogRecord> Views(const PlainRecords& records) {
  std::vector<LogRecord> views;
  for (const PlainRecord& record : records) {
    views.push_back({record.sequence, record.kind, base::AsBytes(record.body)});
  }
  return views;
}

PlainRecord MakeRecord(uint64_t sequence, size_t body_bytes) {
  PlainRecord record = {sequence, static_cast<uint8_t>(1 + sequence % 3), std::string()};
  for (size_t i = 0; i < body_bytes; ++i) {
    record.body += static_cast<char>('a' + (sequence * 7 + i) % 26);
  }
  return record;
}

PlainRecords MakeRecords(uint64_t first, const std::vector<size_t>& sizes) {
  PlainRecords records;
  for (const size_t size : sizes) records.push_back(MakeRecord(first++, size));
  return records;
}

std::unique_ptr<io::MemoryFileSystem> MakeFiles() {
  auto files = std::make_unique<io::MemoryFileSystem>();
  ASHLAR_CHECK_OK(files->CreateDirectory("log"));
  return files;
}

absl::Status ReadAll(LogReader& reader, PlainRecords* records) {
  LogEntry entry;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(&entry));
    if (!more) return absl::OkStatus();
    records->push_back(Plain(entry.record));
  }
}

absl::StatusOr<ReadLog> ReadOneLog(io::FileSystem& files, uint64_t number,
                                   const LogReaderOptions& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<LogReader> reader,
                   LogReader::Open(files, number, options));
  ReadLog log;
  RETURN_IF_ERROR(ReadAll(*reader, &log.records));
  log.valid_bytes = reader->valid_bytes();
  return log;
}

absl::StatusOr<ReplayedAll> ReplayAll(io::FileSystem& files, const ReplayOptions& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<LogReplay> replay, LogReplay::Open(files, options));
  ReplayedAll all;
  ReplayedRecord record;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, replay->Next(&record));
    if (!more) break;
    all.records.push_back(Plain(record.entry.record));
  }
  all.logs = replay->logs();
  all.highest_number = replay->highest_number();
  return all;
}

}  // namespace ashlar::log
