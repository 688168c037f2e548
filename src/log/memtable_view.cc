// Bounds and masks of a view; see the header.
#include "src/log/memtable_view.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "src/base/check.h"

namespace ashlar::log {

MemtableView::MemtableView(std::shared_ptr<const Memtable> memtable, uint64_t sequence)
    : memtable_(std::move(memtable)), sequence_(sequence) {
  const size_t count = memtable_->chunks();
  int64_t first = 0;
  for (size_t i = 0; i < count; ++i) {
    const MemtableChunk& chunk = memtable_->chunk(i);
    const int64_t published = chunk.rows();
    const int64_t rows = chunk.RowsBegunBy(sequence, published);
    if (rows > 0) chunks_.push_back({&chunk, first, rows});
    first += rows;
    // Sequences ascend: nothing behind has begun.
    if (rows < published) break;
  }
}

Column MemtableView::ReadColumn(size_t chunk, size_t field) const {
  const Part& part = chunks_[chunk];
  return part.chunk->ReadColumn(field, 0, part.rows);
}

LiveMask MemtableView::LiveRows(size_t chunk, int64_t zone) const {
  const Part& part = chunks_[chunk];
  const int64_t first = zone * base::kZoneRows;
  ASHLAR_CHECK(first >= 0 && first < part.rows);
  const int64_t rows = std::min<int64_t>(base::kZoneRows, part.rows - first);
  const bool dead = has_dead_rows(chunk);
  LiveMask mask{};
  for (int64_t i = 0; i < rows; ++i) {
    const bool alive = !dead || (part.chunk->end_sequence(first + i) > sequence_ &&
                                 !part.chunk->is_tombstone(first + i));
    mask[static_cast<size_t>(i / 64)] |= uint64_t{alive} << (i % 64);
  }
  return mask;
}

int64_t MemtableView::CountLiveRows() const {
  int64_t live = 0;
  for (size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    for (int64_t zone = 0; zone * base::kZoneRows < rows(chunk); ++zone) {
      for (const uint64_t word : LiveRows(chunk, zone)) live += std::popcount(word);
    }
  }
  return live;
}

}  // namespace ashlar::log
