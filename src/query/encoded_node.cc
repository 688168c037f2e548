// Constants and dictionaries decided by their values; see the header.
#include "src/query/encoded_node.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/column_data.h"
#include "src/query/bits_ops.h"
#include "src/query/leaf_nodes.h"

namespace ashlar::query {
namespace {

// A dictionary this small is always worth evaluating.
constexpr int64_t kSmallDictionary = 256;

}  // namespace

EncodedNode::EncodedNode(const BoundExpression& expression, size_t slot, NodePtr plain)
    : ProgramNode(expression), column_(slot), plain_(std::move(plain)) {}

void EncodedNode::BeginMorsel(Morsel* morsel) {
  column_.Begin(morsel);
  way_ = Way::kUndecided;
  rows_asked_ = 0;
}

bool EncodedNode::IsConstant() const { return column_.data().encoding == Encoding::kConstant; }

absl::Status EncodedNode::Decide(const ZoneRange& zone, const Bits& selection) {
  ASSIGN_OR_RETURN(const bool first, column_.Open());
  if (first) plain_->BeginMorsel(column_.morsel());
  const ColumnData& data = column_.data();
  if (data.encoding == Encoding::kPlain) {
    way_ = Way::kPlain;
    return absl::OkStatus();
  }
  if (data.dictionary != tried_) {
    // What is selected here may well be selected in the zones behind.
    const int64_t selected = selection.Count();
    const int64_t zones = (data.length - zone.first_row + kZoneRows - 1) / kZoneRows;
    rows_asked_ += selected;
    const int64_t worth = std::max(kSmallDictionary, rows_asked_ + selected * (zones - 1));
    if (data.dictionary->length > worth) return absl::OkStatus();  // stays undecided
    RETURN_IF_ERROR(FillTable());
  }
  way_ = usable_ ? Way::kTable : Way::kPlain;
  return absl::OkStatus();
}

absl::Status EncodedNode::FillTable() {
  tried_ = nullptr;
  const absl::StatusOr<bool> filled =
      table_.Fill(plain_.get(), column_.slot(), Column(column_.data().dictionary));
  plain_->BeginMorsel(column_.morsel());
  RETURN_IF_ERROR(filled.status());
  usable_ = *filled;
  tried_ = column_.data().dictionary;
  return absl::OkStatus();
}

absl::Status EncodedNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  if (way_ == Way::kUndecided) RETURN_IF_ERROR(Decide(zone->range, selection));
  if (way_ != Way::kTable) return plain_->Test(zone, selection, out);
  if (physical() != Physical::kBool) return ProgramNode::Test(zone, selection, out);
  if (!IsConstant()) {
    TestCodes(zone->range, selection, out);
    return absl::OkStatus();
  }
  const int64_t entry = column_.data().dictionary->length == 0 ? table_.null_entry() : 0;
  out->is_true = table_.truth(entry) ? selection : Bits();
  out->is_null = table_.IsValid(entry) ? Bits() : selection;
  return absl::OkStatus();
}

absl::Status EncodedNode::Filter(ZoneTask* zone, Bits* selection) {
  if (way_ == Way::kUndecided) RETURN_IF_ERROR(Decide(zone->range, *selection));
  if (way_ != Way::kTable) return plain_->Filter(zone, selection);
  return ProgramNode::Filter(zone, selection);
}

void EncodedNode::TestCodes(const ZoneRange& zone, const Bits& selection, Outcome* out) const {
  Bits valid;
  const bool has_nulls = column_.ValidRows(zone, &valid);
  const Bits present = has_nulls ? And(selection, valid) : selection;
  const int width = column_.data().code_width;
  const auto select = [&](const CodeSet& set) {
    if (set.none()) return Bits();
    if (set.all()) return present;
    return set.Select(column_.ValuesAt(zone, width), width, zone.rows, present);
  };
  out->is_true = select(table_.true_codes());
  out->is_null = select(table_.null_codes());
  if (!has_nulls) return;
  const Bits absent = AndNot(selection, valid);
  if (table_.truth(table_.null_entry())) out->is_true = Or(out->is_true, absent);
  if (!table_.IsValid(table_.null_entry())) out->is_null = Or(out->is_null, absent);
}

absl::Status EncodedNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  if (way_ == Way::kUndecided) RETURN_IF_ERROR(Decide(zone->range, selection));
  if (way_ != Way::kTable) return plain_->Evaluate(zone, selection, out);
  UseScratch(physical(), out);
  if (IsConstant()) {
    EvaluateConstant(selection, out);
  } else {
    EvaluateCodes(zone->range, selection, out);
  }
  return absl::OkStatus();
}

void EncodedNode::EvaluateConstant(const Bits& selection, Vector* out) const {
  const int64_t entry = column_.data().dictionary->length == 0 ? table_.null_entry() : 0;
  out->constant = true;
  out->has_nulls = !table_.IsValid(entry);
  if (out->has_nulls) out->valid = Bits();
  if (physical() == Physical::kBool) {
    out->bits = table_.truth(entry) ? selection : Bits();
  } else if (physical() == Physical::kBytes) {
    out->views.fill(table_.view(entry));
  } else if (physical() != Physical::kNull) {
    out->words.fill(table_.word(entry));
  }
}

void EncodedNode::EvaluateCodes(const ZoneRange& zone, const Bits& selection, Vector* out) const {
  out->constant = false;
  if (physical() == Physical::kBool) {
    Outcome outcome;
    TestCodes(zone, selection, &outcome);
    out->bits = outcome.is_true;
    out->has_nulls = !outcome.is_null.None();
    if (out->has_nulls) out->valid = AndNot(selection, outcome.is_null);
    return;
  }
  Bits valid;
  const bool null_rows = column_.ValidRows(zone, &valid);
  out->has_nulls = table_.has_null_codes() || (null_rows && !table_.IsValid(table_.null_entry()));
  if (out->has_nulls) out->valid = selection;
  const ColumnData& data = column_.data();
  const int64_t first = data.offset + zone.first_row;
  ForSelected(selection, [&](int64_t row) {
    const int64_t entry = null_rows && !valid.Get(row)
                              ? table_.null_entry()
                              : int64_t{columnar::LoadCode(data, first + row)};
    if (physical() == Physical::kBytes) {
      out->views[row] = table_.view(entry);
    } else if (physical() != Physical::kNull) {
      out->words[row] = table_.word(entry);
    }
    if (out->has_nulls && !table_.IsValid(entry)) out->valid.Clear(row);
  });
}

}  // namespace ashlar::query
