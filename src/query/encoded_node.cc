// Constants and dictionaries decided by their values; see the header.
#include "src/query/encoded_node.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/query/bits_ops.h"
#include "src/query/leaf_nodes.h"

namespace ashlar::query {
namespace {

// A dictionary this small is always worth evaluating.
constexpr int64_t kSmallDictionary = 256;

bool SameBytes(const PinnedBytes& a, const PinnedBytes& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// Whether two dictionaries, which are plain and without nulls, are byte for byte alike. A bitmap or
// an offset of their own makes them count as different.
bool SameValues(const ColumnData& a, const ColumnData& b) {
  if (&a == &b) return true;
  return a.encoding == b.encoding && a.type == b.type && a.length == b.length && a.offset == 0 &&
         b.offset == 0 && a.validity.empty() && b.validity.empty() &&
         SameBytes(a.offsets, b.offsets) && SameBytes(a.values, b.values);
}

int64_t LoadCodeAt(const std::byte* codes, int width, int64_t row) {
  if (width == 1) return base::LoadLittle<uint8_t>(codes + row);
  if (width == 2) return base::LoadLittle<uint16_t>(codes + row * 2);
  return base::LoadLittle<uint32_t>(codes + row * 4);
}

}  // namespace

EncodedNode::EncodedNode(const BoundExpression& expression, size_t slot, ProgramPtr plain)
    : ProgramNode(expression), column_(slot), plain_(std::move(plain)) {}

void EncodedNode::BeginMorsel(Morsel* morsel) {
  column_.Begin(morsel);
  way_ = Way::kUndecided;
  begun_ = false;
  packed_ = nullptr;
  rows_asked_ = 0;
}

const std::shared_ptr<const ColumnData>& EncodedNode::dictionary() const {
  return packed_ != nullptr ? packed_->dictionary : column_.data().dictionary;
}

bool EncodedNode::IsConstant() const {
  return packed_ == nullptr && column_.data().encoding == Encoding::kConstant;
}

bool EncodedNode::ValidRows(const ZoneRange& zone, Bits* valid) const {
  return packed_ != nullptr ? ValidPackedRows(*packed_, zone, valid)
                            : column_.ValidRows(zone, valid);
}

int EncodedNode::code_width() const {
  return packed_ != nullptr ? packed_->value_width : column_.data().code_width;
}

const std::byte* EncodedNode::CodesOf(const ZoneRange& zone) {
  if (packed_ == nullptr) return column_.ValuesAt(zone, code_width());
  columnar::UnpackZone(*packed_, ZoneIndex(zone), codes_.data());
  return codes_.data();
}

void EncodedNode::RetainCodes(const CodeSet& set, const ZoneRange& zone, Bits* present) {
  if (set.all()) return;
  if (set.none()) {
    *present = Bits();
  } else if (packed_ != nullptr && !set.table()) {
    set.RetainPacked(packed_->zone(ZoneIndex(zone)), present);
  } else {
    set.Retain(CodesOf(zone), code_width(), zone.rows, present);
  }
}

absl::Status EncodedNode::Decide(const ZoneRange& zone, const Bits& selection) {
  if (!begun_) plain_->BeginMorsel(column_.morsel());
  begun_ = true;
  ASSIGN_OR_RETURN(const columnar::PackedColumn* const packed, column_.Packed());
  if (packed != nullptr && packed->dictionary != nullptr) packed_ = packed;
  if (packed == nullptr) RETURN_IF_ERROR(column_.Open().status());
  if (packed_ == nullptr && (packed != nullptr || column_.data().encoding == Encoding::kPlain)) {
    way_ = Way::kPlain;
    return absl::OkStatus();
  }
  // Segments written together often have equal dictionaries: then the table still holds.
  if (tried_ != nullptr && SameValues(*dictionary(), *tried_)) tried_ = dictionary();
  if (dictionary() != tried_) {
    // What is selected here may well be selected in the zones behind.
    const int64_t selected = selection.Count();
    const int64_t zones = (column_.morsel()->rows() - zone.first_row + kZoneRows - 1) / kZoneRows;
    rows_asked_ += selected;
    const int64_t worth = std::max(kSmallDictionary, rows_asked_ + selected * (zones - 1));
    if (dictionary()->length > worth) return absl::OkStatus();  // stays undecided
    RETURN_IF_ERROR(FillTable());
  }
  way_ = usable_ ? Way::kTable : Way::kPlain;
  return absl::OkStatus();
}

absl::Status EncodedNode::FillTable() {
  tried_ = nullptr;
  const absl::StatusOr<bool> filled =
      table_.Fill(plain_.get(), column_.slot(), Column(dictionary()));
  plain_->BeginMorsel(column_.morsel());
  RETURN_IF_ERROR(filled.status());
  usable_ = *filled;
  tried_ = dictionary();
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
  const int64_t entry = dictionary()->length == 0 ? table_.null_entry() : 0;
  out->is_true = table_.truth(entry) ? selection : Bits();
  out->is_null = table_.IsValid(entry) ? Bits() : selection;
  return absl::OkStatus();
}

absl::Status EncodedNode::Filter(ZoneTask* zone, Bits* selection) {
  if (way_ == Way::kUndecided) RETURN_IF_ERROR(Decide(zone->range, *selection));
  if (way_ != Way::kTable) return plain_->Filter(zone, selection);
  if (physical() != Physical::kBool || IsConstant()) return ProgramNode::Filter(zone, selection);
  RetainTrue(zone->range, selection);
  return absl::OkStatus();
}

void EncodedNode::RetainTrue(const ZoneRange& zone, Bits* selection) {
  Bits valid;
  if (!ValidRows(zone, &valid)) return RetainCodes(table_.true_codes(), zone, selection);
  const Bits absent = AndNot(*selection, valid);
  *selection = And(*selection, valid);
  RetainCodes(table_.true_codes(), zone, selection);
  if (table_.truth(table_.null_entry())) *selection = Or(*selection, absent);
}

void EncodedNode::TestCodes(const ZoneRange& zone, const Bits& selection, Outcome* out) {
  Bits valid;
  const bool has_nulls = ValidRows(zone, &valid);
  out->is_true = has_nulls ? And(selection, valid) : selection;
  out->is_null = out->is_true;
  RetainCodes(table_.true_codes(), zone, &out->is_true);
  RetainCodes(table_.null_codes(), zone, &out->is_null);
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
  const int64_t entry = dictionary()->length == 0 ? table_.null_entry() : 0;
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

void EncodedNode::EvaluateCodes(const ZoneRange& zone, const Bits& selection, Vector* out) {
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
  const bool null_rows = ValidRows(zone, &valid);
  out->has_nulls = table_.has_null_codes() || (null_rows && !table_.IsValid(table_.null_entry()));
  if (out->has_nulls) out->valid = selection;
  const std::byte* const codes = CodesOf(zone);
  const int width = code_width();
  ForSelected(selection, [&](int64_t row) {
    const int64_t entry =
        null_rows && !valid.Get(row) ? table_.null_entry() : LoadCodeAt(codes, width, row);
    if (physical() == Physical::kBytes) {
      out->views[row] = table_.view(entry);
    } else if (physical() != Physical::kNull) {
      out->words[row] = table_.word(entry);
    }
    if (out->has_nulls && !table_.IsValid(entry)) out->valid.Clear(row);
  });
}

}  // namespace ashlar::query
