// What a WriteTransaction holds until it commits or aborts.
//
// Owns: pending changes by dataset name, and the rows or unpublished segments behind them. Does not
// own: how they are published (small_commit.h, commit.h), nor proving what was read (read_set.h).
//
// A transaction begins small: what it writes is held in memory, and goes through the commit log. It
// turns large once it holds more than the limits say, or does what the log cannot say (creating,
// dropping, replacing, changing a schema): then all of it is written as segments, from there on at
// once.
#ifndef ASHLAR_SRC_STORE_TRANSACTION_IMPL_H_
#define ASHLAR_SRC_STORE_TRANSACTION_IMPL_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/transaction.h"
#include "src/columnar/key_codec.h"
#include "src/log/memtable.h"
#include "src/store/dataset_change.h"
#include "src/store/dataset_claims.h"
#include "src/store/flush.h"
#include "src/store/read_set.h"
#include "src/store/small_commit.h"
#include "src/store/store_core.h"
#include "src/store/unpublished_files.h"

namespace ashlar {

namespace store {

struct GatheredRows {
  std::vector<RecordBatch> batches;  // in the dataset's schema
  int64_t rows = 0;
  uint64_t bytes = 0;
};

struct PendingDataset {
  DatasetClaim claim;
  // What the transaction sees below its own writes. Empty when it creates the dataset, and as long
  // as a small transaction reads nothing.
  Snapshot base;
  // As it was when the transaction began to look at it; null when the transaction creates it.
  std::shared_ptr<const manifest::DatasetState> before;
  // Of a large transaction: what it makes of it. A small one copies no list of segments.
  std::unique_ptr<DatasetChange> change;
  bool over_memory = false;  // `change` is of a dataset whose rows in memory it does not see yet
  // Those that it sees: unpublished segments, between what is published and `before`.
  std::optional<DatasetFlush> below;
  std::shared_ptr<const columnar::KeyCodec> codec;  // of a keyed dataset
  // While the transaction is small: what it writes, and for its own reads the first `own_ops` of
  // these in a memtable, each at a sequence of its own.
  absl::InlinedVector<WriteOp, 1> ops;
  std::shared_ptr<log::Memtable> own;
  std::shared_ptr<PendingDeaths> own_deaths;
  size_t own_ops = 0;
  // Of a large transaction: rows to upsert that are not written yet. Many calls with a few rows
  // each make no more files than one call with all of them.
  store::GatheredRows gathered;

  [[nodiscard]] bool dropped() const { return change != nullptr && change->dropped; }
  // The dataset, with changes as far as they are segments.
  [[nodiscard]] const manifest::DatasetState& state() const {
    return change != nullptr ? change->pending : *before;
  }
};

}  // namespace store

struct WriteTransaction::Impl {
  explicit Impl(std::shared_ptr<store::StoreCore> store_core);

  [[nodiscard]] absl::Status CreateDataset(std::string_view name, const Schema& schema,
                                           const DatasetOptions& options);
  [[nodiscard]] absl::Status DropDataset(std::string_view name);
  [[nodiscard]] absl::Status ChangeSchema(std::string_view dataset, const SchemaChange& change);
  // These consume the whole stream; an error leaves the dataset as it was before the call.
  [[nodiscard]] absl::Status Append(std::string_view dataset, const RecordBatch& batch);
  [[nodiscard]] absl::Status Append(std::string_view dataset, BatchReader& batches);
  [[nodiscard]] absl::Status Replace(std::string_view dataset, BatchReader& batches,
                                     const ReplaceOptions& options);
  [[nodiscard]] absl::Status Upsert(std::string_view dataset, const RecordBatch& batch);
  [[nodiscard]] absl::Status Upsert(std::string_view dataset, BatchReader& batches);
  [[nodiscard]] absl::Status Delete(std::string_view dataset, std::span<const Key> keys);
  [[nodiscard]] absl::StatusOr<KeyedWriteReport> Insert(std::string_view dataset,
                                                        BatchReader& batches);
  [[nodiscard]] absl::StatusOr<KeyedWriteReport> Update(std::string_view dataset,
                                                        BatchReader& batches);
  [[nodiscard]] absl::StatusOr<uint64_t> DeleteWhere(std::string_view dataset,
                                                     const Expression& predicate);
  [[nodiscard]] absl::StatusOr<MergeReport> Merge(std::string_view dataset, BatchReader& source,
                                                  const MergeOptions& options);
  [[nodiscard]] absl::StatusOr<MergePlan> PlanMerge(std::string_view dataset, BatchReader& source,
                                                    const MergeOptions& options);
  [[nodiscard]] absl::StatusOr<Dataset> Read(std::string_view dataset);
  [[nodiscard]] absl::StatusOr<WriteStats> Commit(const CommitOptions& options);
  // Puts a small transaction into the queue; nothing when it must be committed as a whole.
  [[nodiscard]] absl::StatusOr<std::optional<log::CommitTicket>> Submit(
      const CommitOptions& options);

  [[nodiscard]] store::UnpublishedFiles& Files() {
    if (files == nullptr) files = std::make_unique<store::UnpublishedFiles>(*core);
    return *files;
  }
  [[nodiscard]] absl::StatusOr<store::DatasetClaim> Claim(std::string_view dataset, bool exclusive);
  // The dataset, claimed; NotFound when there is none.
  [[nodiscard]] absl::StatusOr<store::PendingDataset*> Touch(std::string_view dataset,
                                                             bool exclusive);
  // The same of a dataset with a key, or without; FailedPrecondition names what it does not take.
  [[nodiscard]] absl::StatusOr<store::PendingDataset*> TouchKeyed(std::string_view dataset);
  [[nodiscard]] absl::StatusOr<store::PendingDataset*> TouchOrdered(std::string_view dataset,
                                                                    bool exclusive,
                                                                    std::string_view verb);
  // Sets what the transaction sees of an existing dataset, as it is now. Rows in memory are not
  // looked at by who writes as segments and blindly: the commit flushes them in its own edit.
  [[nodiscard]] absl::Status LookAt(std::string_view dataset, store::PendingDataset* pending);
  // Who reads needs them, and the change becomes one of what there is then.
  [[nodiscard]] absl::Status LookAtMemory(std::string_view dataset, store::PendingDataset* pending);
  // Makes the change one of the dataset as it is now, rows in memory included: these are written,
  // and published with the change or not at all.
  [[nodiscard]] absl::Status BuildOnNow(std::string_view dataset, store::PendingDataset* pending);
  // From here on everything is written as segments.
  [[nodiscard]] absl::Status TurnLarge();
  // What a small transaction holds, rows and their bytes.
  struct Held {
    int64_t rows = 0;
    uint64_t bytes = 0;
  };
  [[nodiscard]] bool Fits(const Held& more) const {
    return held.bytes + more.bytes <= core->small_commits.bytes &&
           held.rows + more.rows <= core->small_commits.rows;
  }
  // Takes rows as long as the transaction stays small: true when the stream ended by then, else
  // `taken` is what was read of it.
  [[nodiscard]] absl::StatusOr<bool> TakeSmall(store::PendingDataset* pending,
                                               store::WriteKind kind, BatchReader& batches,
                                               std::vector<RecordBatch>* taken);
  // The same of a single batch, which it takes or leaves.
  [[nodiscard]] absl::StatusOr<bool> TakeOne(store::PendingDataset* pending, store::WriteKind kind,
                                             const RecordBatch& batch);
  // The batch in the schema of the dataset, proven to be one that it takes, and counted in `more`.
  [[nodiscard]] absl::StatusOr<RecordBatch> Fit(const store::PendingDataset& pending,
                                                const RecordBatch& batch, Held* more) const;
  void Hold(const Held& more, bool deletes);
  // All of them or, after an error, none.
  [[nodiscard]] absl::Status DeleteKeys(store::PendingDataset* pending,
                                        std::vector<columnar::EncodedKeys> keys);
  // Writes as segments. An error leaves `pending` of no use but to be reset.
  [[nodiscard]] absl::Status AppendSegments(store::PendingDataset* pending, BatchReader& batches);
  [[nodiscard]] absl::Status UpsertSegments(store::PendingDataset* pending, BatchReader& batches);
  // Before anything else than an upsert looks at the dataset's change, or makes one.
  [[nodiscard]] absl::Status WriteGathered(store::PendingDataset* pending);
  [[nodiscard]] absl::Status DeleteInSegments(store::PendingDataset* pending,
                                              std::vector<columnar::EncodedKeys> keys);
  [[nodiscard]] absl::Status WriteOps(store::PendingDataset* pending);

  // `below`, whose reads are remembered; it sees all commits up to `sequence`.
  [[nodiscard]] absl::StatusOr<Dataset> Tracked(std::string_view dataset, const Dataset& below,
                                                uint64_t sequence);
  // Puts all of its writes into the memtable that its own reads see.
  [[nodiscard]] absl::Status FillOwn(store::PendingDataset* pending);

  // Of a large transaction: does before the commit what would keep others waiting, were it done
  // when they must.
  [[nodiscard]] absl::Status PrepareLarge();
  // The commit as the log and memory take it; without rows when there is nothing to do.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<store::PreparedCommit>> Prepare(std::string* body);
  [[nodiscard]] std::function<absl::Status()> Proof() const;
  [[nodiscard]] bool HasReads() const;
  // NotFound, with the nearest names that this transaction sees.
  [[nodiscard]] absl::Status Unknown(std::string_view dataset) const;

  std::shared_ptr<store::StoreCore> core;
  std::map<std::string, store::PendingDataset, std::less<>> datasets;
  std::unique_ptr<store::UnpublishedFiles> files;  // once anything is written as segments
  store::ReadSet reads;
  Snapshot others;  // of datasets that are read and not touched
  bool large = false;
  Held held;
  WriteStats stats;
};

}  // namespace ashlar

#endif  // ASHLAR_SRC_STORE_TRANSACTION_IMPL_H_
