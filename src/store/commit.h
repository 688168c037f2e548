// Commit: the changes of a transaction become one manifest edit, published once.
//
// Owns: building the edit from the newest value, choosing versions that expire with it, and what
// comes after publication. Does not own: the publication itself (manifest/publisher.h).
#ifndef ASHLAR_SRC_STORE_COMMIT_H_
#define ASHLAR_SRC_STORE_COMMIT_H_

#include "absl/status/statusor.h"
#include "ashlar/stats.h"
#include "src/store/transaction_impl.h"

namespace ashlar::store {

[[nodiscard]] absl::StatusOr<WriteStats> CommitTransaction(WriteTransaction::Impl& transaction);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_COMMIT_H_
