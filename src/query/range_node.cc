// Bounds against plain columns and computed numbers; see the header.
#include "src/query/range_node.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/compare_kernels.h"
#include "src/query/packed_select.h"

namespace ashlar::query {
namespace {

DataType WideType(Physical physical) {
  switch (physical) {
    case Physical::kInt64:
      return Int64();
    case Physical::kUInt64:
      return UInt64();
    default:
      ASHLAR_CHECK(physical == Physical::kDouble);
      return Float64();
  }
}

void SelectStored(const StoredRange& range, const std::byte* values, int64_t rows,
                  const Bits& selection, Bits* out) {
  if (range.kind != StoredRange::Kind::kSome) {
    *out = range.kind == StoredRange::Kind::kAll ? selection : Bits();
  } else if (!range.floating) {
    SelectIntegers(values, range.width, rows, range.low, range.span, selection, out);
  } else if (range.width == 4) {
    SelectFloats(values, rows, range.float_low, range.float_high, selection, out);
  } else {
    SelectDoubles(values, rows, range.real_low, range.real_high, selection, out);
  }
}

const std::byte* ValuesOf(const Vector& vector) {
  switch (vector.physical) {
    case Physical::kInt64:
      return reinterpret_cast<const std::byte*>(vector.int64);
    case Physical::kUInt64:
      return reinterpret_cast<const std::byte*>(vector.uint64);
    default:
      ASHLAR_CHECK(vector.physical == Physical::kDouble);
      return reinterpret_cast<const std::byte*>(vector.real);
  }
}

}  // namespace

RangeNode::RangeNode(const BoundExpression& predicate, const BoundExpression& number,
                     ProgramPtr number_node, std::vector<ValueRange> ranges)
    : PredicateNode(predicate), number_(std::move(number_node)), ranges_(std::move(ranges)) {
  if (number.op == Op::kInput) column_.emplace(number.input);
  for (const ValueRange& range : ranges_) {
    ASHLAR_CHECK(!range.negated || ranges_.size() == 1);
    negated_ = range.negated;
    stored_.push_back(
        StoredAs(range, number.op == Op::kInput ? number.type : WideType(number.physical)));
    widened_.push_back(StoredAs(range, WideType(number.physical)));
  }
}

void RangeNode::BeginMorsel(Morsel* morsel) {
  if (column_.has_value()) column_->Begin(morsel);
  number_->BeginMorsel(morsel);
}

void RangeNode::Select(const std::vector<StoredRange>& ranges, const std::byte* values,
                       int64_t rows, const Bits& selection, Bits* out) const {
  if (ranges.size() == 1 && !negated_) {
    SelectStored(ranges.front(), values, rows, selection, out);
    return;
  }
  Bits found;
  for (const StoredRange& range : ranges) {
    Bits inside;
    SelectStored(range, values, rows, selection, &inside);
    found = Or(found, inside);
  }
  *out = negated_ ? AndNot(selection, found) : found;
}

Bits RangeNode::SelectPacked(const columnar::PackedZone& zone, const Bits& selection) const {
  Bits inside = SelectPackedValues(zone, ranges_.front());
  for (size_t i = 1; i < ranges_.size(); ++i) {
    inside = Or(inside, SelectPackedValues(zone, ranges_[i]));
  }
  return negated_ ? AndNot(selection, inside) : And(selection, inside);
}

absl::StatusOr<bool> RangeNode::SelectInColumn(const ZoneRange& zone, const Bits& selection,
                                               Bits* inside, bool* has_nulls, Bits* valid) {
  ASSIGN_OR_RETURN(const columnar::PackedColumn* const packed, column_->Packed());
  if (packed != nullptr && packed->dictionary == nullptr) {
    *inside = SelectPacked(packed->zone(ZoneIndex(zone)), selection);
    *has_nulls = ValidPackedRows(*packed, zone, valid);
    return true;
  }
  RETURN_IF_ERROR(column_->Open().status());
  const ColumnData& data = column_->data();
  if (data.encoding != Encoding::kPlain) return false;
  Select(stored_, column_->ValuesAt(zone, data.type.byte_width()), zone.rows, selection, inside);
  *has_nulls = column_->ValidRows(zone, valid);
  return true;
}

absl::Status RangeNode::SelectComputed(ZoneTask* zone, const Bits& selection, Bits* inside,
                                       bool* has_nulls, Bits* valid) {
  if (computed_ == nullptr) computed_ = std::make_unique<Vector>();
  RETURN_IF_ERROR(number_->Evaluate(zone, selection, computed_.get()));
  Select(widened_, ValuesOf(*computed_), zone->range.rows, selection, inside);
  *has_nulls = computed_->has_nulls;
  if (*has_nulls) *valid = computed_->valid;
  return absl::OkStatus();
}

absl::Status RangeNode::SelectRows(ZoneTask* zone, const Bits& selection, Bits* inside,
                                   bool* has_nulls, Bits* valid) {
  if (column_.has_value()) {
    ASSIGN_OR_RETURN(const bool done,
                     SelectInColumn(zone->range, selection, inside, has_nulls, valid));
    if (done) return absl::OkStatus();
  }
  return SelectComputed(zone, selection, inside, has_nulls, valid);
}

absl::Status RangeNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  bool has_nulls = false;
  Bits inside;
  Bits valid;
  RETURN_IF_ERROR(SelectRows(zone, selection, &inside, &has_nulls, &valid));
  out->is_true = has_nulls ? And(inside, valid) : inside;
  out->is_null = has_nulls ? AndNot(selection, valid) : Bits();
  return absl::OkStatus();
}

absl::Status RangeNode::Filter(ZoneTask* zone, Bits* selection) {
  bool has_nulls = false;
  Bits valid;
  RETURN_IF_ERROR(SelectRows(zone, *selection, selection, &has_nulls, &valid));
  if (has_nulls) *selection = And(*selection, valid);
  return absl::OkStatus();
}

}  // namespace ashlar::query
