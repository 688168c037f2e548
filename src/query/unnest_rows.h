// UnnestRows: which parent row and which element each row of an unnested morsel is.
//
// Owns: the two gathers that the columns are made by. Does not own: columns, predicates.
#ifndef ASHLAR_SRC_QUERY_UNNEST_ROWS_H_
#define ASHLAR_SRC_QUERY_UNNEST_ROWS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/query/evaluator.h"
#include "src/query/vector.h"

namespace ashlar::query {

class UnnestRows {
 public:
  UnnestRows(Column list, bool keep_empty) : list_(std::move(list)), keep_empty_(keep_empty) {}

  // The selected parent rows of a zone; zones ascend. InvalidArgument past 2 Gi rows.
  [[nodiscard]] absl::Status Append(const ZoneRange& zone, const Bits& parents);

  [[nodiscard]] int64_t rows() const { return static_cast<int64_t>(parents_.size()); }
  [[nodiscard]] std::span<const uint32_t> parents() const { return parents_; }
  // The element of each row: a slice when they are one run.
  [[nodiscard]] absl::StatusOr<Column> Elements() const;

 private:
  static constexpr uint32_t kNoElement = UINT32_MAX;

  void AppendElements(int64_t begin, int64_t end);
  void GiveUpRun();

  const Column list_;
  const bool keep_empty_;
  std::vector<uint32_t> parents_;
  // Elements [first_, first_ + rows()) as long as they are one run, else listed.
  bool is_run_ = true;
  bool has_gaps_ = false;  // some row has no element
  int64_t first_ = 0;
  std::vector<uint32_t> elements_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_UNNEST_ROWS_H_
