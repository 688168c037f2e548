// VectorEvaluator: the vectorised back end.
//
// Owns: running a program over zones, and asking the interpreter about zones in which some row may
// be an error. Does not own: what the program is made of (program_builder.h).
#ifndef ASHLAR_SRC_QUERY_VECTOR_EVALUATOR_H_
#define ASHLAR_SRC_QUERY_VECTOR_EVALUATOR_H_

#include <cstdint>
#include <memory>

#include "src/query/evaluator.h"
#include "src/query/program_node.h"

namespace ashlar::query {

class VectorEvaluator final : public Evaluator {
 public:
  explicit VectorEvaluator(BoundPtr expression);
  absl::Status BeginMorsel(Morsel& morsel) override;
  absl::Status Filter(const ZoneRange& zone, Bits* selection) override;
  absl::Status Evaluate(const ZoneRange& zone, const Bits& selection, Vector* out) override;
  uint64_t fallback_rows() const override { return fallback_rows_; }

 private:
  // The interpreter, ready for the current morsel.
  [[nodiscard]] absl::StatusOr<Evaluator*> Interpreter(const Bits& selection);

  const BoundPtr expression_;
  uint64_t fallback_rows_ = 0;
  const ProgramPtr program_;
  std::unique_ptr<Evaluator> interpreter_;  // made when a zone is doubtful
  Morsel* morsel_ = nullptr;
  bool interpreter_begun_ = false;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_VECTOR_EVALUATOR_H_
