// The interpreter as a node; see the header.
#include "src/query/fallback_node.h"

#include "ashlar/status_macros.h"
#include "src/query/leaf_nodes.h"

namespace ashlar::query {
namespace {

// Other nodes read slots, not flags.
void Spread(const Bits& selection, Vector* out) {
  const auto fill = [out](auto value) { out->words.fill(static_cast<int64_t>(value)); };
  switch (out->physical) {
    case Physical::kBool:
      out->bits = out->bits.Get(0) ? selection : Bits();
      break;
    case Physical::kInt64:
      fill(out->int64[0]);
      break;
    case Physical::kUInt64:
      fill(out->uint64[0]);
      break;
    case Physical::kDouble:
      fill(std::bit_cast<int64_t>(out->real[0]));
      break;
    case Physical::kBytes:
      out->views.fill(out->bytes[0]);
      break;
    default:
      return;
  }
  if (out->has_nulls) out->valid = out->valid.Get(0) ? selection : Bits();
  UseScratch(out->physical, out);
}

}  // namespace

FallbackNode::FallbackNode(const BoundPtr& expression, uint64_t* rows)
    : ProgramNode(*expression),
      interpreter_(MakeEvaluator(expression, BackEnd::kInterpreter)),
      rows_(rows) {}

void FallbackNode::BeginMorsel(Morsel* morsel) {
  morsel_ = morsel;
  begun_ = false;
}

absl::Status FallbackNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  if (!begun_) {
    RETURN_IF_ERROR(interpreter_->BeginMorsel(*morsel_));
    begun_ = true;
  }
  *rows_ += static_cast<uint64_t>(selection.Count());
  if (!interpreter_->Evaluate(zone->range, selection, out).ok()) {
    // Which row of the whole expression that is, and whether it counts, is not for a part to say.
    zone->doubtful = true;
    UseScratch(physical(), out);
    out->constant = false;
    out->has_nulls = true;
    out->valid = Bits();
    out->views.fill({});
  } else if (out->constant) {
    Spread(selection, out);
  }
  return absl::OkStatus();
}

}  // namespace ashlar::query
