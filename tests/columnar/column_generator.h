// Random columns, and other forms of the same values, for property tests.
//
// Owns: columns of any type from a seed; the same column dictionary-encoded, with garbage in null
// slots, or at another offset; the canonical digest by an independent, naive computation.
#ifndef ASHLAR_TESTS_COLUMNAR_COLUMN_GENERATOR_H_
#define ASHLAR_TESTS_COLUMNAR_COLUMN_GENERATOR_H_

#include <cstdint>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "src/base/digest.h"
#include "src/base/random.h"
#include "src/columnar/canonical.h"

namespace ashlar::columnar {

// Every leaf type, and nested ones with nulls at every level.
[[nodiscard]] std::vector<DataType> TypesToTest();

// Values come from about `distinct` different ones; one in five is null (none when `nulls` is
// false).
[[nodiscard]] Column RandomColumn(const DataType& type, int64_t rows, bool nulls, uint64_t distinct,
                                  base::Random& random);

// Equal columns in other forms. `column` must be canonical.
[[nodiscard]] Column WithDictionaries(const Column& column, base::Random& random);
[[nodiscard]] Column WithGarbageInNulls(const Column& column, base::Random& random);
// Behind and before other rows, sliced away again.
[[nodiscard]] Column AtAnotherOffset(const Column& column, base::Random& random);

[[nodiscard]] ColumnPiece Whole(const Column& column);
[[nodiscard]] std::vector<ColumnPiece> RandomPieces(const Column& column, base::Random& random);

// Value by value through typed accessors, by the text of canonical.h alone.
[[nodiscard]] base::Digest NaiveDigest(const Column& column);

}  // namespace ashlar::columnar

#endif  // ASHLAR_TESTS_COLUMNAR_COLUMN_GENERATOR_H_
