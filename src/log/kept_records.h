// KeptRecords: records in memory of their own, in the order in which they came.
//
// Owns: copies of bodies, which stand one behind the other in pieces of memory: what is in doubt
// after a kill are as many records as a log has, and an allocation for each would cost more than
// its copy. Does not own: what is in doubt (store/log_recovery.h), nor writing it (commit_log.h).
#ifndef ASHLAR_SRC_LOG_KEPT_RECORDS_H_
#define ASHLAR_SRC_LOG_KEPT_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/io/zeroed_memory.h"
#include "src/log/log_codec.h"

namespace ashlar::log {

// Moved, not copied: bodies stay where they are. Stops the process when there is no memory.
class KeptRecords {
 public:
  KeptRecords() = default;
  KeptRecords(KeptRecords&& other) noexcept = default;
  KeptRecords& operator=(KeptRecords&& other) noexcept = default;
  KeptRecords(const KeptRecords&) = delete;
  KeptRecords& operator=(const KeptRecords&) = delete;
  ~KeptRecords() = default;

  void Add(const LogRecord& record);
  // Records [begin, end) go. Their memory serves again once none is left.
  void Erase(size_t begin, size_t end);
  [[nodiscard]] std::span<const LogRecord> records() const { return records_; }
  [[nodiscard]] size_t size() const { return records_.size(); }
  [[nodiscard]] bool empty() const { return records_.empty(); }

 private:
  [[nodiscard]] std::byte* Take(size_t bytes);

  std::vector<LogRecord> records_;  // bodies lie in the pieces
  std::vector<io::ZeroedMemory> pieces_;
  size_t used_ = 0;  // of the last piece
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_KEPT_RECORDS_H_
