// Runs: the rows of one node of a type tree, as a list of ranges of source columns.
//
// Owns: which source rows make up a canonical node, its null count, and the same for its children,
// with the rule that nothing below a null shows. Does not own: bytes (canonical_emit.h). Why
// lists: a column cut into pieces, a list without the elements of its null rows and a struct's
// field without the values of null rows are all the same thing, ranges one after the other.
#ifndef ASHLAR_SRC_COLUMNAR_CANONICAL_RUNS_H_
#define ASHLAR_SRC_COLUMNAR_CANONICAL_RUNS_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "ashlar/column.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/canonical.h"
#include "src/columnar/column_data.h"

namespace ashlar::columnar {

[[nodiscard]] inline bool HasChildren(const DataType& type) {
  return type.is_nested() || type.id() == TypeId::kFixedSizeList;
}

enum class RunKind : uint8_t {
  kData,  // rows of `data`
  kNull,  // nulls, whatever a source holds there
  kZero,  // zeros that are not null: the elements of a null vector
};

struct Run {
  RunKind kind = RunKind::kData;
  const ColumnData* data = nullptr;  // kData only
  int64_t begin = 0;                 // physical: ColumnData::offset included
  int64_t length = 0;
  int64_t nulls = 0;
};

struct RunList {
  std::vector<Run> runs;
  int64_t rows = 0;
  int64_t nulls = 0;

  // Extends the last run when the new one continues it. Empty runs are dropped.
  void Append(RunKind kind, const ColumnData* data, int64_t begin, int64_t length);
};

[[nodiscard]] RunList RunsOfPieces(std::span<const ColumnPiece> pieces);

// The rows of child `index` that belong to `parents`, which are of the nested or vector type
// `type`. A null struct's fields are null, a null vector's elements are zero, a null list's are
// absent.
[[nodiscard]] RunList ChildRuns(const DataType& type, const RunList& parents, size_t index);

// Calls fn(first physical row, rows) for at most 64 rows at a time.
template <typename Fn>
void ForEachWord(int64_t begin, int64_t length, Fn&& fn) {
  for (int64_t done = 0; done < length; done += 64) {
    fn(begin + done, std::min<int64_t>(64, length - done));
  }
}

// Calls fn(physical row) for each null row that a plain or dictionary run's bitmap marks.
template <typename Fn>
void ForEachNull(const Run& run, Fn&& fn) {
  if (run.nulls == 0) return;
  ForEachWord(run.begin, run.length, [&](int64_t row, int64_t count) {
    const uint64_t mask = count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
    uint64_t nulls = ~LoadBits(run.data->validity.data(), row, count) & mask;
    for (; nulls != 0; nulls &= nulls - 1) fn(row + std::countr_zero(nulls));
  });
}

// Calls fn(begin, end) for the ranges of bytes or elements that the offsets of a plain run refer
// to, joined where they touch: only a null row with content splits them.
template <typename Fn>
void ForEachReferencedRange(const Run& run, Fn&& fn) {
  int32_t begin = LoadOffset(*run.data, run.begin);
  ForEachNull(run, [&](int64_t row) {
    const int32_t null_begin = LoadOffset(*run.data, row);
    const int32_t null_end = LoadOffset(*run.data, row + 1);
    if (null_begin == null_end) return;
    if (begin != null_begin) fn(begin, null_begin);
    begin = null_end;
  });
  const int32_t end = LoadOffset(*run.data, run.begin + run.length);
  if (begin != end) fn(begin, end);
}

// Whether every null row of a plain run is empty by its offsets.
[[nodiscard]] bool NullRowsAreEmpty(const Run& run);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CANONICAL_RUNS_H_
