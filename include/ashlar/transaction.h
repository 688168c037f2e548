// WriteTransaction: changes to any number of datasets that become visible all at once, or not at
// all.
//
// Owns: collecting changes, in memory while they are few and else as unpublished segments, and
// committing them: few through the commit log, without a version of their own, the others as one
// version. Does not own: durability (src/log, src/manifest). One thread at a time; transactions of
// several threads run side by side. `Replace` excludes other writers of its dataset: whoever comes
// second gets Aborted and may try again. Destruction without Commit() aborts.
#ifndef ASHLAR_TRANSACTION_H_
#define ASHLAR_TRANSACTION_H_

#include <memory>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/expression.h"
#include "ashlar/key.h"
#include "ashlar/merge.h"
#include "ashlar/options.h"
#include "ashlar/snapshot.h"
#include "ashlar/stats.h"

namespace ashlar {

// A commit on its way. Movable, not copyable; used by one thread at a time.
class CommitTicket {
 public:
  struct Impl;
  explicit CommitTicket(std::unique_ptr<Impl> impl);
  CommitTicket(CommitTicket&&) noexcept;
  CommitTicket& operator=(CommitTicket&&) noexcept;
  // The commit goes on; it is written with the next one that somebody waits for.
  ~CommitTicket();

  // Until it is as durable as it asked for. Says the same again when called again.
  [[nodiscard]] absl::StatusOr<WriteStats> Wait();

 private:
  std::unique_ptr<Impl> impl_;
};

class WriteTransaction {
 public:
  struct Impl;
  explicit WriteTransaction(std::unique_ptr<Impl> impl);
  WriteTransaction(WriteTransaction&&) noexcept;
  WriteTransaction& operator=(WriteTransaction&&) noexcept;
  ~WriteTransaction();

  // AlreadyExists, or InvalidArgument for a bad name.
  [[nodiscard]] absl::Status CreateDataset(std::string_view name, const Schema& schema,
                                           const DatasetOptions& options = {});
  [[nodiscard]] absl::Status DropDataset(std::string_view name);
  // Adds, drops and renames top-level fields. Excludes other writers of the dataset.
  // InvalidArgument or NotFound names the field; then nothing changed.
  [[nodiscard]] absl::Status ChangeSchema(std::string_view dataset, const SchemaChange& change);

  // Adds rows at the end. The batch's schema must have the dataset's names and types, in any order
  // (missing nullable columns are null).
  [[nodiscard]] absl::Status Append(std::string_view dataset, const RecordBatch& batch);
  [[nodiscard]] absl::Status Append(std::string_view dataset, BatchReader& batches);
  // Of keyed datasets. The rows replace those with the same keys; of rows with one key the last one
  // counts, in a batch and from call to call. Never conflicts with other transactions: of those
  // that write one key the last to commit counts.
  [[nodiscard]] absl::Status Upsert(std::string_view dataset, const RecordBatch& batch);
  [[nodiscard]] absl::Status Upsert(std::string_view dataset, BatchReader& batches);
  // Rows with these keys are no more; a key that no row has changes nothing. Never conflicts.
  [[nodiscard]] absl::Status Delete(std::string_view dataset, std::span<const Key> keys);

  // These look before they write: a commit that changed one of the keys they looked at since makes
  // this one Aborted.
  //
  // Adds the rows whose keys are new, and reports the others. InvalidArgument names row and key
  // when one call has a key twice.
  [[nodiscard]] absl::StatusOr<KeyedWriteReport> Insert(std::string_view dataset,
                                                        const RecordBatch& batch);
  [[nodiscard]] absl::StatusOr<KeyedWriteReport> Insert(std::string_view dataset,
                                                        BatchReader& batches);
  // Changes the rows whose keys exist, and reports the others. The batch has the key fields and any
  // of the others; a row keeps what the batch does not have. Of rows with one key the last counts.
  [[nodiscard]] absl::StatusOr<KeyedWriteReport> Update(std::string_view dataset,
                                                        const RecordBatch& batch);
  [[nodiscard]] absl::StatusOr<KeyedWriteReport> Update(std::string_view dataset,
                                                        BatchReader& batches);
  // Deletes the rows for which the predicate is true, and says how many they were.
  [[nodiscard]] absl::StatusOr<uint64_t> DeleteWhere(std::string_view dataset,
                                                     const Expression& predicate);

  // Of keyed datasets: makes them what the source and the strategy say. Writes segments; rows that
  // are stored as the source has them are not written again. Excludes other writers of the dataset.
  // InvalidArgument for a mode that the strategy does not take, before any I/O.
  [[nodiscard]] absl::StatusOr<MergeReport> Merge(std::string_view dataset, BatchReader& source,
                                                  const MergeOptions& options);
  // What Merge() would do to which segments. Reads the source, and no rows of the dataset.
  [[nodiscard]] absl::StatusOr<MergePlan> PlanMerge(std::string_view dataset, BatchReader& source,
                                                    const MergeOptions& options);

  // States the new whole content; writes only what changed. Memory stays bounded by a few segments.
  [[nodiscard]] absl::Status Replace(std::string_view dataset, const RecordBatch& batch,
                                     const ReplaceOptions& options = {});
  [[nodiscard]] absl::Status Replace(std::string_view dataset, BatchReader& batches,
                                     const ReplaceOptions& options = {});

  // The dataset with this transaction's own writes. A transaction that reads through it is Aborted
  // at its commit when another one has changed since what it read: the keys that it asked for, or
  // with a scan or a query anything in the dataset.
  [[nodiscard]] absl::StatusOr<Dataset> Read(std::string_view dataset);

  // Durable when it returns, unless the options say otherwise. After an error other than "outcome
  // unknown" nothing was changed.
  [[nodiscard]] absl::StatusOr<WriteStats> Commit(const CommitOptions& options = {}) &&;
  // Returns as soon as the commit has its place among all commits; its ticket waits for the rest.
  // Small transactions that read nothing are written together with others, even if nobody waits
  // yet; any other is committed before this returns.
  [[nodiscard]] absl::StatusOr<CommitTicket> CommitAsync(const CommitOptions& options = {}) &&;
  void Abort() &&;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace ashlar

#endif  // ASHLAR_TRANSACTION_H_
