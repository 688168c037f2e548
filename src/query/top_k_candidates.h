// TopKCandidates: keys and places of the rows that may be among the first k.
//
// Owns: pruning, and the key of the k-th best. Does not own: where rows come from. Candidates stay
// in the order of rows, so ties are settled by position. Not thread-safe.
#ifndef ASHLAR_SRC_QUERY_TOP_K_CANDIDATES_H_
#define ASHLAR_SRC_QUERY_TOP_K_CANDIDATES_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/query/key_filter.h"
#include "src/query/late_rows.h"
#include "src/query/sort_keys.h"
#include "src/query/sort_rows.h"

namespace ashlar::query {

class TopKCandidates {
 public:
  TopKCandidates(std::span<const BoundSortKey> keys, uint64_t wanted)
      : keys_(keys), wanted_(wanted) {}

  [[nodiscard]] SortKeys& keys() { return keys_; }
  [[nodiscard]] std::vector<RowId>& rows() { return rows_; }
  [[nodiscard]] uint64_t wanted() const { return wanted_; }
  [[nodiscard]] uint64_t bytes() const { return keys_.bytes() + rows_.size() * sizeof(RowId); }
  [[nodiscard]] bool full() const { return rows_.size() / 2 >= std::max(wanted_, kFewRows); }

  // Rows that come later than all of these.
  void Absorb(TopKCandidates&& other) {
    keys_.Absorb(std::move(other.keys_));
    rows_.insert(rows_.end(), other.rows_.begin(), other.rows_.end());
  }

  // Keeps the best; `bound` becomes that of the worst of them, for rows that come later.
  [[nodiscard]] absl::Status Prune(KeyBound* bound, const QueryControl* control) {
    if (wanted_ == 0) Clear();
    if (rows_.size() < wanted_ || wanted_ == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::vector<uint32_t> order, SortRows(keys_, control));
    order.resize(wanted_);
    const uint32_t worst = order.back();
    if (!keys_.IsNull(0, worst)) {
      const bool exact = keys_.size() == 1 && !keys_.is_text(0);
      *bound = {.known = true, .inclusive = !exact, .word = keys_.Word(0, worst)};
    }
    std::ranges::sort(order);
    keys_.Keep(order);
    for (size_t i = 0; i < order.size(); ++i) rows_[i] = rows_[order[i]];
    rows_.resize(order.size());
    return absl::OkStatus();
  }

 private:
  static constexpr uint64_t kFewRows = 128;

  void Clear() {
    keys_.Keep({});
    rows_.clear();
  }

  SortKeys keys_;
  std::vector<RowId> rows_;
  const uint64_t wanted_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_TOP_K_CANDIDATES_H_
