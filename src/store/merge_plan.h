// Merge planning: which segments a merge may change, and why the others are safe.
//
// Owns: refusing combinations of strategy and mode that make no sense, judging segments by what is
// known without reading rows (key ranges, key filters, zone maps and with them partition values),
// and the plan in words. Does not own: doing it (merge_rows.h, rewrite_segments.h). A segment is
// judged on the safe side: what may hold an affected key is affected.
#ifndef ASHLAR_SRC_STORE_MERGE_PLAN_H_
#define ASHLAR_SRC_STORE_MERGE_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/merge.h"
#include "ashlar/snapshot.h"
#include "src/columnar/encoded_keys.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

// InvalidArgument names the strategy, and the modes that it takes.
[[nodiscard]] absl::Status CheckMerge(const MergeOptions& options);

// Judges the segments of one state by the keys of a source, which come in any number of parts.
class MergeJudge {
 public:
  // Of a keyed dataset (checked).
  explicit MergeJudge(std::shared_ptr<const Dataset::Impl> dataset);

  // Keys in ascending order.
  [[nodiscard]] absl::Status Add(const columnar::EncodedKeys& keys);
  [[nodiscard]] bool affected(size_t segment) const {
    return verdicts_[segment] == Verdict::kAffected;
  }
  [[nodiscard]] std::string_view why(size_t segment) const;
  // The ids of all that are affected.
  [[nodiscard]] absl::flat_hash_set<uint64_t> AffectedIds() const;

 private:
  // How far the key that got furthest got.
  enum class Verdict : uint8_t { kOutside, kFiltered, kOtherZones, kAffected };

  [[nodiscard]] absl::StatusOr<Verdict> Judge(size_t segment, const columnar::EncodedKeys& keys);

  const std::shared_ptr<const Dataset::Impl> dataset_;
  std::vector<Verdict> verdicts_;  // by position in the state's list
};

// `dataset` as the merge would find it, `source` a stream of its rows. InvalidArgument as the merge
// would say: the plan of an insert refuses a key that comes twice.
[[nodiscard]] absl::StatusOr<MergePlan> PlanMerge(const Dataset& dataset, BatchReader& source,
                                                  const MergeOptions& options);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_MERGE_PLAN_H_
