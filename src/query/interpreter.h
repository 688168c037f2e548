// RowInterpreter: bound expressions evaluated for one row at a time.
//
// Owns: the semantics of the query language; every other back end must agree with it. Does not own:
// single operations on values (scalar_math.h, casts.h, text_functions.h, …), which it shares with
// the kernels. Simple to read, not fast. One thread at a time.
#ifndef ASHLAR_SRC_QUERY_INTERPRETER_H_
#define ASHLAR_SRC_QUERY_INTERPRETER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/query/bound_expression.h"
#include "src/query/datum.h"
#include "src/query/element_walk.h"
#include "src/query/evaluator.h"
#include "src/query/like_matcher.h"
#include "src/query/morsel.h"

namespace ashlar::query {

class RowInterpreter {
 public:
  // Forgets everything about the morsel before. Columns are read when a row first needs them; an
  // expression of literals only needs no morsel at all.
  void BeginMorsel(Morsel& morsel);

  // Row `row` of the morsel. The value is good until the next call. The expression must live as
  // long as the interpreter.
  [[nodiscard]] absl::StatusOr<Datum> Evaluate(const BoundExpression& expression, int64_t row);

 private:
  // Where inputs are read from: a row, and within list functions an element of it.
  struct Place {
    int64_t row = 0;
    const ElementWalk* elements = nullptr;
    int64_t element = 0;
  };

  absl::StatusOr<Datum> Eval(const BoundExpression& e, const Place& place);
  absl::StatusOr<Datum> EvalInput(const BoundExpression& e, const Place& place);
  absl::StatusOr<Datum> EvalLogical(const BoundExpression& e, const Place& place);
  absl::StatusOr<Datum> EvalCase(const BoundExpression& e, const Place& place);
  absl::StatusOr<Datum> EvalCoalesce(const BoundExpression& e, const Place& place);
  // Operations that evaluate all of their arguments first.
  absl::StatusOr<Datum> EvalStrict(const BoundExpression& e, const Place& place);
  [[nodiscard]] Datum ApplyIn(const BoundExpression& e, const Datum& value) const;
  absl::StatusOr<Datum> ApplyLike(const BoundExpression& e, const Datum& value);
  [[nodiscard]] Datum ApplyDistance(const BoundExpression& e, const Datum& value) const;
  // interpreter_list.cc
  absl::StatusOr<Datum> EvalListFunction(const BoundExpression& e, const Place& place);
  absl::StatusOr<Datum> EvalQuantified(const BoundExpression& e, const Place& place,
                                       const ElementWalk& walk);
  absl::StatusOr<Datum> EvalReduced(const BoundExpression& e, const Place& place,
                                    const ElementWalk& walk);
  absl::StatusOr<const ElementWalk*> WalkOf(const BoundExpression& e);

  absl::StatusOr<const Column*> ReadInput(size_t slot);
  std::string* NewString() { return &strings_.emplace_back(); }

  Morsel* morsel_ = nullptr;
  std::unordered_map<size_t, Column> columns_;  // by slot
  std::unordered_map<const BoundExpression*, std::unique_ptr<ElementWalk>> walks_;
  std::unordered_map<const BoundExpression*, LikeMatcher> patterns_;
  std::deque<std::string> strings_;  // computed for the current row
};

// The Evaluator over it.
[[nodiscard]] std::unique_ptr<Evaluator> MakeInterpreter(BoundPtr expression);

// What a row's error says: where, what, and the values that it was about.
[[nodiscard]] absl::Status RowError(const BoundExpression& e, const absl::Status& status,
                                    const std::vector<Datum>& values);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_INTERPRETER_H_
