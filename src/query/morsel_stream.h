// MorselStream: the result batches of one morsel after the other.
//
// Owns: driving a scan into output columns and cutting batches. Does not own: the order among
// morsels (stream_run.h). One thread at a time.
#ifndef ASHLAR_SRC_QUERY_MORSEL_STREAM_H_
#define ASHLAR_SRC_QUERY_MORSEL_STREAM_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/query.h"
#include "src/query/output_columns.h"
#include "src/query/plan.h"
#include "src/query/zone_scan.h"

namespace ashlar::query {

// Batches end at about this size, so that a few in flight stay within the memory promise.
inline constexpr uint64_t kStreamBatchBytes = uint64_t{1} << 20;

struct StreamTarget {
  ScanTarget scan;
  const Stage* stage = nullptr;
};

// Rows to leave out and to give, over all morsels of a stream that has a limit.
struct RowWindow {
  uint64_t skip = 0;
  uint64_t left = UINT64_MAX;
};

class MorselStream {
 public:
  explicit MorselStream(const StreamTarget& target);

  [[nodiscard]] absl::Status Begin(size_t morsel);
  // False at the end of the morsel, or of the window. The window, when given, is moved on.
  [[nodiscard]] absl::StatusOr<bool> Next(RowWindow* window, RecordBatch* batch);
  void End();

  void AddTo(QueryStats* stats);

 private:
  [[nodiscard]] absl::Status Fill(RowWindow* window);

  ZoneScan scan_;
  OutputColumns outputs_;
  bool begun_ = false;   // a morsel that was not pruned and not read to its end
  bool paired_ = false;  // the outputs are in a morsel
  uint64_t counted_copied_ = 0;
};

// Clears the first window->skip bits and all beyond window->left, and moves the window on.
void TrimToWindow(RowWindow* window, Bits* selection);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_MORSEL_STREAM_H_
