// Verbs of keyed datasets that look before they write: insert, update, delete by a predicate.
//
// Each is what it looked up, as upserts or deletes of the same transaction, small or large; the
// keys are among its reads, so that the first committer wins.

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/dataset_impl.h"
#include "src/store/key_options.h"
#include "src/store/read_set.h"
#include "src/store/resolved_rows.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::PendingDataset;

absl::StatusOr<KeyedWriteReport> WriteTransaction::Impl::Insert(std::string_view dataset,
                                                                BatchReader& batches) {
  RETURN_IF_ERROR(TouchKeyed(dataset).status());
  ASSIGN_OR_RETURN(const Dataset seen, Read(dataset));
  KeyedWriteReport report;
  ASSIGN_OR_RETURN(const auto rows, store::ResolveInsert(seen, batches, &report));
  RETURN_IF_ERROR(Upsert(dataset, *rows));
  return report;
}

absl::StatusOr<KeyedWriteReport> WriteTransaction::Impl::Update(std::string_view dataset,
                                                                BatchReader& batches) {
  RETURN_IF_ERROR(TouchKeyed(dataset).status());
  ASSIGN_OR_RETURN(const Dataset seen, Read(dataset));
  KeyedWriteReport report;
  ASSIGN_OR_RETURN(const auto rows, store::ResolveUpdate(seen, batches, &report));
  RETURN_IF_ERROR(Upsert(dataset, *rows));
  return report;
}

absl::StatusOr<uint64_t> WriteTransaction::Impl::DeleteWhere(std::string_view dataset,
                                                             const Expression& predicate) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchKeyed(dataset));
  ASSIGN_OR_RETURN(const Dataset seen, Read(dataset));
  // Not a read of everything: the keys that it deletes are what must not change.
  Dataset::Impl untracked = seen.impl();
  const std::shared_ptr<store::DatasetReads> tracked = std::exchange(untracked.reads, nullptr);
  const Query matching =
      Dataset(std::make_shared<const Dataset::Impl>(std::move(untracked))).Filter(predicate);
  const manifest::DatasetState& state = pending->state();
  ASSIGN_OR_RETURN(const std::unique_ptr<QueryResult> rows,
                   matching.Select(store::FieldNames(state.schema, state.key)).Stream());
  // All of it is known before anything is deleted: an error changes nothing.
  std::vector<columnar::EncodedKeys> keys;
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, rows->Next(&batch));
    if (!more) break;
    if (batch.rows() == 0) continue;
    ASSIGN_OR_RETURN(columnar::EncodedKeys some, pending->codec->EncodeColumns(batch.columns()));
    if (tracked != nullptr) {
      tracked->AddKeys(std::make_shared<const columnar::EncodedKeys>(some));
    }
    keys.push_back(std::move(some));
  }
  uint64_t deleted = 0;
  for (const columnar::EncodedKeys& some : keys) deleted += some.rows;
  RETURN_IF_ERROR(DeleteKeys(pending, std::move(keys)));
  return deleted;
}

}  // namespace ashlar
