// Fitting batches to a dataset's schema before anything is written.
#ifndef ASHLAR_SRC_STORE_BATCH_ADAPTER_H_
#define ASHLAR_SRC_STORE_BATCH_ADAPTER_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar::store {

// The batch's columns in the dataset's order; nullable fields that it lacks are null.
// InvalidArgument names the dataset and the field: unknown, missing and required, of another type,
// null though required, or with buffers that are not what they claim.
[[nodiscard]] absl::StatusOr<RecordBatch> AdaptBatch(const RecordBatch& batch, const Schema& schema,
                                                     std::string_view dataset);

// What AdaptBatch() says of a batch of `given` without rows: an empty stream of the wrong schema is
// as wrong as a full one.
[[nodiscard]] absl::Status CheckAdaptable(const Schema& given, const Schema& schema,
                                          std::string_view dataset);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_BATCH_ADAPTER_H_
