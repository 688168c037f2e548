// What the tests of moving rows share: bound expressions by hand, reading a source by hand, and
// rows as text.
//
// Owns: columns of every type and encoding for them. Does not own: expectations.
#ifndef ASHLAR_TESTS_QUERY_QUERY_TESTING_H_
#define ASHLAR_TESTS_QUERY_QUERY_TESTING_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "src/base/random.h"
#include "src/query/bound_expression.h"
#include "src/query/morsel.h"
#include "src/query/sink.h"
#include "src/query/vector.h"

namespace ashlar::query {

// One input a top-level field, and the outputs that hand them on.
[[nodiscard]] std::vector<Input> InputsOf(const Schema& schema);
[[nodiscard]] BoundPtr InputExpression(size_t slot, const DataType& type);
[[nodiscard]] std::vector<BoundPtr> OutputsOf(const Schema& schema);
// `op` of two expressions of one physical kind, of the type given.
[[nodiscard]] BoundPtr Combine(Op op, DataType type, BoundPtr left, BoundPtr right);
[[nodiscard]] BoundPtr Int64Literal(int64_t value);

// Rows of any type in one of its forms: plain, dictionaries, constant, garbage in null slots,
// another offset.
[[nodiscard]] Column RandomForm(const DataType& type, int64_t rows, base::Random& random);
// Columns "c0", "c1", … of the types.
[[nodiscard]] RecordBatch RandomForms(const std::vector<DataType>& types, int64_t rows,
                                      base::Random& random);

// A batch in pieces of random sizes, empty ones too.
[[nodiscard]] std::vector<RecordBatch> Cut(const RecordBatch& batch, base::Random& random,
                                           uint64_t max_rows);

// A row as text, nulls shown.
[[nodiscard]] std::string RowText(const RecordBatch& batch, int64_t row);
[[nodiscard]] std::vector<std::string> RowTexts(const RecordBatch& batch);
[[nodiscard]] std::vector<std::string> RowTexts(BatchReader& reader);

// Which of the rows of a source a test selects: each row by its number over all morsels.
[[nodiscard]] std::vector<bool> RandomSelection(int64_t rows, base::Random& random);

// Feeds the selected rows to a sink, in parts of morsels that are cut at random.
[[nodiscard]] absl::Status Feed(const Source& source, const std::vector<Input>& inputs,
                                const std::vector<bool>& selection, base::Random& random,
                                SourceCounters* counters, Sink& sink);

// Calls fn(zone, bits) for each zone with selected rows. `first` is the number of the morsel's
// first row.
template <typename Fn>
void ForEachZone(int64_t rows, const std::vector<bool>& selection, int64_t first, Fn&& fn) {
  for (int64_t begin = 0; begin < rows; begin += kZoneRows) {
    const ZoneRange zone{begin, std::min(kZoneRows, rows - begin)};
    Bits bits;
    for (int64_t i = 0; i < zone.rows; ++i) {
      if (selection[static_cast<size_t>(first + begin + i)]) bits.Set(i);
    }
    if (!bits.None()) fn(zone, bits);
  }
}

}  // namespace ashlar::query

#endif  // ASHLAR_TESTS_QUERY_QUERY_TESTING_H_
