// ManifestStore: the VersionSet on disk: CURRENT names MANIFEST-<n>, a checkpoint followed by a log
// of checksummed edits.
//
// Owns: appending, rolling, recovery of the newest durable value, and the clean-close mark. Does
// not own: when to publish (publisher.h), which old files may go (src/compaction/obsolete_files.h).
// Not thread-safe: the publisher serialises.
//
// Rules (RELIABILITY section 0). An edit is durable when its append was synced. A failed append is
// never continued: the next publication writes a new MANIFEST first. A failed sync makes the store
// read-only. After an unclean end nothing is appended behind the old tail: the recovered value goes
// as a checkpoint into a new MANIFEST before the first commit. The previous MANIFEST is kept as a
// second copy for `repair`. CURRENT carries the clean mark (manifest length), so that any damage of
// a cleanly closed store, lost tails included, is found.
#ifndef ASHLAR_SRC_MANIFEST_MANIFEST_STORE_H_
#define ASHLAR_SRC_MANIFEST_MANIFEST_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

struct RecoveredManifest {
  std::shared_ptr<const VersionSet> set;
  uint64_t manifest_number = 0;
  uint64_t valid_bytes = 0;       // of the MANIFEST file
  uint64_t checkpoint_bytes = 0;  // of these, up to the end of the checkpoint
  bool clean = false;             // the clean mark was there and true
};

// Reads the newest value. NotFound when there is no CURRENT. Safe beside a live writer: a tail
// being written is not corruption, and a MANIFEST that vanished because CURRENT moved on is
// retried.
[[nodiscard]] absl::StatusOr<RecoveredManifest> ReadManifest(io::FileSystem& files);
// The same from one MANIFEST file, ignoring CURRENT; for dump, verify and repair.
[[nodiscard]] absl::StatusOr<RecoveredManifest> ReadManifestFile(io::FileSystem& files,
                                                                 uint64_t manifest_number);

class ManifestStore {
 public:
  // A new store: writes a MANIFEST with `initial` (number 1, or the next free one when an attempt
  // before was interrupted), then CURRENT.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ManifestStore>> Create(
      io::FileSystem& files, const VersionSet& initial);
  // Takes over what ReadManifest() found, writing nothing yet.
  [[nodiscard]] static std::unique_ptr<ManifestStore> Open(io::FileSystem& files,
                                                           const RecoveredManifest& recovered);
  ~ManifestStore();

  // Before the first new file of a session: takes the clean mark away, so that a crash from here on
  // is seen as an unclean end, and what it leaves behind is looked for.
  [[nodiscard]] absl::Status BeginWriting();
  // Makes `edit` durable; `next` is the value after it, written as a checkpoint instead where the
  // rules ask for a new MANIFEST (unclean end, failed append, edit log beyond max(4 MiB,
  // checkpoint)). Returns bytes written. FailedPrecondition once read-only. An error after which
  // the edit may or may not be durable says "outcome unknown" and turns the store read-only.
  [[nodiscard]] absl::StatusOr<uint64_t> Append(const ManifestEdit& edit, const VersionSet& next);
  // Writes a new MANIFEST now.
  [[nodiscard]] absl::StatusOr<uint64_t> Roll(const VersionSet& value);
  // Leaves the clean mark; nothing may be appended afterwards.
  [[nodiscard]] absl::Status CloseClean();
  // Writes nothing more: the next opening looks for what was left behind.
  void CloseUnclean();
  // After a failed sync elsewhere in the store.
  void TurnReadOnly();

  [[nodiscard]] bool read_only() const;
  [[nodiscard]] uint64_t manifest_number() const;
  [[nodiscard]] uint64_t file_bytes() const;

 private:
  struct State;
  explicit ManifestStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_MANIFEST_STORE_H_
