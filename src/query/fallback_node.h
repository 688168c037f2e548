// FallbackNode: a part of an expression that the interpreter computes.
//
// Owns: running the interpreter on the selected rows of a zone and counting them; the rest of the
// tree stays vectorised. Does not own: which expressions end here (program_builder.cc).
#ifndef ASHLAR_SRC_QUERY_FALLBACK_NODE_H_
#define ASHLAR_SRC_QUERY_FALLBACK_NODE_H_

#include <cstdint>
#include <memory>

#include "src/query/program_node.h"

namespace ashlar::query {

class FallbackNode final : public ProgramNode {
 public:
  // Adds the rows it computes to *rows, which outlives it.
  FallbackNode(const BoundPtr& expression, uint64_t* rows);
  void BeginMorsel(Morsel* morsel) override;
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  const std::unique_ptr<Evaluator> interpreter_;
  uint64_t* const rows_;
  Morsel* morsel_ = nullptr;
  bool begun_ = false;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_FALLBACK_NODE_H_
