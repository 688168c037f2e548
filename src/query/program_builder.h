// Building programs: from a bound expression to nodes of the vectorised back end.
//
// Owns: which node computes which expression, what is left to the interpreter, which parts are
// evaluated on dictionaries, and the order of conjuncts. Does not own: the nodes.
#ifndef ASHLAR_SRC_QUERY_PROGRAM_BUILDER_H_
#define ASHLAR_SRC_QUERY_PROGRAM_BUILDER_H_

#include <cstdint>

#include "src/query/bound_expression.h"
#include "src/query/program_node.h"

namespace ashlar::query {

// Rows that the interpreter computes are counted in *fallback_rows, which outlives the program.
[[nodiscard]] ProgramPtr BuildProgram(const BoundPtr& expression, uint64_t* fallback_rows);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PROGRAM_BUILDER_H_
