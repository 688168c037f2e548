// Making nodes within their limits; see the header.
#include "src/query/expression_node.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>

#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "src/query/expression_text.h"
#include "src/query/function_table.h"

namespace ashlar::query {
namespace {

// Takes over an error among the arguments, and keeps the tree within its limits.
NodePtr Finish(ExpressionNode node) {
  uint64_t size = 1;
  for (const NodePtr& arg : node.args) {
    if (arg->is_error) return arg;
    node.depth = std::max(node.depth, arg->depth + 1);
    size += arg->size;
  }
  if (node.depth > base::kMaxExpressionDepth) {
    return MakeErrorNode(
        base::StrCat("the expression is nested deeper than ", base::kMaxExpressionDepth, " levels"),
        node.position);
  }
  if (size > base::kMaxExpressionNodes) {
    return MakeErrorNode(
        base::StrCat("the expression has more than ", base::kMaxExpressionNodes, " parts"),
        node.position);
  }
  node.size = static_cast<uint32_t>(size);
  return std::make_shared<const ExpressionNode>(std::move(node));
}

std::vector<NodePtr> Flatten(Op op, std::vector<NodePtr> args) {
  const auto same = [op](const NodePtr& arg) { return !arg->is_error && arg->op == op; };
  if (std::none_of(args.begin(), args.end(), same)) return args;
  std::vector<NodePtr> flat;
  for (NodePtr& arg : args) {
    if (same(arg)) {
      flat.insert(flat.end(), arg->args.begin(), arg->args.end());
    } else {
      flat.push_back(std::move(arg));
    }
  }
  return flat;
}

bool LiteralsEqual(const LiteralValue& a, const LiteralValue& b) {
  const auto float_bits = [](float x, float y) {
    return std::bit_cast<uint32_t>(x) == std::bit_cast<uint32_t>(y);
  };
  return a.is_null == b.is_null && a.boolean == b.boolean && a.int64 == b.int64 &&
         a.uint64 == b.uint64 &&
         std::bit_cast<uint64_t>(a.real) == std::bit_cast<uint64_t>(b.real) && a.bytes == b.bytes &&
         std::equal(a.vector.begin(), a.vector.end(), b.vector.begin(), b.vector.end(), float_bits);
}

LiteralValue Present() {
  LiteralValue value;
  value.is_null = false;
  return value;
}

}  // namespace

NodePtr MakeErrorNode(std::string message, int64_t position) {
  ExpressionNode node;
  node.is_error = true;
  node.text = std::move(message);
  node.position = position;
  return std::make_shared<const ExpressionNode>(std::move(node));
}

NodePtr MakeColumnNode(std::string path, int64_t position) {
  if (!base::IsValidUtf8(path)) return MakeErrorNode("a column's path is no UTF-8", position);
  ExpressionNode node;
  node.op = Op::kInput;
  node.text = std::move(path);
  node.position = position;
  return Finish(std::move(node));
}

NodePtr MakeLiteralNode(DataType type, LiteralValue literal, int64_t position) {
  ExpressionNode node;
  node.type = std::move(type);
  node.literal = std::move(literal);
  node.position = position;
  return Finish(std::move(node));
}

NodePtr MakeNode(Op op, std::vector<NodePtr> args, int64_t position) {
  ExpressionNode node;
  node.op = op;
  node.position = position;
  const bool merges = op == Op::kAnd || op == Op::kOr;
  node.args = merges ? Flatten(op, std::move(args)) : std::move(args);
  return Finish(std::move(node));
}

NodePtr MakeCastNode(NodePtr arg, DataType type, int64_t position) {
  ExpressionNode node;
  node.op = Op::kCast;
  node.type = std::move(type);
  node.args.push_back(std::move(arg));
  node.position = position;
  return Finish(std::move(node));
}

NodePtr MakeCallNode(std::string_view name, std::vector<NodePtr> args, int64_t position) {
  ExpressionNode node;
  node.op = Op::kFunction;
  node.text = LowerAscii(name);
  node.position = position;
  node.args = std::move(args);
  if (const absl::Status status = CheckCall(node.text, node.args.size()); !status.ok()) {
    return MakeErrorNode(std::string(status.message()), position);
  }
  if (node.text == "coalesce") {
    node.op = Op::kCoalesce;
    node.text.clear();
  }
  return Finish(std::move(node));
}

NodePtr MakeNullNode(int64_t position) { return MakeLiteralNode({}, {}, position); }

NodePtr MakeBoolNode(bool value, int64_t position) {
  LiteralValue literal = Present();
  literal.boolean = value;
  return MakeLiteralNode(Bool(), std::move(literal), position);
}

NodePtr MakeInt64Node(int64_t value, int64_t position) {
  LiteralValue literal = Present();
  literal.int64 = value;
  return MakeLiteralNode(Int64(), std::move(literal), position);
}

NodePtr MakeUInt64Node(uint64_t value, int64_t position) {
  if (value <= INT64_MAX) return MakeInt64Node(static_cast<int64_t>(value), position);
  LiteralValue literal = Present();
  literal.uint64 = value;
  return MakeLiteralNode(UInt64(), std::move(literal), position);
}

NodePtr MakeDoubleNode(double value, int64_t position) {
  LiteralValue literal = Present();
  // One NaN, so that its text gives it back.
  literal.real = std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
  return MakeLiteralNode(Float64(), std::move(literal), position);
}

NodePtr MakeStringNode(std::string value, int64_t position) {
  LiteralValue literal = Present();
  DataType type = base::IsValidUtf8(value) ? Utf8() : Binary();
  literal.bytes = std::move(value);
  return MakeLiteralNode(std::move(type), std::move(literal), position);
}

NodePtr MakeVectorNode(std::vector<float> value, int64_t position) {
  const auto finite = [](float x) { return std::isfinite(x); };
  if (value.empty() || !std::all_of(value.begin(), value.end(), finite)) {
    return MakeErrorNode("a vector literal has at least one number, all finite", position);
  }
  if (value.size() > INT32_MAX) return MakeErrorNode("a vector literal is too long", position);
  LiteralValue literal = Present();
  literal.vector = std::move(value);
  DataType type = ashlar::Vector(static_cast<int32_t>(literal.vector.size()));
  return MakeLiteralNode(std::move(type), std::move(literal), position);
}

bool NodesEqual(const ExpressionNode& a, const ExpressionNode& b) {
  if (&a == &b) return true;
  if (a.op != b.op || a.is_error != b.is_error || a.text != b.text || !(a.type == b.type) ||
      a.args.size() != b.args.size() || !LiteralsEqual(a.literal, b.literal)) {
    return false;
  }
  for (size_t i = 0; i < a.args.size(); ++i) {
    if (!NodesEqual(*a.args[i], *b.args[i])) return false;
  }
  return true;
}

absl::Status StatusAt(const ExpressionNode& node, const absl::Status& status) {
  const std::string message = node.position >= 0
                                  ? base::StrCat("at ", node.position, ": ", status.message())
                                  : base::StrCat(status.message(), " in '", ShortText(node), "'");
  return {status.code(), message};
}

absl::Status ErrorAt(const ExpressionNode& node, std::string_view message) {
  return StatusAt(node,
                  absl::InvalidArgumentError(absl::string_view(message.data(), message.size())));
}

}  // namespace ashlar::query
