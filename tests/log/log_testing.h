// What the tests of the commit log share: making records, and reading logs back into plain values.
//
// Owns: the plain form of a record. Does not own: any expectation.
#ifndef ASHLAR_TESTS_LOG_LOG_TESTING_H_
#define ASHLAR_TESTS_LOG_LOG_TESTING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/memory_file_system.h"
#include "src/log/log_replay.h"
#include "src/log/log_writer.h"

namespace ashlar::log {

struct PlainRecord {
  uint64_t sequence = 0;
  uint8_t kind = 1;
  std::string body;

  friend bool operator==(const PlainRecord&, const PlainRecord&) = default;
};
using PlainRecords = std::vector<PlainRecord>;

// Views of `records`, which must outlive them.
[[nodiscard]] std::vector<LogRecord> Views(const PlainRecords& records);

// The record of this sequence; its body depends on the sequence, and so does its size.
[[nodiscard]] PlainRecord MakeRecord(uint64_t sequence, size_t body_bytes);
// As many as there are sizes, from `first` on.
[[nodiscard]] PlainRecords MakeRecords(uint64_t first, const std::vector<size_t>& sizes);

// Files in memory, with log/.
[[nodiscard]] std::unique_ptr<io::MemoryFileSystem> MakeFiles();

struct ReadLog {
  PlainRecords records;
  uint64_t valid_bytes = 0;
};
// All of one log.
[[nodiscard]] absl::StatusOr<ReadLog> ReadOneLog(io::FileSystem& files, uint64_t number,
                                                 const LogReaderOptions& options = {});
// Goes on to the end, or to an error.
[[nodiscard]] absl::Status ReadAll(LogReader& reader, PlainRecords* records);

struct ReplayedAll {
  PlainRecords records;
  std::vector<ReplayedLog> logs;
  uint64_t highest_number = 0;
};
[[nodiscard]] absl::StatusOr<ReplayedAll> ReplayAll(io::FileSystem& files,
                                                    const ReplayOptions& options = {});

}  // namespace ashlar::log

#endif  // ASHLAR_TESTS_LOG_LOG_TESTING_H_
