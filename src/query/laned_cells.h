// LanedCells: one running value a group, in several copies while there are few groups.
//
// Owns: the hot loop "cell of the row's group = fold(cell, value)". Neighbouring rows of one group
// would wait for each other through memory; while there are few groups each has four cells, rows
// take turns, and the cells are folded, in a fixed order, when somebody asks or when there are many
// groups. Does not own: what is folded.
#ifndef ASHLAR_SRC_QUERY_LANED_CELLS_H_
#define ASHLAR_SRC_QUERY_LANED_CELLS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "src/query/memory_meter.h"
#include "src/query/selected_rows.h"
#include "src/query/vector.h"

namespace ashlar::query {

struct AddFold {
  template <typename T>
  static T Fold(T a, T b) {
    return a + b;
  }
};
struct MinFold {
  template <typename T>
  static T Fold(T a, T b) {
    return b < a ? b : a;
  }
};

template <typename T, typename Folding>
class LanedCells {
 public:
  // fold(identity, x) is x.
  LanedCells(MemoryMeter* meter, T identity) : identity_(identity), cells_(meter) {}

  [[nodiscard]] absl::Status Resize(size_t groups) {
    if (laned_ && groups > kMostLanedGroups) {
      for (size_t group = 0; group < groups_; ++group) cells_.values[group] = Get(group);
      cells_.values.resize(groups_);
      laned_ = false;
    }
    groups_ = groups;
    return cells_.Resize(laned_ ? groups * kLanes : groups, identity_);
  }
  [[nodiscard]] size_t size() const { return groups_; }

  [[nodiscard]] T Get(size_t group) const {
    if (!laned_) return cells_.values[group];
    T folded = cells_.values[group * kLanes];
    for (size_t lane = 1; lane < kLanes; ++lane) {
      folded = Folding::Fold(folded, cells_.values[group * kLanes + lane]);
    }
    return folded;
  }

  void FoldInto(size_t group, T value) {
    T& cell = cells_.values[laned_ ? group * kLanes : group];
    cell = Folding::Fold(cell, value);
  }

  // Folds value_at(row) into the row's group, for all rows that are in `valid` (null: all).
  template <typename ValueAt>
  void FoldRows(SelectedRows& rows, const RowNumbers& groups, const Bits* valid, ValueAt value_at) {
    if (valid != nullptr) {
      FoldWhere(rows, groups, value_at, [valid](int64_t row) { return valid->Get(row); });
    } else {
      FoldWhere(rows, groups, value_at, [](int64_t) { return true; });
    }
  }

  // Takes over the cells of `part`; its group g is map[g] here.
  void Merge(const LanedCells& part, const std::vector<uint32_t>& map) {
    for (size_t group = 0; group < part.groups_; ++group) FoldInto(map[group], part.Get(group));
  }

 private:
  static constexpr size_t kLanes = 4;
  static constexpr size_t kMostLanedGroups = 256;  // so that they stay in the first-level cache

  template <typename ValueAt, typename Where>
  void FoldWhere(SelectedRows& rows, const RowNumbers& groups, ValueAt value_at, Where where) {
    const uint32_t* const ids = groups.ids.data();
    T* const cells = cells_.values.data();
    if (groups.constant) {
      std::array<T, kLanes> lanes;
      lanes.fill(identity_);
      rows.ForEach([&](size_t i, int64_t row) {
        if (!where(row)) return;
        lanes[i % kLanes] = Folding::Fold(lanes[i % kLanes], static_cast<T>(value_at(row)));
      });
      for (const T lane : lanes) FoldInto(groups.first, lane);
    } else if (laned_) {
      rows.ForEach([&](size_t i, int64_t row) {
        if (!where(row)) return;
        T& cell = cells[size_t{ids[i]} * kLanes + i % kLanes];
        cell = Folding::Fold(cell, static_cast<T>(value_at(row)));
      });
    } else {
      rows.ForEach([&](size_t i, int64_t row) {
        if (!where(row)) return;
        T& cell = cells[ids[i]];
        cell = Folding::Fold(cell, static_cast<T>(value_at(row)));
      });
    }
  }

  const T identity_;
  MeteredArray<T> cells_;  // [group][lane] while laned_, else [group]
  bool laned_ = true;
  size_t groups_ = 0;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_LANED_CELLS_H_
