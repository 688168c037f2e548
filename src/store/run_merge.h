// RunMerge: the rows of many sorted runs in the order of their keys, as pieces of runs.
//
// Owns: cursors over runs within the bounds of a range, which run is next, how many of its rows
// come before those of all others, passing over dead rows, and opening segments when their keys are
// reached. Does not own: values (row_gather.h). Each key has one live row in all runs together:
// deletion vectors and snapshots see to that, and a key that is met twice is reported.
//
// Rows are compared one by one only where runs interleave; a run whose next rows all come before
// the others is taken in one piece, found by doubling steps.
#ifndef ASHLAR_SRC_STORE_RUN_MERGE_H_
#define ASHLAR_SRC_STORE_RUN_MERGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/store/key_bounds.h"
#include "src/store/live_runs.h"
#include "src/store/segment_runs.h"
#include "src/store/sorted_run.h"

namespace ashlar::store {

// Rows [first, first + rows) of a run, all alive; without rows at the end.
struct RunPiece {
  const SortedRun* run = nullptr;
  uint64_t first = 0;
  uint64_t rows = 0;
};

// One reader's: not thread-safe.
class RunMerge {
 public:
  // `runs` are open from the start; `segments` have the same bounds and direction.
  RunMerge(std::vector<std::unique_ptr<SortedRun>> runs, SegmentRuns segments, KeyBounds bounds,
           bool backward);

  // The next rows, at most `most`, which is above 0; the end of them when walking backward comes
  // first. DataLoss names a file, or two runs that have a live row of one key.
  [[nodiscard]] absl::StatusOr<RunPiece> Peek(uint64_t most);
  // Goes on behind the piece that Peek() gave; its run may be gone then.
  void Advance(const RunPiece& piece);

 private:
  struct Cursor {
    std::unique_ptr<SortedRun> run;
    LiveRuns live;
    // What is left; the row that comes next is alive.
    uint64_t begin = 0;
    uint64_t end = 0;
    std::string key;  // of the row that comes next
  };
  // With the prefix of the key at hand: it says the order of most keys.
  struct HeapItem {
    uint64_t prefix = 0;
    std::unique_ptr<Cursor> cursor;
  };
  struct KeyView {
    uint64_t prefix = 0;
    std::string_view key;
  };

  [[nodiscard]] absl::Status AddRun(std::unique_ptr<SortedRun> run);
  // Opens segments until no unopened one may have the next row.
  [[nodiscard]] absl::Status OpenReached();
  void ReadKey(HeapItem* item) const;
  [[nodiscard]] static KeyView KeyOf(const HeapItem& item) {
    return {item.prefix, item.cursor->key};
  }
  [[nodiscard]] bool ComesBefore(const KeyView& a, const KeyView& b) const {
    if (a.prefix != b.prefix) return (a.prefix < b.prefix) != backward_;
    return backward_ ? a.key > b.key : a.key < b.key;
  }
  [[nodiscard]] bool ComesBefore(const HeapItem& a, const HeapItem& b) const {
    return ComesBefore(KeyOf(a), KeyOf(b));
  }
  // Looks at the segment that is next.
  void ReadBound();
  // The heap is one but for its first element.
  void SiftDown();
  // The key before which rows of the first run come next; nothing when there is no other run.
  [[nodiscard]] std::optional<KeyView> NextOfOthers() const;
  // The one of the others that comes first; there is one.
  [[nodiscard]] const HeapItem& Second() const;
  // How many rows of the piece, of which the first one does, come before the key.
  [[nodiscard]] uint64_t CountBefore(const RunPiece& piece, std::string_view key) const;

  SegmentRuns segments_;
  std::optional<KeyView> bound_;  // of the next one, where it has one
  const KeyBounds bounds_;
  const bool backward_;
  std::vector<HeapItem> heap_;  // the cursor whose row comes next is first
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_RUN_MERGE_H_
