// Binding: from expression trees to typed trees over a source's columns.
//
// Owns: name resolution (with the nearest names), type rules, implicit casts, constant folding of
// what cannot fail, and the positions in messages. Does not own: syntax (parser.h) or values
// (interpreter.h).
#ifndef ASHLAR_SRC_QUERY_BINDER_H_
#define ASHLAR_SRC_QUERY_BINDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/expression.h"
#include "ashlar/types.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

// The inputs of all expressions bound so far, each once; slots are indexes into it.
using Inputs = std::vector<Input>;

// NotFound for unknown columns, InvalidArgument for everything else; messages say where
// ("at 14: cannot compare utf8 with int64"). Adds what it reads to `inputs`.
[[nodiscard]] absl::StatusOr<BoundPtr> Bind(const Expression& expression, const Schema& schema,
                                            Inputs* inputs);
// The same, and the result must be bool (or the null literal).
[[nodiscard]] absl::StatusOr<BoundPtr> BindPredicate(const Expression& expression,
                                                     const Schema& schema, Inputs* inputs);
// The name of a result column: the alias, the path of a column, else the expression's text.
[[nodiscard]] std::string ResultName(const Expression& expression);
// Replaces columns by expressions (for a filter behind a select): every Col(path) whose first name
// is among `names` becomes the expression, with the rest of the path below it if it is a column; so
// does a function whose text is among them. Other columns are NotFound.
[[nodiscard]] absl::StatusOr<Expression> Substitute(const Expression& expression,
                                                    const std::vector<std::string>& names,
                                                    const std::vector<Expression>& values);

// InvalidArgument where values have no order or equality (lists, structs, vectors): "cannot group
// by a value of type list<utf8>; unnest the list first". `use` is "group by", "count distinct", ….
[[nodiscard]] absl::Status CheckGroupable(const BoundExpression& e, std::string_view use);
[[nodiscard]] absl::Status CheckOrderable(const BoundExpression& e);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_BINDER_H_
