// What a WriteTransaction holds until it commits or aborts.
//
// Owns: pending changes by dataset name and the unpublished segments behind them. Does not own: the
// edit that publishes them (commit.h).
#ifndef ASHLAR_SRC_STORE_TRANSACTION_IMPL_H_
#define ASHLAR_SRC_STORE_TRANSACTION_IMPL_H_

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
#include "src/manifest/manifest.h"
#include "src/store/dataset_claims.h"
#include "src/store/keyed_write.h"
#include "src/store/segment_sink.h"
#include "src/store/store_core.h"

namespace ashlar {

namespace store {

struct DatasetChange {
  std::unique_ptr<DatasetClaim> claim;
  // As it was when this transaction first touched it; null when the transaction creates it.
  std::shared_ptr<const manifest::DatasetState> before;
  bool dropped = false;
  bool replaced = false;  // `pending.segments` is the whole new content
  // With this transaction's writes, for its own reads and for the edit.
  manifest::DatasetState pending;
  std::vector<manifest::SegmentEntry> appended;  // also at the end of `pending.segments`
  KeyedChange keyed;                             // of a keyed dataset that existed before
};

// Adds what one call has written.
void AddWriteStats(const WriteStats& more, WriteStats* sum);

}  // namespace store

struct WriteTransaction::Impl {
  explicit Impl(std::shared_ptr<store::StoreCore> store_core);
  ~Impl();

  [[nodiscard]] absl::Status CreateDataset(std::string_view name, const Schema& schema,
                                           const DatasetOptions& options);
  [[nodiscard]] absl::Status DropDataset(std::string_view name);
  [[nodiscard]] absl::Status ChangeSchema(std::string_view dataset, const SchemaChange& change);
  // Both consume the whole stream; an error leaves the dataset as it was before the call.
  [[nodiscard]] absl::Status Append(std::string_view dataset, BatchReader& batches);
  [[nodiscard]] absl::Status Replace(std::string_view dataset, BatchReader& batches,
                                     const ReplaceOptions& options);
  [[nodiscard]] absl::Status Upsert(std::string_view dataset, BatchReader& batches);
  [[nodiscard]] absl::Status Delete(std::string_view dataset, std::span<const Key> keys);
  [[nodiscard]] absl::StatusOr<Dataset> Read(std::string_view dataset) const;

  // The change of an existing dataset, claimed; NotFound when there is none.
  [[nodiscard]] absl::StatusOr<store::DatasetChange*> Touch(std::string_view dataset,
                                                            bool exclusive);
  // The change of a keyed dataset, FailedPrecondition for another.
  [[nodiscard]] absl::StatusOr<store::DatasetChange*> TouchKeyed(std::string_view dataset);
  // Upserts what is gathered of a stream, all or nothing.
  [[nodiscard]] absl::Status UpsertGathered(store::DatasetChange* change,
                                            const std::vector<RecordBatch>& batches);
  // NotFound, with the nearest names that this transaction sees.
  [[nodiscard]] absl::Status Unknown(std::string_view dataset) const;
  // Writes the stream as segments cut by the change's chunker parameters, which it may decide.
  struct Ingested {
    std::vector<manifest::SegmentEntry> segments;
    columnar::ChunkerParams chunker;
    WriteStats stats;
  };
  [[nodiscard]] absl::StatusOr<Ingested> Ingest(const manifest::DatasetState& state,
                                                BatchReader& batches,
                                                std::optional<uint64_t> rows_hint);

  std::shared_ptr<store::StoreCore> core;
  std::map<std::string, store::DatasetChange, std::less<>> changes;
  store::SegmentSink sink;
  WriteStats stats;
  bool published = false;
};

}  // namespace ashlar

#endif  // ASHLAR_SRC_STORE_TRANSACTION_IMPL_H_
