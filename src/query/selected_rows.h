// SelectedRows: the selected rows of one zone, as a mask and as a list.
//
// Owns: turning the mask into a list once, for all the loops that go over the same rows. Does not
// own: which rows are selected. When all rows are, there is no list and loops run over the rows.
#ifndef ASHLAR_SRC_QUERY_SELECTED_ROWS_H_
#define ASHLAR_SRC_QUERY_SELECTED_ROWS_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "src/query/evaluator.h"
#include "src/query/vector.h"

namespace ashlar::query {

class SelectedRows {
 public:
  // `selection`, of which `count` are set, outlives the use of this zone.
  void Assign(const ZoneRange& zone, const Bits& selection, int64_t count) {
    zone_ = zone;
    selection_ = &selection;
    count_ = static_cast<size_t>(count);
    listed_ = false;
  }

  [[nodiscard]] const ZoneRange& zone() const { return zone_; }
  [[nodiscard]] const Bits& selection() const { return *selection_; }
  [[nodiscard]] size_t count() const { return count_; }
  [[nodiscard]] bool all() const { return count_ == static_cast<size_t>(zone_.rows); }

  // Calls visit(i, row) for the i-th selected row, ascending.
  template <typename Visit>
  void ForEach(Visit visit) {
    if (all()) {
      for (size_t i = 0; i < count_; ++i) visit(i, static_cast<int64_t>(i));
      return;
    }
    if (!listed_) MakeList();
    for (size_t i = 0; i < count_; ++i) visit(i, int64_t{list_[i]});
  }

 private:
  // Where many bits of a word are set, storing each row and counting only those that are selected
  // beats looking for the next bit.
  void MakeList() {
    constexpr int kDense = 16;
    size_t count = 0;
    for (size_t word = 0; word < kZoneWords; ++word) {
      const auto first = static_cast<uint16_t>(word * 64);
      uint64_t left = selection_->words[word];
      if (std::popcount(left) >= kDense) {
        for (uint16_t bit = 0; bit < 64; ++bit) {
          list_[count] = static_cast<uint16_t>(first + bit);
          count += left >> bit & 1;
        }
      } else {
        for (; left != 0; left &= left - 1) {
          list_[count++] = static_cast<uint16_t>(first + std::countr_zero(left));
        }
      }
    }
    listed_ = true;
  }

  ZoneRange zone_;
  const Bits* selection_ = nullptr;
  size_t count_ = 0;
  bool listed_ = false;
  std::array<uint16_t, kZoneRows + 1> list_;  // one is written past the last
};

// The numbers (of values or groups) of the selected rows of a zone, in their order.
struct RowNumbers {
  bool constant = false;  // all rows have number `first`; `ids` is not filled
  uint32_t first = 0;
  alignas(64) std::array<uint32_t, kZoneRows> ids;

  void SetConstant(uint32_t number) {
    constant = true;
    first = number;
  }
  // Fills `ids` of a constant.
  void Expand(size_t count) {
    if (constant) std::fill_n(ids.begin(), count, first);
    constant = false;
  }
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SELECTED_ROWS_H_
