// Store, continued: what reads whole versions or whole files: diff, verify,
// repair.

#include <utility>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/store/dataset_diff.h"
#include "src/store/dataset_impl.h"
#include "src/store/open_store.h"
#include "src/store/repair.h"
#include "src/store/store_impl.h"
#include "src/store/verify.h"

namespace ashlar {

absl::StatusOr<DiffResult> Store::Diff(std::string_view dataset,
                                       const Snapshot &from,
                                       const Snapshot &to) const {
  absl::StatusOr<Dataset> old = from.GetDataset(dataset);
  absl::StatusOr<Dataset> now = to.GetDataset(dataset);
  // Known on one side only: all of it was removed or added.
  if (!old.ok() && !now.ok())
    return now.status();
  const Dataset::Impl absent;
  return store::DiffDatasets(old.ok() ? old->impl() : absent,
                             now.ok() ? now->impl() : absent);
}

absl::StatusOr<VerifyReport> Store::Verify(bool deep) const {
  return store::VerifyFiles(*impl_->core->files, deep);
}

absl::StatusOr<VerifyReport> Store::VerifyPath(std::string_view path,
                                               bool deep) {
  ASSIGN_OR_RETURN(auto files, store::OpenStoreDirectory(
                                   path, {.mode = AccessMode::kReadOnly}));
  return store::VerifyFiles(*files, deep);
}

absl::StatusOr<RepairReport> Store::Repair(std::string_view from_path,
                                           std::string_view new_path) {
  ASSIGN_OR_RETURN(auto from, store::OpenStoreDirectory(
                                  from_path, {.mode = AccessMode::kReadOnly}));
  ASSIGN_OR_RETURN(auto to, store::OpenStoreDirectory(new_path, {}));
  return store::RepairInto(from, to);
}

} // namespace ashlar
