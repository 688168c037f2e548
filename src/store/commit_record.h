// The bytes of one small commit in the commit log (docs/FORMAT.md, "Commits").
//
// Owns: which operations a commit makes on which datasets, as bytes and back. Does not own: the
// bytes of a batch (columnar/batch_codec.h), checksums, sequence numbers and framing (src/log), nor
// what the operations do.
#ifndef ASHLAR_SRC_STORE_COMMIT_RECORD_H_
#define ASHLAR_SRC_STORE_COMMIT_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"

namespace ashlar::store {

// Values reach disk: never renumber. Zero is reserved.
enum class WriteKind : uint8_t {
  kAppend = 1,  // whole rows
  kUpsert = 2,  // whole rows
  kDelete = 3,  // the batch has the key fields only
};

struct WriteOp {
  WriteKind kind = WriteKind::kAppend;
  RecordBatch batch;
};

// What a commit does to one dataset, in the order in which it was asked for.
struct DatasetOps {
  uint64_t dataset_id = 0;
  absl::InlinedVector<WriteOp, 1> ops;
};

// `datasets` must ascend by id, each with at least one operation, each batch with at least one
// column. InvalidArgument: more than base::kMaxCommitRows rows in all, or a column of more than 2
// GiB.
[[nodiscard]] absl::StatusOr<std::string> EncodeCommit(std::span<const DatasetOps> datasets);

// A commit of one operation on one dataset: what small commits mostly are.
struct SingleOp {
  uint64_t dataset_id = 0;
  WriteKind kind = WriteKind::kAppend;
  std::span<const std::byte> batch;
};
// Nothing for any other commit, and for malformed bytes: DecodeCommit() knows what those are. The
// batch may still hold more operations.
[[nodiscard]] std::optional<SingleOp> FindSingleOp(std::span<const std::byte> bytes);

// The schema that a dataset has now; nothing when there is no such dataset any more, or it has
// flushed beyond the commit: then its part is skipped unread.
using SchemaLookup = std::function<std::optional<Schema>(uint64_t dataset_id)>;

// The operations on those datasets that have a schema. Rows get the schema of today: fields that
// were added since are null, dropped ones are skipped; keys of deletes have the fields that the
// commit names. The result shares nothing with `bytes`.
//
// `context` and `base_offset` say in messages where the bytes are from. DataLoss: malformed bytes,
// or such as do not fit the schema. Unimplemented: a version or a kind of operation that a newer
// program wrote.
[[nodiscard]] absl::StatusOr<std::vector<DatasetOps>> DecodeCommit(std::span<const std::byte> bytes,
                                                                   const SchemaLookup& schema_of,
                                                                   std::string_view context,
                                                                   uint64_t base_offset = 0);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_COMMIT_RECORD_H_
