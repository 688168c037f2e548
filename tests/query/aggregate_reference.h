// A naive aggregation: the reference that the sink is compared with.
//
// Owns: grouping rows by the text of their keys and computing each aggregate over all values of a
// group at once. Does not own: generating data.
#ifndef ASHLAR_TESTS_QUERY_AGGREGATE_REFERENCE_H_
#define ASHLAR_TESTS_QUERY_AGGREGATE_REFERENCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/expression.h"

namespace ashlar::query {

struct ReferenceAggregate {
  Aggregate::Kind kind = Aggregate::Kind::kCountRows;
  size_t field = 0;
};

// The result rows as CellText() has them. `rows` are the selected ones, ascending.
[[nodiscard]] std::vector<std::vector<std::string>> ReferenceAggregation(
    const RecordBatch& batch, const std::vector<int64_t>& rows, const std::vector<size_t>& keys,
    const std::vector<ReferenceAggregate>& aggregates);

// Doubles may differ in their last digits, all else not at all.
[[nodiscard]] bool CellsMatch(const std::string& a, const std::string& b);

}  // namespace ashlar::query

#endif  // ASHLAR_TESTS_QUERY_AGGREGATE_REFERENCE_H_
