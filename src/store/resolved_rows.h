// Streams of rows that were looked up: what an insert or an update leaves to be upserted.
//
// Owns: which rows of a source an insert or an update takes, completing those of an update from the
// rows that are there, refusing keys that an insert has twice, and the report of what was left out.
// Does not own: looking up (found_rows.h), writing (transaction_writes.cc). All of it is judged by
// the dataset as it was before the call, batch by batch; so memory does not grow with the rows, but
// an insert remembers its keys.
#ifndef ASHLAR_SRC_STORE_RESOLVED_ROWS_H_
#define ASHLAR_SRC_STORE_RESOLVED_ROWS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/merge.h"
#include "ashlar/snapshot.h"
#include "src/columnar/key_codec.h"
#include "src/manifest/manifest.h"
#include "src/store/found_rows.h"

namespace ashlar::store {

// Appends keys that are left out, as far as reports go.
[[nodiscard]] absl::Status ReportSkipped(const columnar::KeyCodec& codec,
                                         const columnar::EncodedKeys& keys,
                                         std::span<const uint32_t> rows, std::vector<Key>* skipped,
                                         uint64_t* count);

// The rows of `batch` in this order.
[[nodiscard]] absl::StatusOr<RecordBatch> TakeRows(const RecordBatch& batch,
                                                   std::span<const uint32_t> rows);

// The fields of a dataset that a batch of an update gives: the key, and whatever else it has.
// InvalidArgument for a column that the dataset does not have.
[[nodiscard]] absl::StatusOr<Schema> GivenFields(const Schema& given,
                                                 const manifest::DatasetState& state);
// The fields that batches of a merge are fitted to; as above for an update, else all.
[[nodiscard]] absl::StatusOr<Schema> SourceFields(const Schema& given, const MergeOptions& options,
                                                  const manifest::DatasetState& state);
// The keys of a batch that has the key fields, wherever they are.
[[nodiscard]] absl::StatusOr<columnar::EncodedKeys> KeysOfGiven(const columnar::KeyCodec& codec,
                                                                const RecordBatch& given);
// Rows of these fields, completed by what `found` has of the others. `rows` numbers rows of `given`
// and keys of `found` alike, and all of them were found.
[[nodiscard]] absl::StatusOr<RecordBatch> CompleteRows(const RecordBatch& given,
                                                       const FoundRows& found,
                                                       std::span<const uint32_t> rows,
                                                       const Schema& schema);

// Keys of one call, to find one that comes twice. Exact: equal hashes are looked into.
class CallKeys {
 public:
  // InvalidArgument names the row, counted over the whole call, and its key.
  [[nodiscard]] absl::Status Add(const columnar::KeyCodec& codec,
                                 std::shared_ptr<const columnar::EncodedKeys> keys);

 private:
  [[nodiscard]] bool Has(std::string_view key, std::pair<uint32_t, uint32_t> place) const;
  std::vector<std::shared_ptr<const columnar::EncodedKeys>> batches_;
  absl::flat_hash_map<uint64_t, std::pair<uint32_t, uint32_t>> first_;  // by hash: batch and row
  uint32_t row_ = 0;  // of the last batch: how far it has got
};

// `dataset` is the handle that the transaction reads through: the keys that are looked up are added
// to its reads. Source and report outlive the reader.
[[nodiscard]] absl::StatusOr<std::unique_ptr<BatchReader>> ResolveInsert(const Dataset& dataset,
                                                                         BatchReader& source,
                                                                         KeyedWriteReport* report);
[[nodiscard]] absl::StatusOr<std::unique_ptr<BatchReader>> ResolveUpdate(const Dataset& dataset,
                                                                         BatchReader& source,
                                                                         KeyedWriteReport* report);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_RESOLVED_ROWS_H_
