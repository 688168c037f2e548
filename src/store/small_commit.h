// Small commits: through the commit log into memory.
//
// Owns: what such a commit does to the datasets' memtables, and its bytes. Does not own: the queue
// and the log (src/log), flushing (flush.h), or deciding that a transaction is small
// (transaction_impl.h).
#ifndef ASHLAR_SRC_STORE_SMALL_COMMIT_H_
#define ASHLAR_SRC_STORE_SMALL_COMMIT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/key_codec.h"
#include "src/log/commit_queue.h"
#include "src/manifest/manifest.h"
#include "src/store/commit_record.h"
#include "src/store/dataset_claims.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// The kind of commit records in the log.
inline constexpr uint8_t kCommitRecord = 1;

// A commit on its way: what it does to each dataset, and what keeps the dataset as it is meanwhile.
struct PreparedCommit {
  struct Target {
    std::shared_ptr<const manifest::DatasetState> dataset;  // as long as the claim is held
    DatasetClaim claim;                                     // until the rows are in memory
  };
  absl::InlinedVector<DatasetOps, 1> parts;  // ascending dataset ids
  absl::InlinedVector<Target, 1> targets;    // of the parts
};

// A step as a memtable takes it; `codec` is null where the dataset has no key. The memory of `step`
// serves again.
[[nodiscard]] absl::Status ToMemtableBatch(const columnar::KeyCodec* codec, WriteOp op,
                                           log::MemtableBatch* step);

// The leader's: puts the rows into memory. Fails only on what no
// transaction makes: a claim keeps the schema as it was when the rows were fitted to it, and
// flushes come long before a memtable is out of row numbers.
[[nodiscard]] absl::Status ApplyCommit(PreparedCommit& commit, uint64_t sequence,
                                       uint64_t log_number, CurrentView& view);

// The same for commits of one row each, which are upserts, or appends where there is no key: row i
// is the commit at sequences[i]. All or nothing.
[[nodiscard]] absl::Status ApplyCommitsOfOneRow(RecordBatch rows,
                                                std::span<const uint64_t> sequences,
                                                const manifest::DatasetState& dataset,
                                                uint64_t log_number, CurrentView& view);

// The leader's, after the last of some commits, which is in log `log_number`: snapshots see them,
// and the scheduler knows how much is to be flushed.
void ShowCommits(StoreCore& core, uint64_t sequence, uint64_t log_number);

// Puts the commit into the queue.
[[nodiscard]] absl::StatusOr<log::CommitTicket> SubmitCommit(StoreCore& core, std::string_view body,
                                                             std::shared_ptr<PreparedCommit> commit,
                                                             const log::LogDurability& durability);

// Commits alone, once `prove` has found that nothing stands against it; returns the sequence. The
// queue's errors.
[[nodiscard]] absl::StatusOr<uint64_t> CommitProven(StoreCore& core, std::string_view body,
                                                    std::shared_ptr<PreparedCommit> commit,
                                                    const log::LogDurability& durability,
                                                    const std::function<absl::Status()>& prove);

// Keys as the batch that a delete is in the log: the key fields alone.
[[nodiscard]] absl::StatusOr<RecordBatch> BatchOfKeys(const columnar::KeyCodec& codec,
                                                      const columnar::EncodedKeys& keys);
// The keys of any step, into memory that serves again.
[[nodiscard]] absl::Status KeysOfOp(const columnar::KeyCodec& codec, const WriteOp& op,
                                    columnar::EncodedKeys* keys);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SMALL_COMMIT_H_
