// Opening stores for commands.
//
// Owns: read-only opening, so that commands work beside a writer and never make a store by mistake,
// the version that a command reports, and the meaning of `--at`. Does not own: writing commands'
// way to open (import, exec, demo).
#ifndef ASHLAR_TOOLS_ASHLAR_OPEN_STORE_H_
#define ASHLAR_TOOLS_ASHLAR_OPEN_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ashlar/store.h"

namespace ashlar::tools {

[[nodiscard]] absl::StatusOr<std::unique_ptr<Store>> OpenToRead(const std::string& path);
// For upkeep: an existing store, as its one writer.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Store>> OpenToChange(const std::string& path);

// The version that has all commits of this process, small ones too: what is in memory becomes
// segments now, instead of when the store is closed.
[[nodiscard]] absl::StatusOr<uint64_t> VersionOfCommits(Store& store);

// VERSION, TAG or TIME; the newest version when `at` is empty.
[[nodiscard]] absl::StatusOr<Snapshot> SnapshotAt(const Store& store, const std::string& at);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_OPEN_STORE_H_
