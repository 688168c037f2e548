// StreamRun: the rows of a stage that needs no sink, batch by batch.
//
// Owns: handing out batches in row order while other threads work ahead, within a bounded window;
// skip and limit. Does not own: filtering (zone_scan.h) or making columns (output_columns.h).
//
// Each morsel has a cursor. Next() takes from the first one and works on it itself unless another
// thread does; helpers take later ones, up to a few batches ahead. With a limit nobody works ahead:
// what would be read too much is what early exit is to save.
#ifndef ASHLAR_SRC_QUERY_STREAM_RUN_H_
#define ASHLAR_SRC_QUERY_STREAM_RUN_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/query.h"
#include "src/query/control.h"
#include "src/query/evaluator.h"
#include "src/query/morsel_stream.h"
#include "src/query/plan.h"

namespace ashlar::query {

class StreamRun {
 public:
  // `stage` and `control` outlive it. Begins at a morsel, of which the first `skip` rows that pass
  // are left out (besides those that the stage itself skips).
  StreamRun(std::shared_ptr<const Source> source, const Stage& stage, BackEnd back_end,
            const QueryControl* control, size_t threads, size_t first_morsel, uint64_t skip);
  ~StreamRun();  // waits for threads that still work for it
  StreamRun(const StreamRun&) = delete;
  StreamRun& operator=(const StreamRun&) = delete;

  // One thread.
  [[nodiscard]] absl::StatusOr<bool> Next(RecordBatch* batch);
  // Adds what was done since the last call; complete once no thread works for it any more.
  void AddTo(QueryStats* stats);

 private:
  enum class State : uint8_t { kIdle, kRunning, kDone };
  struct Cursor {
    size_t morsel = 0;
    State state = State::kIdle;
    std::unique_ptr<MorselStream> stream;  // while begun and not done
    std::deque<RecordBatch> ready;
    absl::Status status;
  };
  struct Gate;  // what helpers that come too late find closed

  [[nodiscard]] Cursor* HeadCursor();
  [[nodiscard]] Cursor* CursorToHelp();
  [[nodiscard]] bool EndEarly();
  // One batch further, of a cursor that runs; without the lock. False at the end of its morsel.
  [[nodiscard]] absl::StatusOr<bool> Advance(Cursor& cursor, RecordBatch* batch);
  // What Advance() made becomes of the cursor; with the lock.
  void Settle(Cursor& cursor, const absl::StatusOr<bool>& more, RecordBatch batch);
  void InviteHelpers();
  void Help();

  const std::shared_ptr<const Source> source_;
  const StreamTarget target_;
  const size_t threads_;
  uint64_t skip_;
  uint64_t left_;
  size_t next_morsel_;
  const std::shared_ptr<Gate> gate_;
  std::deque<std::unique_ptr<Cursor>> window_;        // guarded by the gate's mutex
  std::vector<std::unique_ptr<MorselStream>> spare_;  // guarded by the gate's mutex
  size_t helpers_ = 0;                                // guarded by the gate's mutex
  QueryStats stats_;                                  // guarded by the gate's mutex
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_STREAM_RUN_H_
