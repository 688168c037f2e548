// MemtableView: what a memtable holds at one sequence, to scan and to flush.
//
// Owns: the bounds of a consistent view, masks of the rows that are alive in it, the entries (rows
// and tombstones) that supersede older places. Does not own: rows. It is a value that keeps its
// memtable alive; columns read from it keep only their chunk. Safe on any thread.
//
// Positions number the rows of a view from 0, chunk after chunk, in the order in which they were
// written; positions of an earlier view of the same memtable mean the same rows.
#ifndef ASHLAR_SRC_LOG_MEMTABLE_VIEW_H_
#define ASHLAR_SRC_LOG_MEMTABLE_VIEW_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/base/limits.h"
#include "src/log/memtable.h"

namespace ashlar::log {

// One bit a row of a zone, least significant first, set: alive. Bits behind the rows are zero.
using LiveMask = std::array<uint64_t, base::kZoneRows / 64>;

// A version of a key in a view: a row, or a tombstone.
struct MemtableEntry {
  int64_t position = 0;
  std::string_view key;  // encoded; as long-lived as the view
  uint64_t hash = 0;
  bool tombstone = false;
};

class MemtableView {
 public:
  [[nodiscard]] const Schema& schema() const { return memtable_->schema(); }
  [[nodiscard]] bool keyed() const { return memtable_->keyed(); }
  [[nodiscard]] uint64_t sequence() const { return sequence_; }
  // Physical rows: all that had begun, alive or not.
  [[nodiscard]] int64_t rows() const { return chunks_.empty() ? 0 : End(chunks_.size() - 1); }

  [[nodiscard]] size_t chunks() const { return chunks_.size(); }
  [[nodiscard]] int64_t first_position(size_t chunk) const { return chunks_[chunk].first; }
  [[nodiscard]] int64_t rows(size_t chunk) const { return chunks_[chunk].rows; }
  // rows(chunk) rows. Rows that are not alive hold anything.
  [[nodiscard]] Column ReadColumn(size_t chunk, size_t field) const;
  // False: all rows of the chunk are alive.
  [[nodiscard]] bool has_dead_rows(size_t chunk) const {
    return keyed() && chunks_[chunk].chunk->has_dead_rows();
  }
  // Of rows [1024 * zone, 1024 * zone + 1024) of the chunk.
  [[nodiscard]] LiveMask LiveRows(size_t chunk, int64_t zone) const;
  [[nodiscard]] int64_t CountLiveRows() const;

  // The position of a row that Memtable::Find() found at the view's sequence.
  [[nodiscard]] int64_t PositionOf(uint32_t row) const {
    return chunks_[row >> kChunkRowBits].first + (row & (kMaxChunkRows - 1));
  }
  [[nodiscard]] const std::shared_ptr<const Memtable>& memtable() const { return memtable_; }

  // Calls visit(MemtableEntry) for the first row of each key that the memtable got at positions
  // [first, end), by position.
  template <typename Visit>
  void ForEachNewKey(int64_t first, int64_t end, Visit visit) const {
    ForEachRow(first, end, [&](const Part& part, int64_t row) {
      if (part.chunk->previous(row) == kNoRow) visit(EntryOf(part, row));
    });
  }

  // Calls visit(MemtableEntry) for each key that has a version at positions [first, end) that is
  // its newest in this view, by position. What older places hold of these keys is superseded.
  template <typename Visit>
  void ForEachEntry(int64_t first, int64_t end, Visit visit) const {
    ForEachRow(first, end, [&](const Part& part, int64_t row) {
      if (part.chunk->end_sequence(row) > sequence_) visit(EntryOf(part, row));
    });
  }

 private:
  friend class Memtable;
  struct Part {
    const MemtableChunk* chunk = nullptr;
    int64_t first = 0;
    int64_t rows = 0;
  };

  [[nodiscard]] static MemtableEntry EntryOf(const Part& part, int64_t row) {
    return {part.first + row, part.chunk->key(row), part.chunk->hash(row),
            part.chunk->is_tombstone(row)};
  }
  // Of keyed memtables; visit(part, row within it).
  template <typename Visit>
  void ForEachRow(int64_t first, int64_t end, Visit visit) const {
    for (const Part& part : chunks_) {
      if (!keyed() || part.first >= end) return;
      const int64_t from = first > part.first ? first - part.first : 0;
      const int64_t to = end - part.first < part.rows ? end - part.first : part.rows;
      for (int64_t row = from; row < to; ++row) visit(part, row);
    }
  }

  MemtableView(std::shared_ptr<const Memtable> memtable, uint64_t sequence);
  [[nodiscard]] int64_t End(size_t chunk) const {
    return chunks_[chunk].first + chunks_[chunk].rows;
  }

  std::shared_ptr<const Memtable> memtable_;
  uint64_t sequence_ = 0;
  std::vector<Part> chunks_;  // none is empty
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_MEMTABLE_VIEW_H_
