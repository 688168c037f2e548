// Evaluating expressions in tests: text in, text out.
//
// Owns: running one expression over one batch with a back end, and printing values so that tests
// can state them by hand. Does not own: expectations.
#ifndef ASHLAR_TESTS_QUERY_EXPRESSION_TESTING_H_
#define ASHLAR_TESTS_QUERY_EXPRESSION_TESTING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/expression.h"
#include "src/query/binder.h"
#include "src/query/evaluator.h"

namespace ashlar::query {

// Row `row` (of the zone) as a literal of the expression's type; nested values as JSON.
[[nodiscard]] std::string VectorText(const DataType& type, const Vector& vector, int64_t row);

// All rows of a bound expression.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> EvaluateBound(
    const BoundPtr& bound, const Inputs& inputs, const RecordBatch& batch,
    BackEnd back_end = BackEnd::kInterpreter);

[[nodiscard]] absl::StatusOr<std::vector<std::string>> EvaluateExpression(
    const Expression& expression, const RecordBatch& batch);
[[nodiscard]] absl::StatusOr<std::vector<std::string>> EvaluateText(std::string_view text,
                                                                    const RecordBatch& batch);
// Rows for which a predicate holds, by Filter().
[[nodiscard]] absl::StatusOr<std::vector<int64_t>> FilterText(std::string_view text,
                                                              const RecordBatch& batch);

}  // namespace ashlar::query

#endif  // ASHLAR_TESTS_QUERY_EXPRESSION_TESTING_H_
