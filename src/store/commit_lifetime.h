// The commit queue of a store, from opening to closing.
//
// Owns: putting together queue, log and flushes, and taking them down. Does not own: what
// they do, nor the files around them (open_store.h).
#ifndef ASHLAR_SRC_STORE_COMMIT_LIFETIME_H_
#define ASHLAR_SRC_STORE_COMMIT_LIFETIME_H_

#include <cstdint>

#include "absl/status/status.h"
#include "ashlar/options.h"
#include "src/base/executor.h"
#include "src/io/buffer_pool.h"
#include "src/segment/segment_writer.h"
#include "src/store/log_recovery.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// What tests and stores in memory vary beside the options.
struct Tuning {
  // Of flushes and of segments written behind; outlives the core. Null: a thread for each of these.
  // Inline or of two threads at least, for a flush waits for the segments that it writes.
  base::Executor* executor = nullptr;
  uint64_t log_file_bytes = uint64_t{16} << 20;
  uint64_t direct_above = segment::kDirectAbove;
  size_t write_buffer_bytes = io::kDirectBufferBytes;  // a multiple of io::kDirectAlignment
};

// Once the rows of the logs are in memory: the queue of those to come. The log's first file is made
// with the first small commit, or now where records must be repeated.
[[nodiscard]] absl::Status StartCommits(StoreCore& core, RecoveredLog recovered,
                                        const StoreOptions& options, const Tuning& tuning);

// All that is in memory becomes segments, and the log ends. Whatever fails, the log still has it.
[[nodiscard]] absl::Status CloseCommits(StoreCore& core);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_COMMIT_LIFETIME_H_
