// RangeNode: a number against constant bounds.
//
// Owns: comparing a plain column in the width it is stored in, and any other number in 64 bits.
// Does not own: how bounds came about (value_range.h): both sides of `between`, several conjuncts
// about one column and a list of few literals all end here. Null where the number is null.
#ifndef ASHLAR_SRC_QUERY_RANGE_NODE_H_
#define ASHLAR_SRC_QUERY_RANGE_NODE_H_

#include <optional>
#include <vector>

#include "src/query/program_node.h"
#include "src/query/slot_column.h"
#include "src/query/value_range.h"

namespace ashlar::query {

class RangeNode final : public PredicateNode {
 public:
  // True inside of any of `ranges`, all of the kind of `number`; a negated range stands alone.
  // `predicate` is the expression whose value this is, `number_node` computes `number`.
  RangeNode(const BoundExpression& predicate, const BoundExpression& number, ProgramPtr number_node,
            std::vector<ValueRange> ranges);
  void BeginMorsel(Morsel* morsel) override;
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;
  absl::Status Filter(ZoneTask* zone, Bits* selection) override;

 private:
  // The selected rows inside of the ranges, here and below; null rows among them mean nothing.
  // `out` and `inside` may be the selection itself.
  void Select(const std::vector<StoredRange>& ranges, const std::byte* values, int64_t rows,
              const Bits& selection, Bits* out) const;
  // Inside of the ranges of a zone that is bit-packed.
  [[nodiscard]] Bits SelectPacked(const columnar::PackedZone& zone, const Bits& selection) const;
  // False: neither packed nor plain, nothing was done. Else `has_nulls` and `valid` say which rows
  // are null.
  [[nodiscard]] absl::StatusOr<bool> SelectInColumn(const ZoneRange& zone, const Bits& selection,
                                                    Bits* inside, bool* has_nulls, Bits* valid);
  [[nodiscard]] absl::Status SelectComputed(ZoneTask* zone, const Bits& selection, Bits* inside,
                                            bool* has_nulls, Bits* valid);
  [[nodiscard]] absl::Status SelectRows(ZoneTask* zone, const Bits& selection, Bits* inside,
                                        bool* has_nulls, Bits* valid);

  std::optional<SlotColumn> column_;  // when the number is a column
  const ProgramPtr number_;
  const std::vector<ValueRange> ranges_;
  bool negated_ = false;
  std::vector<StoredRange> stored_;   // in the width of the column
  std::vector<StoredRange> widened_;  // in 64 bits
  std::unique_ptr<Vector> computed_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_RANGE_NODE_H_
