// List functions of the interpreter. A null list gives null; nulls among the elements count as in
// SQL: any and all are three-valued, sum, min, max and avg pass them over, len counts them.
#include <optional>

#include "ashlar/status_macros.h"
#include "src/query/exact_sum.h"
#include "src/query/interpreter.h"

namespace ashlar::query {

absl::StatusOr<const ElementWalk*> RowInterpreter::WalkOf(const BoundExpression& e) {
  auto found = walks_.find(&e);
  if (found == walks_.end()) {
    ASSIGN_OR_RETURN(const Column* outer, ReadInput(e.list.input));
    ASSIGN_OR_RETURN(ElementWalk walk, ElementWalk::Make(e, *outer));
    found = walks_.emplace(&e, std::make_unique<ElementWalk>(std::move(walk))).first;
  }
  return found->second.get();
}

absl::StatusOr<Datum> RowInterpreter::EvalListFunction(const BoundExpression& e,
                                                       const Place& place) {
  ASSIGN_OR_RETURN(const ElementWalk* walk, WalkOf(e));
  if (walk->IsNull(place.row)) return Datum::Null(e.physical);
  switch (e.function) {
    case Function::kLen:
      return Datum::OfInt64(static_cast<int64_t>(walk->ElementsOf(place.row).size()));
    case Function::kAny:
    case Function::kAll:
      return EvalQuantified(e, place, *walk);
    default:
      return EvalReduced(e, place, *walk);
  }
}

// any: the first true decides, all: the first false. Without one, a null makes null; of no elements
// any is false and all is true.
absl::StatusOr<Datum> RowInterpreter::EvalQuantified(const BoundExpression& e, const Place& place,
                                                     const ElementWalk& walk) {
  const bool decides = e.function == Function::kAny;
  bool any_null = false;
  for (const int64_t element : walk.ElementsOf(place.row)) {
    ASSIGN_OR_RETURN(const Datum value,
                     Eval(*e.element, {.row = place.row, .elements = &walk, .element = element}));
    if (value.is_null) {
      any_null = true;
    } else if (value.boolean == decides) {
      return value;
    }
  }
  return any_null ? Datum::Null(Physical::kBool) : Datum::OfBool(!decides);
}

absl::StatusOr<Datum> RowInterpreter::EvalReduced(const BoundExpression& e, const Place& place,
                                                  const ElementWalk& walk) {
  ExactSum integers;
  double reals = 0;
  int64_t count = 0;
  Datum extreme = Datum::Null(e.physical);
  for (const int64_t element : walk.ElementsOf(place.row)) {
    ASSIGN_OR_RETURN(const Datum value,
                     Eval(*e.element, {.row = place.row, .elements = &walk, .element = element}));
    if (value.is_null) continue;
    ++count;
    if (e.function == Function::kListMin || e.function == Function::kListMax) {
      const bool better =
          extreme.is_null || (e.function == Function::kListMin ? CompareDatums(value, extreme) < 0
                                                               : CompareDatums(value, extreme) > 0);
      if (better) extreme = value;
    } else if (value.physical == Physical::kDouble) {
      reals += value.real;
    } else if (value.physical == Physical::kInt64) {
      integers.Add(value.int64);
    } else {
      integers.Add(value.uint64);
    }
  }
  if (count == 0) return Datum::Null(e.physical);
  const bool is_real = e.element->physical == Physical::kDouble;
  if (e.function == Function::kListAvg) {
    return Datum::OfDouble((is_real ? reals : integers.AsDouble()) / static_cast<double>(count));
  }
  if (e.function != Function::kListSum) return extreme;
  if (is_real) return Datum::OfDouble(reals);
  if (e.physical == Physical::kInt64 && integers.AsInt64().has_value()) {
    return Datum::OfInt64(*integers.AsInt64());
  }
  if (e.physical == Physical::kUInt64 && integers.AsUInt64().has_value()) {
    return Datum::OfUInt64(*integers.AsUInt64());
  }
  return RowError(e, absl::OutOfRangeError("integer overflow of a sum"), {});
}

}  // namespace ashlar::query
