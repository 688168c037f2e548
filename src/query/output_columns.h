// OutputColumns: the selected rows of a stage as record batches.
//
// Owns: late materialisation. A column that is handed on as it is gets read at the first selected
// row of a morsel and gathered when the morsel or the batch ends; when the rows of a batch are one
// run of one morsel it comes out as a slice, without a copy. Computed columns are evaluated zone by
// zone, for selected rows only. Does not own: which rows are selected, or when a batch is full. Not
// thread-safe: one task's.
#ifndef ASHLAR_SRC_QUERY_OUTPUT_COLUMNS_H_
#define ASHLAR_SRC_QUERY_OUTPUT_COLUMNS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/query/computed_column.h"
#include "src/query/evaluator.h"
#include "src/query/morsel.h"

namespace ashlar::query {

// Rows of a result batch, where operators may choose.
inline constexpr int64_t kBatchRows = int64_t{64} << 10;

class OutputColumns {
 public:
  // One field of the schema an output, of its type (checked); an output without a type is null in
  // every row.
  OutputColumns(std::vector<BoundPtr> outputs, Schema schema, BackEnd back_end);

  // Rows of a morsel come in ascending order. Begin and End come in pairs; the morsel lives until
  // EndMorsel().
  [[nodiscard]] absl::Status BeginMorsel(Morsel& morsel);
  [[nodiscard]] absl::Status Append(const ZoneRange& zone, const Bits& selection);
  [[nodiscard]] absl::Status EndMorsel();

  // Rows since the last Finish(), and about how many bytes they take.
  [[nodiscard]] int64_t rows() const { return rows_; }
  [[nodiscard]] uint64_t bytes() const;
  // Those rows as one batch, also in the middle of a morsel.
  [[nodiscard]] absl::StatusOr<RecordBatch> Finish();

  [[nodiscard]] const Schema& schema() const { return schema_; }
  // Bytes that batches share with their sources, and that were gathered or computed, so far.
  [[nodiscard]] uint64_t bytes_borrowed() const { return bytes_borrowed_; }
  [[nodiscard]] uint64_t bytes_copied() const { return bytes_copied_; }

 private:
  struct Output {
    BoundPtr expression;
    bool direct = false;           // a column as it is
    std::optional<Column> column;  // direct: the morsel's, once read
    std::vector<Column> pieces;    // direct: of morsels that ended
    std::unique_ptr<Evaluator> evaluator;
    std::unique_ptr<ComputedColumn> computed;
  };

  // Rows of the current morsel that are not in `pieces` yet: a run, as long as they are one.
  struct Pending {
    int64_t first = 0;
    int64_t count = 0;
    bool is_run = true;
    std::vector<uint32_t> rows;  // filled when it is no run
  };

  [[nodiscard]] absl::Status ReadColumns();
  void AppendPending(const ZoneRange& zone, const Bits& selection, int64_t count);
  [[nodiscard]] absl::Status FlushPending();
  [[nodiscard]] absl::StatusOr<Column> FinishOutput(Output& output);

  const Schema schema_;
  std::vector<Output> outputs_;
  Morsel* morsel_ = nullptr;
  bool columns_read_ = false;
  Pending pending_;
  bool shares_rows_ = false;  // the pieces so far are slices
  int64_t rows_ = 0;
  uint64_t direct_bytes_ = 0;
  uint64_t bytes_borrowed_ = 0;
  uint64_t bytes_copied_ = 0;
  std::unique_ptr<Vector> vector_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_OUTPUT_COLUMNS_H_
