// Which back end evaluates an expression.
#include "src/query/evaluator.h"

#include <utility>

#include "src/query/interpreter.h"
#include "src/query/vector_evaluator.h"

namespace ashlar::query {

std::unique_ptr<Evaluator> MakeEvaluator(BoundPtr expression, BackEnd back_end) {
  if (back_end == BackEnd::kInterpreter) return MakeInterpreter(std::move(expression));
  return std::make_unique<VectorEvaluator>(std::move(expression));
}

}  // namespace ashlar::query
