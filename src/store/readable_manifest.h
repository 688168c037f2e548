// The newest value that can be read from a store's directory, however damaged it is.
//
// Owns: falling back from what CURRENT names to whatever else is whole: another MANIFEST, or the
// records of one up to the damage. Only verify and repair ask; opening a store never falls back.
// Does not own: segments. Never writes.
#ifndef ASHLAR_SRC_STORE_READABLE_MANIFEST_H_
#define ASHLAR_SRC_STORE_READABLE_MANIFEST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/io/file_system.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

struct ReadableManifest {
  std::shared_ptr<const manifest::VersionSet> set;  // null: no manifest is readable
  std::string file;                                 // where it stands
  uint64_t number = 0;                              // of that file
  std::vector<DamagedRange> damage;                 // of CURRENT and what it names
  std::vector<std::string> notes;                   // what was fallen back to
};

// Damage is no error. NotFound when there is no store, FailedPrecondition when the directory holds
// other things, Unimplemented when the store is too new for this program.
[[nodiscard]] absl::StatusOr<ReadableManifest> FindReadableManifest(io::FileSystem& files);

// True for what a damaged file causes; false for an environment that fails.
[[nodiscard]] bool IsDamage(const absl::Status& status);
// `status` as damage of `file`, at the offset that its message ends with.
[[nodiscard]] DamagedRange DamageOf(std::string_view file, const absl::Status& status);
// The message without "<file>: " before it.
[[nodiscard]] std::string MessageFor(std::string_view file, const absl::Status& status);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_READABLE_MANIFEST_H_
