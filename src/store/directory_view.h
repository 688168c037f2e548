// DirectoryView: what a key directory says about the segments of one state of its dataset.
//
// Owns: the way from the directory's numbers of segments to places in the state's list, attaching
// to these segments, and adding their rows. Does not own: comparing keys, nor which rows are alive
// (dataset_keys.h). As long as a view lives, what it has called covered stays covered.
#ifndef ASHLAR_SRC_STORE_DIRECTORY_VIEW_H_
#define ASHLAR_SRC_STORE_DIRECTORY_VIEW_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/columnar/key_codec.h"
#include "src/manifest/manifest.h"
#include "src/store/key_directories.h"
#include "src/store/quick_segment.h"
#include "src/store/segment_keys.h"

namespace ashlar::store {

// A row of the segment at a position of the dataset's list.
struct RowLocation {
  uint32_t segment = 0;
  uint32_t row = 0;
  friend bool operator==(const RowLocation&, const RowLocation&) = default;
};

[[nodiscard]] DirectoryNeed NeedOf(const manifest::DatasetState& state);

// Safe on any thread.
class DirectoryView {
 public:
  using OpenSegment = std::function<absl::StatusOr<const SegmentKeys*>(size_t position)>;

  // Null when somebody writes to the directory just now. `state` outlives the view.
  [[nodiscard]] static std::unique_ptr<const DirectoryView> TryMake(
      const manifest::DatasetState& state, std::shared_ptr<KeyDirectory> directory);
  DirectoryView(const DirectoryView&) = delete;
  DirectoryView& operator=(const DirectoryView&) = delete;
  ~DirectoryView();

  [[nodiscard]] const KeyDirectory& directory() const { return *directory_; }

  // Asked before the directory is searched, it proves that a key that is not found then is in none
  // of the state's segments; the same for one segment.
  [[nodiscard]] bool IsComplete() const { return complete_.load(std::memory_order_acquire); }
  [[nodiscard]] bool IsCovered(size_t position) const {
    return directory_->IsCovered(numbers_[position]);
  }
  // Ascending.
  [[nodiscard]] std::vector<uint32_t> Uncovered() const;

  void Prefetch(uint64_t hash) const { directory_->slots().Prefetch(hash); }
  // Calls visit(RowLocation) for rows of the state's segments that may have a key of this hash,
  // until it returns true; says whether it did. Rows are within their segments.
  template <typename Visit>
  bool ForEachRow(uint64_t hash, const Visit& visit) const {
    return directory_->slots().ForEach(hash, [&](const KeySlot& slot) {
      if (slot.segment >= positions_.size()) return false;
      const uint32_t position = positions_[slot.segment];
      return position != kNotListed && visit(RowLocation{position, slot.row});
    });
  }

  // The first of these rows as KeySlots::FindFirst() has it, where its segment has been made known.
  [[nodiscard]] KeySlots::Glance FindFirst(uint64_t hash, const QuickSegment** segment,
                                           uint32_t* row) const {
    KeySlot slot;
    const KeySlots::Glance glance = directory_->slots().FindFirst(hash, &slot);
    if (glance != KeySlots::Glance::kRow) return glance;
    // No segment has the number of an empty slot.
    if (slot.segment >= numbers_known_) return KeySlots::Glance::kUnclear;
    *segment = quick_[slot.segment].load(std::memory_order_acquire);
    *row = slot.row;
    return *segment != nullptr ? KeySlots::Glance::kRow : KeySlots::Glance::kUnclear;
  }
  // `segment` is that of this position from now on, and outlives the view.
  void MakeKnown(size_t position, const QuickSegment* segment) const {
    if (numbers_[position] == 0) return;
    quick_[numbers_[position]].store(segment, std::memory_order_release);
  }

  // So many keys were asked that the directory might have known had it been complete: adds as many
  // rows as that is worth.
  void Build(size_t keys, const columnar::KeyCodec& codec, const OpenSegment& opener,
             KeyDirectories& directories) const;

 private:
  static constexpr uint32_t kNotListed = UINT32_MAX;

  DirectoryView(const manifest::DatasetState& state, std::shared_ptr<KeyDirectory> directory,
                std::vector<uint16_t> numbers);

  // Says whether to go on with the next segment.
  [[nodiscard]] bool Cover(size_t position, const columnar::KeyCodec& codec,
                           const OpenSegment& opener, bool* no_room) const;
  [[nodiscard]] absl::Status AddPiece(size_t position, uint32_t first, uint32_t rows,
                                      const columnar::KeyCodec& codec,
                                      const OpenSegment& opener) const;

  const manifest::DatasetState& state_;
  const std::shared_ptr<KeyDirectory> directory_;
  const std::vector<uint16_t> numbers_;  // by position
  std::vector<uint32_t> positions_;      // by number, as far as the state's go
  uint32_t numbers_known_ = 0;           // the size of the next one
  mutable std::unique_ptr<std::atomic<const QuickSegment*>[]> quick_;  // by number
  mutable std::atomic<size_t> covered_{0};  // segments from the first one on
  mutable std::atomic<bool> complete_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DIRECTORY_VIEW_H_
