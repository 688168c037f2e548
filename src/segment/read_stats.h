// ReadStats: counters of reading, and of what readers still pin.
//
// Owns: relaxed counters shared by everything that reads through one store. They outlive the store,
// because views do.
#ifndef ASHLAR_SRC_SEGMENT_READ_STATS_H_
#define ASHLAR_SRC_SEGMENT_READ_STATS_H_

#include <atomic>
#include <cstdint>

namespace ashlar::segment {

struct ReadStats {
  std::atomic<uint64_t> segments_opened{0};
  std::atomic<uint64_t> chunks_touched{0};
  std::atomic<uint64_t> chunks_decoded{0};
  std::atomic<uint64_t> chunks_packed{0};
  std::atomic<uint64_t> pages_verified{0};
  std::atomic<uint64_t> bytes_borrowed{0};
  std::atomic<uint64_t> bytes_copied{0};
  std::atomic<uint64_t> rows_materialized{0};
  std::atomic<uint64_t> pinned_views{0};  // now
  std::atomic<uint64_t> pinned_bytes{0};  // now
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_READ_STATS_H_
