// ApplyBookkeeping: all of an edit but its new version. Apply() and recovery share it; recovery
// makes versions in another way (manifest_builder.h).
#ifndef ASHLAR_SRC_MANIFEST_BOOKKEEPING_H_
#define ASHLAR_SRC_MANIFEST_BOOKKEEPING_H_

#include "absl/status/status.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// Expiry, tags, counters, retention and durable logs. `set` already holds the edit's version.
[[nodiscard]] absl::Status ApplyBookkeeping(const ManifestEdit& edit, VersionSet& set);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_BOOKKEEPING_H_
