// SegmentRuns: the segments that a key range reaches, as sorted runs that are opened one by one.
//
// Owns: leaving out segments whose keys are elsewhere, the order in which a walk comes to the
// others, opening one when it is reached, and reading its keys and columns. Does not own: merging
// (run_merge.h), nor what is kept open (dataset_keys.h). A walk that stops early never opens the
// segments behind.
#ifndef ASHLAR_SRC_STORE_SEGMENT_RUNS_H_
#define ASHLAR_SRC_STORE_SEGMENT_RUNS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "src/manifest/deletion_vector.h"
#include "src/store/dataset_impl.h"
#include "src/store/key_bounds.h"
#include "src/store/projection.h"
#include "src/store/sorted_run.h"

namespace ashlar::store {

// Dead rows by the position of their segment, instead of those of the dataset's state; empty: those
// of the state.
using DeadRows = std::vector<manifest::DeletionVectorPtr>;

// One reader's: not thread-safe.
class SegmentRuns {
 public:
  // `dataset` is keyed (checked).
  SegmentRuns(std::shared_ptr<const Dataset::Impl> dataset,
              std::shared_ptr<const Projection> projection, KeyBounds bounds, bool backward,
              DeadRows dead);

  [[nodiscard]] bool done() const { return next_ == positions().size(); }
  // Of the segment that is next, unless done: none of its keys is below it, or above it when
  // walking backward. Nothing: its keys may be anywhere.
  [[nodiscard]] std::optional<std::string_view> bound() const;
  // Opens it and goes on; after an error it is still next.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<SortedRun>> Open();

 private:
  [[nodiscard]] const std::vector<uint32_t>& positions() const {
    return dataset_->keys->order().positions(backward_);
  }
  // Passes over segments without keys of the range.
  void FindNext();

  const std::shared_ptr<const Dataset::Impl> dataset_;
  const std::shared_ptr<const Projection> projection_;
  const KeyBounds bounds_;
  const bool backward_;
  const DeadRows dead_;
  size_t next_ = 0;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_RUNS_H_
