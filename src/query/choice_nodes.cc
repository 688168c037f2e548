// Putting values of several expressions together, row by row; see the header.
#include "src/query/choice_nodes.h"

#include <bit>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/bits_ops.h"
#include "src/query/leaf_nodes.h"

namespace ashlar::query {
namespace {

void CopyRows(const Vector& from, const Bits& rows, Vector* out) {
  switch (out->physical) {
    case Physical::kBool:
      out->bits = Or(AndNot(out->bits, rows), And(from.bits, rows));
      return;
    case Physical::kInt64:
      return ForSelected(rows, [&](int64_t row) { out->words[row] = from.int64[row]; });
    case Physical::kUInt64:
      return ForSelected(
          rows, [&](int64_t row) { out->words[row] = static_cast<int64_t>(from.uint64[row]); });
    case Physical::kDouble:
      return ForSelected(
          rows, [&](int64_t row) { out->words[row] = std::bit_cast<int64_t>(from.real[row]); });
    case Physical::kBytes:
      return ForSelected(rows, [&](int64_t row) { out->views[row] = from.bytes[row]; });
    default:
      ASHLAR_CHECK(out->physical == Physical::kNull);
  }
}

}  // namespace

Mosaic::Mosaic(size_t parts) {
  for (size_t i = 0; i < parts; ++i) parts_.push_back(std::make_unique<Vector>());
}

void Mosaic::Begin(Physical physical, Vector* out) {
  UseScratch(physical, out);
  out->constant = false;
  out->has_nulls = true;
  out->valid = Bits();
  out->bits = Bits();
  // Slots of null rows are read by others, and strings must not lead anywhere.
  if (physical == Physical::kBytes) out->views.fill({});
}

absl::Status Mosaic::Take(size_t index, ProgramNode* node, ZoneTask* zone, const Bits& rows,
                          Vector* out, Bits* taken) {
  Vector* const part = parts_[index].get();
  RETURN_IF_ERROR(node->Evaluate(zone, rows, part));
  *taken = part->has_nulls ? And(rows, part->valid) : rows;
  if (part->physical == Physical::kNull) *taken = Bits();
  CopyRows(*part, *taken, out);
  out->valid = Or(out->valid, *taken);
  return absl::OkStatus();
}

CaseNode::CaseNode(const BoundExpression& expression, std::vector<ProgramPtr> args)
    : ProgramNode(expression), args_(std::move(args)), mosaic_(args_.size()) {
  ASHLAR_CHECK(args_.size() % 2 == 1);
}

void CaseNode::BeginMorsel(Morsel* morsel) {
  for (const ProgramPtr& arg : args_) arg->BeginMorsel(morsel);
}

absl::Status CaseNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  mosaic_.Begin(physical(), out);
  Bits open = selection;
  Bits taken;
  for (size_t i = 0; i + 1 < args_.size() && !open.None(); i += 2) {
    Outcome when;
    RETURN_IF_ERROR(args_[i]->Test(zone, open, &when));
    if (when.is_true.None()) continue;
    RETURN_IF_ERROR(mosaic_.Take(i + 1, args_[i + 1].get(), zone, when.is_true, out, &taken));
    open = AndNot(open, when.is_true);
  }
  if (open.None()) return absl::OkStatus();
  return mosaic_.Take(args_.size() - 1, args_.back().get(), zone, open, out, &taken);
}

CoalesceNode::CoalesceNode(const BoundExpression& expression, std::vector<ProgramPtr> args)
    : ProgramNode(expression), args_(std::move(args)), mosaic_(args_.size()) {}

void CoalesceNode::BeginMorsel(Morsel* morsel) {
  for (const ProgramPtr& arg : args_) arg->BeginMorsel(morsel);
}

absl::Status CoalesceNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  mosaic_.Begin(physical(), out);
  Bits open = selection;
  for (size_t i = 0; i < args_.size() && !open.None(); ++i) {
    Bits taken;
    RETURN_IF_ERROR(mosaic_.Take(i, args_[i].get(), zone, open, out, &taken));
    open = AndNot(open, taken);
  }
  return absl::OkStatus();
}

}  // namespace ashlar::query
