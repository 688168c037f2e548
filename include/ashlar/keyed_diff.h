// KeyedDiff: the rows of a keyed dataset in which two snapshots differ, in the order of their keys.
//
// Owns: the interface. Rows that are rewritten with equal values, or moved to other segments, are
// no change. Streams: a few batches are in memory at a time. One thread.
#ifndef ASHLAR_KEYED_DIFF_H_
#define ASHLAR_KEYED_DIFF_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar {

struct RowChange {
  enum class Kind : uint8_t { kAdded, kRemoved, kChanged };
  Kind kind = Kind::kAdded;
  int64_t before = -1;  // row of RowChanges::before; -1 where the key was added
  int64_t after = -1;   // row of RowChanges::after; -1 where it was removed
};

// Not every row of the batches is changed; those that are have entries, by ascending keys.
struct RowChanges {
  RecordBatch before;
  RecordBatch after;
  std::vector<RowChange> changes;
};

class KeyedDiff {
 public:
  KeyedDiff() = default;
  KeyedDiff(const KeyedDiff&) = delete;
  KeyedDiff& operator=(const KeyedDiff&) = delete;
  virtual ~KeyedDiff() = default;

  // At least one change; false at the end. DataLoss names file and offset, and comes again.
  [[nodiscard]] virtual absl::StatusOr<bool> Next(RowChanges* changes) = 0;

  // Of the two sides, where the dataset was there; otherwise the other one's.
  [[nodiscard]] virtual const Schema& schema_before() const = 0;
  [[nodiscard]] virtual const Schema& schema_after() const = 0;
  // Neither opened nor read, for both sides have them with the same live rows.
  [[nodiscard]] virtual uint64_t segments_shared() const = 0;
  // Of which at least some rows are read, by one side or both.
  [[nodiscard]] virtual uint64_t segments_read() const = 0;
};

}  // namespace ashlar

#endif  // ASHLAR_KEYED_DIFF_H_
