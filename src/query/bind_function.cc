// Binding of scalar functions: argument types and results.
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/query/binder_impl.h"
#include "src/query/coercion.h"
#include "src/query/expression_text.h"
#include "src/query/function_table.h"

namespace ashlar::query {
namespace {

absl::Status WrongArgument(const ExpressionNode& call, const BoundExpression& arg,
                           std::string_view expected) {
  return ErrorAt(*arg.source,
                 base::StrCat(call.text, "() takes ", expected, ", not ", TypeText(arg.type)));
}

BoundPtr MakeCall(const NodePtr& node, Function function, DataType type,
                  std::vector<BoundPtr> args) {
  BoundExpression e = NewBound(node, Op::kFunction, std::move(type));
  e.function = function;
  e.args = std::move(args);
  return Finish(std::move(e));
}

DataType ResultOfText(Function function) {
  switch (function) {
    case Function::kLength:
      return Int64();
    case Function::kStartsWith:
    case Function::kEndsWith:
    case Function::kContains:
      return Bool();
    default:
      return Utf8();
  }
}

}  // namespace

absl::StatusOr<BoundPtr> Binder::BindFunction(const NodePtr& node) {
  const FunctionEntry* entry = FindFunction(node->text);
  ASHLAR_CHECK(entry != nullptr);  // MakeCallNode looked
  switch (entry->function) {
    case Function::kAggregate:
      return ErrorAt(*node, base::StrCat(NodeText(*node),
                                         " is an aggregate and cannot stand in an expression, only "
                                         "after an aggregation that computes it"));
    case Function::kLower:
    case Function::kUpper:
    case Function::kLength:
    case Function::kSubstr:
    case Function::kStartsWith:
    case Function::kEndsWith:
    case Function::kContains:
    case Function::kTrim:
    case Function::kConcat:
      return BindTextFunction(node, entry->function);
    case Function::kAbs:
    case Function::kRound:
    case Function::kFloor:
    case Function::kCeil:
    case Function::kSqrt:
    case Function::kIsNan:
      return BindNumberFunction(node, entry->function);
    case Function::kDate:
      return BindDate(node);
    case Function::kDistanceL2:
      return BindDistance(node);
    case Function::kLen:
      return BindLen(node);
    case Function::kAny:
    case Function::kAll:
    case Function::kListSum:
    case Function::kListMin:
    case Function::kListMax:
    case Function::kListAvg:
      return BindListFunction(node, entry->function);
    default:
      return BindDatePart(node, entry->function);
  }
}

absl::StatusOr<BoundPtr> Binder::BindTextFunction(const NodePtr& node, Function function) {
  ASSIGN_OR_RETURN(std::vector<BoundPtr> args, BindAll(node->args));
  for (size_t i = 0; i < args.size(); ++i) {
    BoundPtr& arg = args[i];
    if (function == Function::kSubstr && i > 0) {
      if (!IsUntyped(*arg) && !IsInteger(arg->type)) {
        return WrongArgument(*node, *arg, "whole numbers for position and count");
      }
      arg = CastTo(arg, Int64());
      continue;
    }
    if (IsUntyped(*arg)) arg = CastTo(arg, Utf8());
    if (function == Function::kLength && arg->physical == Physical::kBytes) continue;
    if (function == Function::kLength && arg->type.id() == TypeId::kList) {
      return WrongArgument(*node, *arg, "text or bytes (len() counts elements)");
    }
    if (!IsText(*arg)) return WrongArgument(*node, *arg, "text");
  }
  return MakeCall(node, function, ResultOfText(function), std::move(args));
}

absl::StatusOr<BoundPtr> Binder::BindNumberFunction(const NodePtr& node, Function function) {
  ASSIGN_OR_RETURN(BoundPtr arg, Bind(node->args[0]));
  if (IsUntyped(*arg)) arg = CastTo(arg, Float64());
  if (!IsNumber(arg->type)) return WrongArgument(*node, *arg, "a number");
  const bool whole = IsInteger(arg->type);
  const bool rounds =
      function == Function::kRound || function == Function::kFloor || function == Function::kCeil;
  if (whole && (rounds || (function == Function::kAbs && arg->type.is_unsigned_integer()))) {
    return CastTo(arg, arg->type.is_signed_integer() ? Int64() : UInt64());
  }
  if (function == Function::kAbs && whole) {
    return MakeCall(node, function, Int64(), {CastTo(arg, Int64())});
  }
  DataType result = function == Function::kIsNan ? Bool() : Float64();
  return MakeCall(node, function, std::move(result), {CastTo(arg, Float64())});
}

absl::StatusOr<BoundPtr> Binder::BindDatePart(const NodePtr& node, Function function) {
  ASSIGN_OR_RETURN(BoundPtr arg, Bind(node->args[0]));
  if (IsUntyped(*arg)) arg = CastTo(arg, Timestamp());
  const bool of_day =
      function == Function::kHour || function == Function::kMinute || function == Function::kSecond;
  if (of_day && arg->type.id() != TypeId::kTimestamp) {
    return WrongArgument(*node, *arg, "a timestamp");
  }
  if (!IsTime(arg->type)) return WrongArgument(*node, *arg, "a date or timestamp");
  return MakeCall(node, function, Int64(), {std::move(arg)});
}

absl::StatusOr<BoundPtr> Binder::BindDate(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr arg, Bind(node->args[0]));
  if (IsUntyped(*arg)) return MakeBoundNull(node, Date32());
  if (arg->type.id() == TypeId::kDate32) return arg;
  if (IsText(*arg)) return MakeBound(node, Op::kCast, Date32(), {std::move(arg)});
  if (arg->type.id() != TypeId::kTimestamp) return WrongArgument(*node, *arg, "a timestamp");
  return MakeCall(node, Function::kDate, Date32(), {std::move(arg)});
}

absl::StatusOr<BoundPtr> Binder::BindDistance(const NodePtr& node) {
  ASSIGN_OR_RETURN(std::vector<BoundPtr> args, BindAll(node->args));
  Function metric = Function::kDistanceL2;
  if (args.size() == 3) {
    const std::string name = IsLiteral(*args[2]) ? LowerAscii(args[2]->literal.bytes) : "";
    if (name != "l2" && name != "cosine" && name != "dot") {
      return ErrorAt(*args[2]->source, "the metric of distance() is 'l2', 'cosine' or 'dot'");
    }
    if (name == "cosine") metric = Function::kDistanceCosine;
    if (name == "dot") metric = Function::kDistanceDot;
    args.pop_back();
  }
  if (IsUntyped(*args[0])) return MakeBoundNull(node, Float64());
  if (args[0]->type.id() != TypeId::kFixedSizeList || IsLiteral(*args[0])) {
    return WrongArgument(*node, *args[0], "a vector column");
  }
  args[1] = IsUntyped(*args[1]) ? CastTo(args[1], args[0]->type) : args[1];
  if (args[1]->type.id() != TypeId::kFixedSizeList || !IsLiteral(*args[1])) {
    return WrongArgument(*node, *args[1], "a vector literal such as [1, 2.5]");
  }
  if (args[0]->type.width() != args[1]->type.width()) {
    return ErrorAt(*args[1]->source,
                   base::StrCat("the vector has ", args[1]->type.width(),
                                " dimensions, but the column has ", args[0]->type.width()));
  }
  return MakeCall(node, metric, Float64(), std::move(args));
}

}  // namespace ashlar::query
