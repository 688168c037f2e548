// Which back end evaluates an expression.
#include "src/query/evaluator.h"

#include <utility>

#include "src/query/interpreter.h"

namespace ashlar::query {

std::unique_ptr<Evaluator> MakeEvaluator(BoundPtr expression, BackEnd /*back_end*/) {
  return MakeInterpreter(std::move(expression));
}

}  // namespace ashlar::query
