// Expressions: what a query computes for each row.
//
// Owns: building expression trees from C++ and from text, and printing them. Does not own: types
// and columns, which a query checks when it is bound to a dataset (InvalidArgument or NotFound with
// the position of the mistake in the text). Values are immutable, cheap to copy, safe on any
// thread.
//
// Semantics, in short (docs/QUERIES.md has them all): SQL's three-valued logic; `and`, `or`, `case`
// evaluate left to right and only as far as needed; integer overflow, division by zero and bad
// casts are errors; NaN equals NaN and is greater than every other number, -0.0 equals 0.0; `/` of
// integers truncates towards zero.
#ifndef ASHLAR_EXPRESSION_H_
#define ASHLAR_EXPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/types.h"

namespace ashlar {

struct ExpressionNode;  // src/query/expression_node.h

class Expression {
 public:
  // Literals convert by themselves, so that `Col("amount") > 10.0` reads as it should.
  Expression(bool value);              // NOLINT(google-explicit-constructor)
  Expression(int value);               // NOLINT(google-explicit-constructor)
  Expression(unsigned value);          // NOLINT(google-explicit-constructor)
  Expression(int64_t value);           // NOLINT(google-explicit-constructor)
  Expression(uint64_t value);          // NOLINT(google-explicit-constructor)
  Expression(double value);            // NOLINT(google-explicit-constructor)
  Expression(const char* value);       // NOLINT(google-explicit-constructor)
  Expression(std::string_view value);  // NOLINT(google-explicit-constructor)
  Expression(std::string value);       // NOLINT(google-explicit-constructor)
  Expression(std::nullptr_t null);     // NOLINT(google-explicit-constructor)
  explicit Expression(std::shared_ptr<const ExpressionNode> node);

  // The grammar is in docs/QUERIES.md. InvalidArgument names the position (byte offset from 0).
  [[nodiscard]] static absl::StatusOr<Expression> Parse(std::string_view text);
  // Text that parses to an equal tree.
  [[nodiscard]] std::string ToString() const;
  // Names the result in Select() and Aggregate().
  [[nodiscard]] Expression As(std::string name) const;
  // The name given by As(), else "".
  [[nodiscard]] const std::string& alias() const { return alias_; }

  [[nodiscard]] const ExpressionNode& node() const { return *node_; }  // for the engine itself
  [[nodiscard]] const std::shared_ptr<const ExpressionNode>& shared() const { return node_; }

  // Friends, so that they stand in for no operator of anything else.
  friend Expression operator==(Expression a, Expression b);
  friend Expression operator!=(Expression a, Expression b);
  friend Expression operator<(Expression a, Expression b);
  friend Expression operator<=(Expression a, Expression b);
  friend Expression operator>(Expression a, Expression b);
  friend Expression operator>=(Expression a, Expression b);
  friend Expression operator&&(Expression a, Expression b);
  friend Expression operator||(Expression a, Expression b);
  friend Expression operator!(Expression a);
  friend Expression operator+(Expression a, Expression b);
  friend Expression operator-(Expression a, Expression b);
  friend Expression operator*(Expression a, Expression b);
  friend Expression operator/(Expression a, Expression b);
  friend Expression operator%(Expression a, Expression b);
  friend Expression operator-(Expression a);

 private:
  std::shared_ptr<const ExpressionNode> node_;
  std::string alias_;
};

// A column, or a path through structs and lists: "birth.year", "salaries.salary". Names that hold
// dots, blanks or keywords need quotes only in text, not here.
[[nodiscard]] Expression Col(std::string_view path);

[[nodiscard]] Expression IsNull(Expression a);
[[nodiscard]] Expression IsNotNull(Expression a);
[[nodiscard]] Expression In(Expression a, std::vector<Expression> literals);
[[nodiscard]] Expression Between(Expression a, Expression low, Expression high);  // both inclusive
// % is any run of characters, _ is one character, \ escapes.
[[nodiscard]] Expression Like(Expression a, std::string pattern);
struct CaseBranch {
  Expression when;
  Expression then;
};
[[nodiscard]] Expression Case(std::vector<CaseBranch> branches, Expression otherwise = nullptr);
[[nodiscard]] Expression Cast(Expression a, DataType type);
[[nodiscard]] Expression Coalesce(std::vector<Expression> values);

// Any function of the language by name: Call("lower", {Col("city")}), Call("any", {Col("a.b") >
// 1}).
[[nodiscard]] Expression Call(std::string_view function, std::vector<Expression> arguments);

// Functions over lists and vectors; inside, a path through a list means its elements.
[[nodiscard]] Expression Any(Expression condition_on_elements);
[[nodiscard]] Expression All(Expression condition_on_elements);
[[nodiscard]] Expression Len(Expression list);
[[nodiscard]] Expression ListSum(Expression elements);
// Distances of a vector column to a literal vector of equal dimensions. Dot is the negated inner
// product, so that less is nearer for all three.
enum class Metric : uint8_t { kL2, kCosine, kDot };
[[nodiscard]] Expression Distance(Expression vector, std::vector<float> to,
                                  Metric metric = Metric::kL2);

// One aggregate of a group, or of all rows.
struct Aggregate {
  enum class Kind : uint8_t {
    kCountRows,  // count(): rows
    kCount,      // count(x): rows where x is not null
    kCountDistinct,
    kSum,
    kMin,
    kMax,
    kAvg,
    kStdDev,  // of a sample: divides by n - 1; null below two values
  };
  Kind kind = Kind::kCountRows;
  Expression argument = nullptr;
  std::string name = {};  // of the result; default: the text of the aggregate, "sum(amount)"

  [[nodiscard]] Aggregate As(std::string result_name) const {
    return {kind, argument, std::move(result_name)};
  }
  // "count", "sum(amount)", "count(distinct city)".
  [[nodiscard]] std::string ToString() const;
};
[[nodiscard]] Aggregate Count();
[[nodiscard]] Aggregate Count(Expression a);
[[nodiscard]] Aggregate CountDistinct(Expression a);
[[nodiscard]] Aggregate Sum(Expression a);
[[nodiscard]] Aggregate Min(Expression a);
[[nodiscard]] Aggregate Max(Expression a);
[[nodiscard]] Aggregate Avg(Expression a);
[[nodiscard]] Aggregate StdDev(Expression a);

struct SortKey {
  Expression by;
  bool descending = false;  // nulls come last either way
};
[[nodiscard]] SortKey Asc(Expression by);
[[nodiscard]] SortKey Desc(Expression by);

// Lists as the command line spells them: "id, lower(city) as town", "count, sum(amount) as total",
// "total:desc, city" (also "total desc").
[[nodiscard]] absl::StatusOr<std::vector<Expression>> ParseExpressionList(std::string_view text);
[[nodiscard]] absl::StatusOr<std::vector<Aggregate>> ParseAggregates(std::string_view text);
[[nodiscard]] absl::StatusOr<std::vector<SortKey>> ParseSortKeys(std::string_view text);

}  // namespace ashlar

#endif  // ASHLAR_EXPRESSION_H_
