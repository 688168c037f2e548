// ExpressionNode: one node of an expression before it is bound.
//
// Owns: the tree that the C++ operators and the parser build alike, its limits, and equality. Does
// not own: syntax (parser.h, expression_text.h) or types (binder.h). A tree that would grow past a
// limit collapses into one node that holds only the message, so that whatever walks a tree may
// recurse. Nodes are immutable and shared.
#ifndef ASHLAR_SRC_QUERY_EXPRESSION_NODE_H_
#define ASHLAR_SRC_QUERY_EXPRESSION_NODE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/types.h"
#include "src/query/bound_expression.h"

namespace ashlar {

struct ExpressionNode {
  // kInput is a column by its path; kFunction is any function, also of lists.
  query::Op op = query::Op::kLiteral;
  bool is_error = false;  // `text` is the message; nothing else counts
  std::string text;       // a column's path, a function's name
  DataType type;          // of a literal (no id: null), or what to cast to
  query::LiteralValue literal;
  std::vector<std::shared_ptr<const ExpressionNode>> args;
  int64_t position = -1;  // byte offset in the text; -1: from C++
  uint32_t depth = 1;
  uint32_t size = 1;  // nodes, each as often as it is reached
};

namespace query {

using NodePtr = std::shared_ptr<const ExpressionNode>;

// Each may return an error node instead: too deep, too large, or an argument that is one.
[[nodiscard]] NodePtr MakeErrorNode(std::string message, int64_t position);
[[nodiscard]] NodePtr MakeColumnNode(std::string path, int64_t position);
[[nodiscard]] NodePtr MakeLiteralNode(DataType type, LiteralValue literal, int64_t position);
// Arguments of `and` and `or` that are of the same kind are merged into one list.
[[nodiscard]] NodePtr MakeNode(Op op, std::vector<NodePtr> args, int64_t position);
[[nodiscard]] NodePtr MakeCastNode(NodePtr arg, DataType type, int64_t position);
// A function by name in any case; checks the name and the number of arguments.
[[nodiscard]] NodePtr MakeCallNode(std::string_view name, std::vector<NodePtr> args,
                                   int64_t position);

// Literals of the plain types.
[[nodiscard]] NodePtr MakeNullNode(int64_t position);
[[nodiscard]] NodePtr MakeBoolNode(bool value, int64_t position);
[[nodiscard]] NodePtr MakeInt64Node(int64_t value, int64_t position);
// Of int64 where the value fits, so that 5 is the same literal however it was made.
[[nodiscard]] NodePtr MakeUInt64Node(uint64_t value, int64_t position);
[[nodiscard]] NodePtr MakeDoubleNode(double value, int64_t position);
// utf8, or binary when it is no UTF-8.
[[nodiscard]] NodePtr MakeStringNode(std::string value, int64_t position);
[[nodiscard]] NodePtr MakeVectorNode(std::vector<float> value, int64_t position);

// Equal trees, wherever they were written.
[[nodiscard]] bool NodesEqual(const ExpressionNode& a, const ExpressionNode& b);

// InvalidArgument "at 14: message"; without a position, "message in 'the expression'".
[[nodiscard]] absl::Status ErrorAt(const ExpressionNode& node, std::string_view message);
// The same with the code and message of `status`.
[[nodiscard]] absl::Status StatusAt(const ExpressionNode& node, const absl::Status& status);

}  // namespace query
}  // namespace ashlar

#endif  // ASHLAR_SRC_QUERY_EXPRESSION_NODE_H_
