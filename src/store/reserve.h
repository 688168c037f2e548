// The reserve: space kept aside so that a full disk can still be relieved.
//
// Owns: giving up the file RESERVE when an edit that frees space cannot be made durable for want of
// space, and making it again afterwards. Does not own: the edits.
#ifndef ASHLAR_SRC_STORE_RESERVE_H_
#define ASHLAR_SRC_STORE_RESERVE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/manifest/publisher.h"

namespace ashlar::store {

// Makes RESERVE where it is missing.
[[nodiscard]] absl::Status EnsureReserve(io::FileSystem& files);

// Publishes an edit that leads to less garbage; on a full disk once more with the reserve given up.
// EnsureReserve() after the garbage is gone is the caller's to try.
[[nodiscard]] absl::StatusOr<manifest::Publisher::Published> PublishFreeing(
    io::FileSystem& files, manifest::Publisher& publisher,
    const manifest::Publisher::EditFunction& make_edit);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_RESERVE_H_
