// ExpressionGenerator: random well-typed expressions over any schema.
//
// Owns: drawing trees of every operator and function from a seed, with literals taken partly from
// the data, so that comparisons select some rows and not others. Does not own: expectations. What
// comes out binds without an error of names or types; evaluating it may fail (overflow, division by
// zero, bad casts), now and then on purpose.
#ifndef ASHLAR_TESTS_QUERY_EXPRESSION_GENERATOR_H_
#define ASHLAR_TESTS_QUERY_EXPRESSION_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/expression.h"
#include "ashlar/types.h"
#include "src/base/random.h"

namespace ashlar::query {

struct GeneratorOptions {
  int max_depth = 4;
  // Operations that may fail (integer arithmetic, checked casts, sqrt, division): one in this many
  // choices is such a one; 0: none, so that whole batches evaluate.
  uint64_t failing_one_in = 6;
};

class ExpressionGenerator {
 public:
  // Literals are drawn from `batch`, which must outlive the generator. The same seed of `random`
  // gives the same expressions.
  ExpressionGenerator(const RecordBatch& batch, base::Random& random,
                      const GeneratorOptions& options = {});

  // Of type bool.
  [[nodiscard]] Expression Predicate();
  // Of any type that has values of its own, columns of nested types included.
  [[nodiscard]] Expression Value();

 private:
  // What an expression may be asked for; the types of each kind mix freely.
  enum class Kind : uint8_t { kBool, kInteger, kReal, kText, kBytes, kDate, kTimestamp };
  struct Leaf {
    std::string path;
    DataType type;
    Column values;  // to draw literals from: of the rows, or of all elements
    bool is_element = false;
    std::string list;  // the path of its list, as a list function needs it to be the same
  };

  static bool IsOf(const DataType& type, Kind kind);
  void CollectLeaves(const std::string& path, const Column& column, bool crossed,
                     const std::string& list);
  Kind RandomKind();
  bool MayFail();

  Expression Make(Kind kind, int depth);
  Expression MakeBool(int depth);
  Expression MakeInteger(int depth);
  Expression MakeReal(int depth);
  Expression MakeText(int depth);
  Expression MakeTime(Kind kind, int depth);
  Expression MakeShared(Kind kind, int depth);  // case, coalesce, min and max of elements
  Expression Comparison(int depth);
  Expression Membership(int depth);
  Expression TextTest(int depth);
  Expression Quantified(int depth);
  Expression DatePart(int depth);
  Expression Arithmetic(Kind kind, int depth);
  Expression CheckedCast(Kind kind, int depth);

  Expression ColumnOr(Kind kind);  // a column of the kind; a literal where there is none
  Expression Literal(Kind kind);
  // A value of some row of a leaf of the kind.
  bool LiteralFromData(Kind kind, Expression* out);
  std::string RandomText();
  std::string RandomPattern();
  // Runs `make` with columns replaced by elements of one list; false when there is no list.
  template <typename MakeBody>
  bool OverElements(MakeBody make, Expression* out);

  base::Random& random_;
  const GeneratorOptions options_;
  std::vector<Leaf> leaves_;        // of rows
  std::vector<Leaf> elements_;      // reached through lists
  std::vector<std::string> lists_;  // paths of lists, for len
  std::vector<Leaf> vectors_;
  std::string current_list_;  // inside a list function: its list
};

}  // namespace ashlar::query

#endif  // ASHLAR_TESTS_QUERY_EXPRESSION_GENERATOR_H_
