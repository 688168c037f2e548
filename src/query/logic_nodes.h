// And, or, not: three-valued, from left to right, and only for the rows that are still open.
//
// Owns: which rows each argument is evaluated for. A false row of an `and` is never looked at
// again, so what would be an error behind it is none; a null row is, for the error counts there.
// Arguments come in the order in which they are to be run (program_builder.h may have changed it
// where nobody can tell).
#ifndef ASHLAR_SRC_QUERY_LOGIC_NODES_H_
#define ASHLAR_SRC_QUERY_LOGIC_NODES_H_

#include <vector>

#include "src/query/program_node.h"

namespace ashlar::query {

class AndNode final : public PredicateNode {
 public:
  AndNode(const BoundExpression& expression, std::vector<ProgramPtr> args);
  void BeginMorsel(Morsel* morsel) override;
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;
  absl::Status Filter(ZoneTask* zone, Bits* selection) override;

 private:
  const std::vector<ProgramPtr> args_;
  size_t last_failing_ = 0;  // arguments from here on cannot fail
};

class OrNode final : public PredicateNode {
 public:
  OrNode(const BoundExpression& expression, std::vector<ProgramPtr> args);
  void BeginMorsel(Morsel* morsel) override;
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;

 private:
  const std::vector<ProgramPtr> args_;
};

class NotNode final : public PredicateNode {
 public:
  NotNode(const BoundExpression& expression, ProgramPtr arg);
  void BeginMorsel(Morsel* morsel) override { arg_->BeginMorsel(morsel); }
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;

 private:
  const ProgramPtr arg_;
};

// IsNull and, negated, IsNotNull.
class NullTestNode final : public PredicateNode {
 public:
  NullTestNode(const BoundExpression& expression, ProgramPtr arg);
  void BeginMorsel(Morsel* morsel) override { arg_->BeginMorsel(morsel); }
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;

 private:
  const ProgramPtr arg_;
  const bool negated_;
  std::unique_ptr<Vector> value_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_LOGIC_NODES_H_
