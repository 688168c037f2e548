// Opening: from a directory to a StoreCore, and back to a closed directory.
//
// Owns: creation, recovery, locks and registration, the clean close. Does not own: reading the
// manifest (manifest/manifest_store.h) or removing orphans (garbage.h), which it asks for.
#ifndef ASHLAR_SRC_STORE_OPEN_STORE_H_
#define ASHLAR_SRC_STORE_OPEN_STORE_H_

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/options.h"
#include "src/base/clock.h"
#include "src/io/file_system.h"
#include "src/store/commit_lifetime.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// The root of a store's directory. NotFound without `create`; FailedPrecondition when it is no
// directory.
[[nodiscard]] absl::StatusOr<std::shared_ptr<io::FileSystem>> OpenStoreDirectory(
    std::string_view path, const StoreOptions& options);

// Opens the store of this file system, or creates one when it is empty and the options allow it.
// `clock` outlives the core. A second opening for writing is Unavailable.
[[nodiscard]] absl::StatusOr<std::shared_ptr<StoreCore>> OpenCore(
    std::shared_ptr<io::FileSystem> files, const StoreOptions& options, base::Clock* clock,
    const Tuning& tuning = {});

// Flushes what is in memory, leaves the clean mark and gives up the lock. Idempotent. Reading
// through the core goes on.
[[nodiscard]] absl::Status CloseCore(StoreCore& core);

// Read-only cores: moves on to the newest version.
[[nodiscard]] absl::Status RefreshCore(StoreCore& core);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_OPEN_STORE_H_
