// Verification of a store's directory, whether it can be opened or not.
//
// Owns: which files are read, in which order, and what a live writer may take away meanwhile. Does
// not own: the proofs (segment_check.h), what damage costs (damage_report.h), reading a damaged
// manifest (readable_manifest.h). Never writes and takes no lock.
#ifndef ASHLAR_SRC_STORE_VERIFY_H_
#define ASHLAR_SRC_STORE_VERIFY_H_

#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/io/file_system.h"

namespace ashlar::store {

// Reads CURRENT, its MANIFEST (whose invariants are proven as it is read) and, once each, every
// segment file that a retained version needs. Damage is listed and is no error. NotFound when there
// is no store, FailedPrecondition when the directory holds other things.
[[nodiscard]] absl::StatusOr<VerifyReport> VerifyFiles(io::FileSystem& files, bool deep);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_VERIFY_H_
