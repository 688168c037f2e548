// Zones through a program, doubtful ones through the interpreter; see the header.
#include "src/query/vector_evaluator.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/program_builder.h"

namespace ashlar::query {

VectorEvaluator::VectorEvaluator(BoundPtr expression)
    : expression_(std::move(expression)), program_(BuildProgram(expression_, &fallback_rows_)) {}

absl::Status VectorEvaluator::BeginMorsel(Morsel& morsel) {
  morsel_ = &morsel;
  interpreter_begun_ = false;
  program_->BeginMorsel(&morsel);
  return absl::OkStatus();
}

absl::StatusOr<Evaluator*> VectorEvaluator::Interpreter(const Bits& selection) {
  if (interpreter_ == nullptr) interpreter_ = MakeEvaluator(expression_, BackEnd::kInterpreter);
  if (!interpreter_begun_) RETURN_IF_ERROR(interpreter_->BeginMorsel(*morsel_));
  interpreter_begun_ = true;
  fallback_rows_ += static_cast<uint64_t>(selection.Count());
  return interpreter_.get();
}

absl::Status VectorEvaluator::Filter(const ZoneRange& zone, Bits* selection) {
  ZoneTask task{zone};
  if (!program_->may_fail()) {
    RETURN_IF_ERROR(program_->Filter(&task, selection));
    ASHLAR_CHECK(!task.doubtful);
    return absl::OkStatus();
  }
  const Bits selected = *selection;
  RETURN_IF_ERROR(program_->Filter(&task, selection));
  if (!task.doubtful) return absl::OkStatus();
  *selection = selected;
  ASSIGN_OR_RETURN(Evaluator* const interpreter, Interpreter(selected));
  return interpreter->Filter(zone, selection);
}

absl::Status VectorEvaluator::Evaluate(const ZoneRange& zone, const Bits& selection, Vector* out) {
  ZoneTask task{zone};
  RETURN_IF_ERROR(program_->Evaluate(&task, selection, out));
  if (!task.doubtful) {
    // Within a program the bits of rows that are not selected stay clear; but who gets a constant
    // reads row 0.
    if (out->constant && out->physical == Physical::kBool && !out->bits.None()) out->bits.Set(0);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(Evaluator* const interpreter, Interpreter(selection));
  return interpreter->Evaluate(zone, selection, out);
}

}  // namespace ashlar::query
