// ProgramNode: one node of an expression in the form that the vectorised back end runs.
//
// Owns: the contract between nodes. Does not own: what single nodes do (their own files), or how a
// tree of them is made (program_builder.h). A node belongs to one evaluator and thus to one task;
// it keeps the scratch of its arguments, so that no zone allocates.
//
// Errors of rows are not made here. A node that meets a row whose value may be an error (overflow,
// division by zero, whatever the interpreter did not like) calls the zone doubtful, goes on with
// any value, and the evaluator asks the interpreter about the whole zone: the row and the message
// are then right by definition. A Status from a node is trouble with reading.
#ifndef ASHLAR_SRC_QUERY_PROGRAM_NODE_H_
#define ASHLAR_SRC_QUERY_PROGRAM_NODE_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "src/query/bound_expression.h"
#include "src/query/evaluator.h"
#include "src/query/morsel.h"
#include "src/query/vector.h"

namespace ashlar::query {

struct ZoneTask {
  ZoneRange range;
  bool doubtful = false;
};

// What a predicate says of the selected rows: disjoint parts of the selection, the rest is false.
struct Outcome {
  Bits is_true;
  Bits is_null;
};

class ProgramNode {
 public:
  explicit ProgramNode(const BoundExpression& expression)
      : physical_(expression.physical), may_fail_(expression.may_fail) {}
  virtual ~ProgramNode() = default;
  ProgramNode(const ProgramNode&) = delete;
  ProgramNode& operator=(const ProgramNode&) = delete;

  [[nodiscard]] Physical physical() const { return physical_; }
  [[nodiscard]] bool may_fail() const { return may_fail_; }

  // Forgets the last morsel. Columns of this one are read at the first zone that needs them.
  virtual void BeginMorsel(Morsel* morsel) = 0;
  // Values of the selected rows, all in their slots (also when they are constant). A selection may
  // be empty. Only numbers, bools, bytes and nested values; a node of kind kNull gives nulls and no
  // values.
  [[nodiscard]] virtual absl::Status Evaluate(ZoneTask* zone, const Bits& selection,
                                              Vector* out) = 0;
  // Of a predicate. The default evaluates.
  [[nodiscard]] virtual absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out);
  // Leaves the rows that are true. The default tests.
  [[nodiscard]] virtual absl::Status Filter(ZoneTask* zone, Bits* selection);

 private:
  const Physical physical_;
  const bool may_fail_;
  std::unique_ptr<Vector> tested_;  // scratch of the default Test()
};

// Base of nodes that know Test() and make values from it.
class PredicateNode : public ProgramNode {
 public:
  using ProgramNode::ProgramNode;
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) final;
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override = 0;

 private:
  Outcome outcome_;
};

using ProgramPtr = std::unique_ptr<ProgramNode>;

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PROGRAM_NODE_H_
