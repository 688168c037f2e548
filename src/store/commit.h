// Commit: changes of datasets become one manifest edit, published once.
//
// Owns: what comes before and after a publication, and the place of a large transaction among the
// commits. Does not own: the edit (content_edit.h), the publication itself (manifest/publisher.h),
// commits through the log (small_commit.h).
//
// A large transaction runs alone in the commit queue: what is in memory below it by then is flushed
// in the same edit, for its rows are older. Mostly it has been written by then, while others still
// committed; what came since is written there.
#ifndef ASHLAR_SRC_STORE_COMMIT_H_
#define ASHLAR_SRC_STORE_COMMIT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/stats.h"
#include "src/store/content_edit.h"
#include "src/store/dataset_change.h"
#include "src/store/store_core.h"
#include "src/store/unpublished_files.h"

namespace ashlar::store {

// Makes the names of the files durable, then the edit. After an outcome that is unknown the
// store is read-only and the files stay. Settles the files when it succeeds.
[[nodiscard]] absl::StatusOr<WriteStats> PublishContent(StoreCore& core,
                                                        const ContentChange& content,
                                                        UnpublishedFiles& files, WriteStats stats);

// A transaction's changes by dataset name, and what of these datasets was in memory below it when
// they were made.
struct LargeCommit {
  std::map<std::string, const DatasetChange*, std::less<>> changes;
  FlushedRows below;
};

// Publishes the changes as one commit, in its place among all commits. `prove` is asked when no
// other commit can come in between; an error of it refuses the commit.
[[nodiscard]] absl::StatusOr<WriteStats> CommitChanges(StoreCore& core, const LargeCommit& commit,
                                                       UnpublishedFiles& files,
                                                       const WriteStats& stats,
                                                       const std::function<absl::Status()>& prove);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_COMMIT_H_
