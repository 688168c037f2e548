// Store, continued: what reads whole versions or whole files: diff, verify,
// repair.

#include <utility>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/base/strings.h"
#include "src/io/outside_directory.h"
#include "src/store/create_store.h"
#include "src/store/dataset_diff.h"
#include "src/store/keyed_diff.h"
#include "src/store/open_store.h"
#include "src/store/repair.h"
#include "src/store/store_impl.h"
#include "src/store/verify.h"

namespace ashlar {

absl::StatusOr<DiffResult> Store::Diff(std::string_view dataset, const Snapshot& from,
                                       const Snapshot& to) const {
  return store::DiffSnapshots(dataset, from, to);
}

absl::StatusOr<std::unique_ptr<KeyedDiff>> Store::DiffByKey(std::string_view dataset,
                                                            const Snapshot& from,
                                                            const Snapshot& to) const {
  return store::DiffSnapshotsByKey(dataset, from, to);
}

absl::StatusOr<VerifyReport> Store::Verify(bool deep) const {
  return store::VerifyFiles(*impl_->core->files, deep);
}

absl::StatusOr<VerifyReport> Store::VerifyPath(std::string_view path, bool deep) {
  ASSIGN_OR_RETURN(auto files, store::OpenStoreDirectory(path, {.mode = AccessMode::kReadOnly}));
  return store::VerifyFiles(*files, deep);
}

absl::StatusOr<RepairReport> Store::Repair(std::string_view from_path, std::string_view new_path) {
  ASSIGN_OR_RETURN(auto from,
                   store::OpenStoreDirectory(from_path, {.mode = AccessMode::kReadOnly}));
  // Asked before the new directory is made.
  ASSIGN_OR_RETURN(const store::DirectoryState state, store::InspectDirectory(*from));
  if (state != store::DirectoryState::kStore && state != store::DirectoryState::kHeadless) {
    return absl::FailedPreconditionError(base::StrCat(from->Describe(), " is not a store"));
  }
  const bool makes_directory = io::StateOfPath(new_path) == io::PathState::kMissing;
  ASSIGN_OR_RETURN(auto to, store::OpenStoreDirectory(new_path, {}));
  absl::StatusOr<RepairReport> repaired = store::RepairInto(from, std::move(to));
  // What was saved by then stays.
  const bool useless =
      makes_directory && io::StateOfPath(new_path) == io::PathState::kEmptyDirectory;
  if (!repaired.ok() && useless) io::RemoveDirectory(new_path, /*itself=*/true);
  return repaired;
}

}  // namespace ashlar
