// Case and coalesce: each row takes its value from one of several expressions.
//
// Owns: which rows each expression is evaluated for (those that no earlier one decided) and putting
// the values together. Does not own: nested values, which are left to the interpreter.
#ifndef ASHLAR_SRC_QUERY_CHOICE_NODES_H_
#define ASHLAR_SRC_QUERY_CHOICE_NODES_H_

#include <memory>
#include <vector>

#include "src/query/program_node.h"

namespace ashlar::query {

// Values from several vectors. Each part has a vector of its own, for strings stay in it.
class Mosaic {
 public:
  explicit Mosaic(size_t parts);
  void Begin(Physical physical, Vector* out);
  // Evaluates part `index` for `rows` and takes over the values of those that are not null.
  [[nodiscard]] absl::Status Take(size_t index, ProgramNode* node, ZoneTask* zone, const Bits& rows,
                                  Vector* out, Bits* taken);

 private:
  std::vector<std::unique_ptr<Vector>> parts_;
};

class CaseNode final : public ProgramNode {
 public:
  // when, then, when, then, …, else.
  CaseNode(const BoundExpression& expression, std::vector<ProgramPtr> args);
  void BeginMorsel(Morsel* morsel) override;
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  const std::vector<ProgramPtr> args_;
  Mosaic mosaic_;
};

class CoalesceNode final : public ProgramNode {
 public:
  CoalesceNode(const BoundExpression& expression, std::vector<ProgramPtr> args);
  void BeginMorsel(Morsel* morsel) override;
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  const std::vector<ProgramPtr> args_;
  Mosaic mosaic_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_CHOICE_NODES_H_
