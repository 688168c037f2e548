// Evaluator: one bound expression, evaluated zone by zone over a morsel.
//
// Owns: the contract of the two back ends. The interpreter (interpreter.h) defines the semantics,
// row by row; the vectorised one (vector_evaluator.h) computes the same and falls back on it for
// what it has no kernel for. Does not own: which rows or zones are visited. One evaluator belongs
// to one task; BeginMorsel() may be called any number of times.
#ifndef ASHLAR_SRC_QUERY_EVALUATOR_H_
#define ASHLAR_SRC_QUERY_EVALUATOR_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/query/bound_expression.h"
#include "src/query/morsel.h"
#include "src/query/vector.h"

namespace ashlar::query {

// The rows [first_row, first_row + rows) of the morsel; first_row is a multiple of kZoneRows, rows
// at most kZoneRows.
struct ZoneRange {
  int64_t first_row = 0;
  int64_t rows = 0;
};

enum class BackEnd : uint8_t { kVectorised, kInterpreter };

class Evaluator {
 public:
  virtual ~Evaluator() = default;
  // What can be done once for all rows: looking at encodings, evaluating on dictionary values,
  // turning comparisons into ranges of codes. Reads no column that no zone will need: columns are
  // read at the first zone. The morsel outlives its use.
  [[nodiscard]] virtual absl::Status BeginMorsel(Morsel& morsel) = 0;
  // Of a predicate: clears the bits of rows for which it is not true (false or null). An error of a
  // row that was not selected does not count.
  [[nodiscard]] virtual absl::Status Filter(const ZoneRange& zone, Bits* selection) = 0;
  // Values of the selected rows; bit and slot i of `out` is row zone.first_row + i.
  [[nodiscard]] virtual absl::Status Evaluate(const ZoneRange& zone, const Bits& selection,
                                              Vector* out) = 0;
  // Rows that the vectorised back end left to the interpreter, parts of expressions included.
  [[nodiscard]] virtual uint64_t fallback_rows() const { return 0; }
};

[[nodiscard]] std::unique_ptr<Evaluator> MakeEvaluator(BoundPtr expression, BackEnd back_end);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_EVALUATOR_H_
