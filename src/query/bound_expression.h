// BoundExpression: an expression whose columns, types and functions are settled.
//
// Owns: the typed tree that the interpreter defines and the vectorised evaluator follows, and the
// list of inputs it reads. Does not own: parsing, binding (binder.h) or evaluation. Immutable;
// shared between threads.
#ifndef ASHLAR_SRC_QUERY_BOUND_EXPRESSION_H_
#define ASHLAR_SRC_QUERY_BOUND_EXPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar {
struct ExpressionNode;  // expression_node.h
}  // namespace ashlar

namespace ashlar::query {

// What the rows of an expression are physically. All integers widen to 64 bits, all floats to
// double; dates are int64 days and timestamps int64 microseconds.
enum class Physical : uint8_t {
  kNull,  // the literal null before it has met a type; every row is null
  kBool,
  kInt64,  // signed integers, date32, timestamp
  kUInt64,
  kDouble,
  kBytes,   // utf8, binary, fixed_size_binary
  kNested,  // list, struct, vector: only passed through, or consumed by list functions
};
[[nodiscard]] Physical PhysicalOf(const DataType& type);

enum class Op : uint8_t {
  kInput,    // a column: `input`
  kLiteral,  // `literal`; `type` without id means null
  kAnd,      // any number of arguments
  kOr,
  kNot,
  // Both sides have one physical kind, or one is kInt64 and the other kUInt64 (compared exactly).
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  // Arguments have the physical kind of the result.
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kNegate,
  // args[0] in the literals args[1..], which have its physical kind, ascend and are distinct (a
  // null one is last); null when args[0] is, or when nothing matches and a literal is null.
  kIn,
  kLike,  // args[1] is a literal pattern
  kIsNull,
  kIsNotNull,
  kCase,  // when, then, when, then, …, else
  kCoalesce,
  kCast,          // to `type`; checked
  kFunction,      // `function` of args
  kListFunction,  // `function` over the elements of `list`
};

// Scalar functions unless said otherwise. Strings are utf8 and count characters (code points).
enum class Function : uint8_t {
  kNone,
  kAggregate,  // an aggregate that is none of a list: only its result can be spoken of
  kLower,      // ASCII and Latin-1/Greek/Cyrillic simple case pairs are documented in QUERIES.md
  kUpper,
  kLength,
  kSubstr,  // (text, first from 1, count?)
  kStartsWith,
  kEndsWith,
  kContains,
  kTrim,
  kConcat,
  kAbs,
  kRound,
  kFloor,
  kCeil,
  kSqrt,
  kIsNan,
  kYear,
  kMonth,
  kDay,
  kHour,
  kMinute,
  kSecond,
  kDayOfWeek,  // 1 Monday … 7 Sunday
  kDayOfYear,
  kQuarter,
  kDate,        // of a timestamp
  kDistanceL2,  // (vector, literal vector)
  kDistanceCosine,
  kDistanceDot,
  // List functions.
  kAny,
  kAll,
  kLen,
  kListSum,
  kListMin,
  kListMax,
  kListAvg,
};

// A column of the source that an expression reads: a top-level field and the way through structs.
struct Input {
  size_t field = 0;             // in the source's schema
  std::vector<size_t> members;  // child by child
  DataType type;                // where the way ends

  friend bool operator==(const Input& a, const Input& b) {
    return a.field == b.field && a.members == b.members;
  }
};

// A constant of one physical kind.
struct LiteralValue {
  bool is_null = true;
  bool boolean = false;
  int64_t int64 = 0;
  uint64_t uint64 = 0;
  double real = 0;
  std::string bytes;
  std::vector<float> vector;
};

struct BoundExpression;
using BoundPtr = std::shared_ptr<const BoundExpression>;

// The way from a row to the elements that a list function runs over: the list column, then through
// the elements' members to further lists where the path crosses several (they are flattened).
struct ListPath {
  size_t input = 0;  // slot whose column is the outermost list
  struct Step {
    std::vector<size_t> members;  // from an element, through structs, to the next list
  };
  std::vector<Step> steps;  // empty: one list
};

struct BoundExpression {
  Op op = Op::kLiteral;
  Function function = Function::kNone;
  DataType type;  // of the result; no id: null literal
  Physical physical = Physical::kNull;
  bool may_fail = false;  // evaluation of some row may be an error; its arguments' included
  int64_t position = -1;  // in the text it came from; -1: from C++
  // What it was bound from, for messages.
  std::shared_ptr<const ExpressionNode> source;
  size_t input = 0;  // kInput: slot in the inputs
  LiteralValue literal;
  std::vector<BoundPtr> args;
  // kListFunction: `element` is evaluated for each element. Its kInput slots are those of
  // `element_inputs` from kFirstElementSlot on (members of the element; no member: the element
  // itself); smaller slots are the outer row's. Null for len().
  ListPath list;
  BoundPtr element;
  std::vector<Input> element_inputs;  // `field` is unused: the way starts at the element
};
inline constexpr size_t kFirstElementSlot = size_t{1} << 32;

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_BOUND_EXPRESSION_H_
