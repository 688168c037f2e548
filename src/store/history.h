// History: versions, tags, retention and time travel.
//
// Owns: which version answers a question about the past, and which may be forgotten. Does not own:
// files (garbage.h).
#ifndef ASHLAR_SRC_STORE_HISTORY_H_
#define ASHLAR_SRC_STORE_HISTORY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/options.h"
#include "ashlar/snapshot.h"
#include "ashlar/store.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// Number, sequence and time of the version after `base`'s newest, whose content is that of the
// commit `sequence` or newer; neither sequence nor time runs backwards.
void StampVersion(StoreCore& core, const manifest::VersionSet& base, uint64_t sequence,
                  manifest::VersionEdit* version);

// What the stored retention lets go once `new_version` exists (0: none is made).
[[nodiscard]] std::vector<uint64_t> VersionsToExpire(StoreCore& core,
                                                     const manifest::VersionSet& base,
                                                     uint64_t new_version, int64_t now_us);

[[nodiscard]] std::vector<std::shared_ptr<const manifest::Manifest>> FindVersions(
    const manifest::VersionSet& set, const std::vector<uint64_t>& versions);

// NotFound: never was, or expired.
[[nodiscard]] absl::StatusOr<Snapshot> SnapshotAt(StoreCore& core, uint64_t version);
// The newest version committed at or before `time`; NotFound before the oldest retained one.
[[nodiscard]] absl::StatusOr<Snapshot> SnapshotAtTime(StoreCore& core,
                                                      std::chrono::system_clock::time_point time);
[[nodiscard]] absl::StatusOr<Snapshot> SnapshotAtTag(StoreCore& core, std::string_view tag);
[[nodiscard]] absl::StatusOr<Snapshot> SnapshotAtText(StoreCore& core, std::string_view text);

[[nodiscard]] std::vector<VersionInfo> ListVersions(StoreCore& core);
[[nodiscard]] std::vector<TagInfo> ListTags(StoreCore& core);
[[nodiscard]] absl::Status SetTag(StoreCore& core, std::string_view name, uint64_t version,
                                  const TagAttributes& attributes);
[[nodiscard]] absl::Status RemoveTag(StoreCore& core, std::string_view name);

[[nodiscard]] absl::StatusOr<ExpireReport> ExpireVersions(StoreCore& core,
                                                          const std::optional<Retention>& retention,
                                                          bool dry_run);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_HISTORY_H_
