// DiffRows: the rows in which two versions of a dataset differ, piece by piece.
//
// Owns: reading the runs that Store::Diff() found, and what they look like in JSON. Does not own:
// finding them, nor printing.
#ifndef ASHLAR_TOOLS_ASHLAR_DIFF_ROWS_H_
#define ASHLAR_TOOLS_ASHLAR_DIFF_ROWS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "tools/ashlar/json.h"

namespace ashlar::tools {

// Rows that stand together, all added or all removed.
struct DiffPiece {
  DiffRun::Kind kind = DiffRun::Kind::kAdded;
  uint64_t first_row = 0;  // in the version that has the rows
  RecordBatch batch;
};

// "added" or "removed".
[[nodiscard]] std::string_view ChangeName(DiffRun::Kind kind);

// {"change":"added","row_number":7,"row":{…}}
[[nodiscard]] Json DescribeDiffRow(const DiffPiece& piece, int64_t index);

// Of a keyed dataset: {"change":"added","row":{…}}, the same with "removed", or
// {"change":"changed","before":{…},"after":{…}}.
[[nodiscard]] Json DescribeRowChange(const RowChanges& changes, const RowChange& change);

// How many rows a diff by key has listed.
struct ChangeCounts {
  uint64_t added = 0;
  uint64_t removed = 0;
  uint64_t changed = 0;
  void Add(const RowChange& change);
};

// Whether one of the snapshots has the dataset with a key: then it is compared by key.
[[nodiscard]] bool IsKeyedIn(const Snapshot& from, const Snapshot& to, std::string_view dataset);

class DiffRows {
 public:
  // A dataset that one of the two versions lacks counts as empty there. NotFound when both lack it.
  [[nodiscard]] static absl::StatusOr<DiffRows> Open(const Store& store, std::string_view dataset,
                                                     const Snapshot& from, const Snapshot& to);

  // False at the end.
  [[nodiscard]] absl::StatusOr<bool> Next(DiffPiece* piece);

  [[nodiscard]] const DiffResult& result() const { return result_; }
  [[nodiscard]] uint64_t added() const { return CountRows(DiffRun::Kind::kAdded); }
  [[nodiscard]] uint64_t removed() const { return CountRows(DiffRun::Kind::kRemoved); }
  // Of both versions; nothing when they differ, as after the dataset was dropped and made anew.
  [[nodiscard]] std::optional<Schema> common_schema() const;

 private:
  DiffRows(DiffResult result, std::optional<Dataset> from, std::optional<Dataset> to);
  [[nodiscard]] uint64_t CountRows(DiffRun::Kind kind) const;

  DiffResult result_;
  std::optional<Dataset> from_;
  std::optional<Dataset> to_;
  size_t run_ = 0;
  uint64_t row_in_run_ = 0;
  std::unique_ptr<BatchReader> reader_;  // of the present run
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_DIFF_ROWS_H_
