// Saving what is intact into a new store.
//
// Owns: what a repaired store holds: the datasets of the newest version that can be read, with
// their schemas, field ids and boundaries, every intact row in its order, the retention, and the
// tags of that version. Does not own: finding intact rows (salvage_reader.h) or the version
// (readable_manifest.h). The damaged store is only read.
#ifndef ASHLAR_SRC_STORE_REPAIR_H_
#define ASHLAR_SRC_STORE_REPAIR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/io/file_system.h"

namespace ashlar::store {

// FailedPrecondition when `to` is not empty, Unavailable while `from` has a writer, DataLoss when
// no manifest of `from` is readable. Losses are no error; notes name each.
[[nodiscard]] absl::StatusOr<RepairReport> RepairInto(std::shared_ptr<io::FileSystem> from,
                                                      std::shared_ptr<io::FileSystem> to);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_REPAIR_H_
