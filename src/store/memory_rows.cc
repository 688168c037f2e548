// Layers of memtables; see the header.
#include "src/store/memory_rows.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/encoded_keys.h"
#include "src/log/memtable_order.h"
#include "src/log/memtable_rows.h"

namespace ashlar::store {

using log::MemtableHit;

log::LiveMask LayerView::LiveRows(size_t chunk, int64_t zone) const {
  log::LiveMask mask = view_.LiveRows(chunk, zone);
  if (superseded_.empty()) return mask;
  const int64_t first = view_.first_position(chunk) + zone * base::kZoneRows;
  const int64_t rows =
      std::min<int64_t>(base::kZoneRows, view_.rows(chunk) - zone * base::kZoneRows);
  for (int64_t i = 0; i < rows; ++i) {
    if (IsSuperseded(first + i)) mask[static_cast<size_t>(i / 64)] &= ~(uint64_t{1} << (i % 64));
  }
  return mask;
}

std::vector<uint32_t> LayerView::LiveRowsOf(size_t chunk) const {
  std::vector<uint32_t> alive;
  for (int64_t zone = 0; zone * base::kZoneRows < view_.rows(chunk); ++zone) {
    const log::LiveMask mask = LiveRows(chunk, zone);
    for (size_t word = 0; word < mask.size(); ++word) {
      for (uint64_t bits = mask[word]; bits != 0; bits &= bits - 1) {
        alive.push_back(
            static_cast<uint32_t>(zone * base::kZoneRows + 64 * word + std::countr_zero(bits)));
      }
    }
  }
  return alive;
}

uint64_t LayerView::CountLiveRows() const {
  if (!view_.keyed()) return static_cast<uint64_t>(view_.rows());
  uint64_t rows = 0;
  for (size_t chunk = 0; chunk < view_.chunks(); ++chunk) {
    for (int64_t zone = 0; zone * base::kZoneRows < view_.rows(chunk); ++zone) {
      for (const uint64_t word : LiveRows(chunk, zone)) {
        rows += static_cast<uint64_t>(std::popcount(word));
      }
    }
  }
  return rows;
}

void LayerView::Supersede(const log::MemtableView& newer) {
  ASHLAR_CHECK(view_.keyed() && newer.keyed());
  const log::Memtable& mine = *view_.memtable();
  newer.ForEachEntry(0, newer.rows(), [&](const log::MemtableEntry& entry) {
    const MemtableHit hit = mine.Find(entry.key, entry.hash, view_.sequence());
    if (hit.kind == MemtableHit::Kind::kAbsent) return;
    superseded_.resize(static_cast<size_t>(view_.rows() + 63) / 64);
    const int64_t position = view_.PositionOf(hit.row);
    superseded_[static_cast<size_t>(position) / 64] |= uint64_t{1} << (position % 64);
  });
}

MemoryRows::MemoryRows(std::shared_ptr<const manifest::DatasetState> state,
                       std::shared_ptr<const DatasetKeys> keys, std::vector<MemoryLayer> layers)
    : state_(std::move(state)), keys_(std::move(keys)), layers_(std::move(layers)) {
  ASHLAR_CHECK(state_ != nullptr && !layers_.empty());
  ASHLAR_CHECK(state_->is_keyed() == (keys_ != nullptr));
}

MemoryRows::Hit MemoryRows::Find(std::string_view key, uint64_t hash) const {
  for (size_t i = layers_.size(); i-- > 0;) {
    const MemtableHit hit = layers_[i].memtable->Find(key, hash, layers_[i].sequence);
    if (hit.kind != MemtableHit::Kind::kAbsent) return {hit.kind, i, hit.row, hit.sequence};
  }
  return {};
}

const RowSource& MemoryRows::OpenRows(const Hit& hit, int64_t* row) const {
  ASHLAR_CHECK(hit.kind == MemtableHit::Kind::kRow);
  const log::MemtableView& view = views()[hit.layer].view();
  const size_t chunk = hit.row >> log::kChunkRowBits;
  *row = hit.row & (log::kMaxChunkRows - 1);
  ASHLAR_CHECK(chunk < view.chunks() && *row < view.rows(chunk));
  std::atomic<const RowSource*>& open = open_[hit.layer][chunk];
  if (const RowSource* const rows = open.load(std::memory_order_acquire)) return *rows;
  base::MutexLock lock(mutex_);
  if (const RowSource* const rows = open.load(std::memory_order_relaxed)) return *rows;
  owned_.push_back(RowSource::Make(log::ReadChunk(view, chunk)));
  open.store(owned_.back().get(), std::memory_order_release);
  return *owned_.back();
}

const std::vector<LayerView>& MemoryRows::views() const {
  if (const auto* const ready = ready_.load(std::memory_order_acquire)) return *ready;
  base::MutexLock lock(mutex_);
  if (views_ == nullptr) {
    auto views = std::make_unique<std::vector<LayerView>>();
    for (const MemoryLayer& layer : layers_) {
      views->emplace_back(layer.memtable->View(layer.sequence));
      open_.emplace_back(views->back().view().chunks());
      if (!state_->is_keyed()) continue;
      const log::MemtableView& newest = views->back().view();
      for (size_t older = 0; older + 1 < views->size(); ++older) {
        (*views)[older].Supersede(newest);
      }
    }
    views_ = std::move(views);
    ready_.store(views_.get(), std::memory_order_release);
  }
  return *views_;
}

std::vector<std::shared_ptr<const SortedMemory>> MemoryRows::Sorted() const {
  ASHLAR_CHECK(keys_ != nullptr);
  const std::vector<LayerView>& layers = views();
  base::MutexLock lock(mutex_);
  for (size_t i = sorted_.size(); i < layers.size(); ++i) {
    log::MemtableOrder order = log::SortMemtable(layers[i].view());
    std::vector<uint32_t> kept;
    for (size_t row = 0; row < order.rows.size(); ++row) {
      if (!layers[i].IsSuperseded(order.rows[row])) kept.push_back(static_cast<uint32_t>(row));
    }
    if (kept.size() < order.rows.size()) {
      order.keys = columnar::SelectKeys(order.keys, kept);
      for (uint32_t& row : kept) row = order.rows[row];
      order.rows = std::move(kept);
    }
    sorted_.push_back(
        std::make_shared<const SortedMemory>(SortedMemory{layers[i].view(), std::move(order)}));
  }
  return sorted_;
}

absl::StatusOr<std::shared_ptr<const manifest::DatasetState>> MemoryRows::Segments() const {
  if (keys_ == nullptr) return state_;
  const std::vector<LayerView>& layers = views();
  base::MutexLock lock(mutex_);
  if (segments_ != nullptr) return segments_;
  auto masked = std::make_shared<manifest::DatasetState>(*state_);
  for (size_t i = 0; i < layers.size(); ++i) {
    ASSIGN_OR_RETURN(const DeadBySegment dead, layers_[i].deaths->Of(keys_, layers[i].view()));
    for (size_t segment = 0; segment < dead.size(); ++segment) {
      if (dead[segment] == nullptr) continue;
      manifest::DeletionVectorPtr& sum = masked->segments[segment].dead;
      sum = sum == nullptr ? dead[segment] : sum->With(*dead[segment]);
    }
  }
  manifest::CountRows(masked.get());
  segments_ = std::move(masked);
  return segments_;
}

}  // namespace ashlar::store
