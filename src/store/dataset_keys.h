// DatasetKeys: from keys to the live rows of a keyed dataset's segments, at one version.
//
// Owns: the dataset's key codec, opening the keys of segments at first use, pruning by key ranges,
// comparing full keys, and telling live rows from dead ones. Does not own: rows in memory, which
// come before segments, the values of rows, nor what the key directory knows (directory_view.h). At
// most one segment has a live row of a key, so the order of segments means nothing here.
//
// The directory is asked first. What it finds counts if the row is alive and has the key; what it
// does not find is absent from the segments that it covers, and the others are searched. So answers
// are the same with and without it. Without one, sieves say which of many segments to search.
#ifndef ASHLAR_SRC_STORE_DATASET_KEYS_H_
#define ASHLAR_SRC_STORE_DATASET_KEYS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "ashlar/row_ref.h"
#include "src/base/check.h"
#include "src/base/mutex.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/key_codec.h"
#include "src/manifest/manifest.h"
#include "src/store/directory_view.h"
#include "src/store/prefix_ranges.h"
#include "src/store/quick_segment.h"
#include "src/store/segment_columns.h"
#include "src/store/segment_keys.h"
#include "src/store/segment_order.h"
#include "src/store/segment_sieves.h"

namespace ashlar::store {

class SegmentCache;
template <size_t kWords>
struct StoredKey;

struct QuickRow {
  const RowSource* source = nullptr;  // null: there is no such row
  uint32_t row = 0;
};

// Safe on any thread. `cache` outlives it.
class DatasetKeys {
 public:
  // `state` is keyed (checked). `lasting`: it will be asked so often that sieves may be worth it.
  DatasetKeys(std::shared_ptr<const manifest::DatasetState> state, SegmentCache& cache,
              bool lasting = false);

  [[nodiscard]] const manifest::DatasetState& state() const { return *state_; }
  [[nodiscard]] const columnar::KeyCodec& codec() const { return codec_; }

  // Where the live row of an encoded key is; nothing when no segment has one. DataLoss names a file
  // whose keys cannot be trusted: then nothing is called absent.
  [[nodiscard]] absl::StatusOr<std::optional<RowLocation>> Find(std::string_view key,
                                                                uint64_t hash) const;
  // The row of a key where that is a matter of a few memory accesses: the directory knows all and
  // what it takes is open. False: ask Find().
  template <size_t kWords>
  [[nodiscard, gnu::always_inline]] bool FindQuickly(const StoredKey<kWords>& key,
                                                     QuickRow* row) const {
    const DirectoryView* const view = view_.load(std::memory_order_acquire);
    if (view == nullptr) return sieves_.IsComplete() && FindQuicklyBySieves(key, row);
    if (!view->IsComplete()) return false;
    const QuickSegment* segment = nullptr;
    const KeySlots::Glance glance = view->FindFirst(key.hash, &segment, &row->row);
    if (glance != KeySlots::Glance::kRow) return glance == KeySlots::Glance::kNone;
    segment->ahead.Prefetch(row->row);  // a value is on its way while the key is compared
    row->source = segment->rows;
    // A dead row, or another key's: the right one may come after it.
    if (!key.IsAt(segment->keys, row->row)) return false;
    return segment->IsAlive(row->row);
  }
  // The same for any key.
  [[nodiscard]] bool FindQuickly(std::string_view key, uint64_t hash, QuickRow* row) const;
  // The same for many keys, with their memory accesses overlapped.
  [[nodiscard]] absl::StatusOr<std::vector<std::optional<RowLocation>>> FindAll(
      const columnar::EncodedKeys& keys) const;

  // Opened at the first call. `position` is in the dataset's list.
  [[nodiscard]] absl::StatusOr<const SegmentKeys*> OpenSegment(size_t position) const;
  // All rows of a segment, dead ones included; its columns are read at the first call.
  [[nodiscard]] absl::StatusOr<const RowSource*> OpenRows(size_t position) const {
    ASHLAR_CHECK(position < open_.size());
    if (const RowSource* const rows = open_[position].rows.load(std::memory_order_acquire)) {
      return rows;
    }
    return ReadRows(position);
  }
  [[nodiscard]] const SegmentColumns& columns() const { return columns_; }
  // Sorted at the first call.
  [[nodiscard]] const SegmentOrder& order() const;
  [[nodiscard]] bool is_sieved() const { return sieves_.IsComplete(); }

 private:
  using Places = std::vector<std::optional<RowLocation>>;

  // What searches need of a segment, in one place: they are many and short.
  struct OpenedSegment {
    std::atomic<const SegmentKeys*> keys{nullptr};    // null until somebody asked
    std::atomic<const RowSource*> rows{nullptr};      // likewise
    std::atomic<const QuickSegment*> quick{nullptr};  // once both are there
    const manifest::DeletionVector* dead = nullptr;
  };

  [[nodiscard]] absl::StatusOr<const RowSource*> ReadRows(size_t position) const;
  // Makes the segment known to all views once its keys and rows are open.
  void MakeKnown(size_t position) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] bool IsAlive(const RowLocation& at) const {
    const manifest::DeletionVector* const dead = open_[at.segment].dead;
    return dead == nullptr || !dead->Contains(at.row);
  }
  // The same as Find(), by the segments that no directory covers; `view` may be null. Adds the
  // number of filters that were asked.
  [[nodiscard]] absl::StatusOr<std::optional<RowLocation>> FindInSegments(std::string_view key,
                                                                          uint64_t hash,
                                                                          const DirectoryView* view,
                                                                          size_t* filters) const;
  struct SearchGroup;
  [[nodiscard]] std::optional<RowLocation> FindInGroup(const SearchGroup& group,
                                                       std::string_view key,
                                                       const segment::KeyProbe& probe) const;
  // The row of a key that the filter of an open segment lets through.
  [[nodiscard]] std::optional<uint32_t> FindBehindFilter(uint32_t position, const SegmentKeys& keys,
                                                         std::string_view key,
                                                         const segment::KeyProbe& probe) const;
  // FindQuickly() by the sieves, which are complete.
  template <size_t kWords>
  [[nodiscard, gnu::noinline]] bool FindQuicklyBySieves(const StoredKey<kWords>& key,
                                                        QuickRow* row) const;
  // The same by the sieves, which are complete.
  [[nodiscard]] std::optional<RowLocation> FindBySieves(std::string_view key, uint64_t hash) const;
  // There is no directory, and so many filters were asked for so many keys: sieves may be worth it.
  void BuildSieves(size_t filters, size_t keys) const;
  [[nodiscard]] const PrefixRanges& prefix_ranges() const;
  struct Questions;
  // Which segments may have which of the keys: by the key ranges of those at these positions, or
  // for all segments by the sieves.
  [[nodiscard]] absl::Status AskRanges(const columnar::EncodedKeys& keys,
                                       std::span<const uint32_t> asked,
                                       std::span<const uint32_t> positions,
                                       Questions* questions) const;
  void AskSieves(const columnar::EncodedKeys& keys, std::span<const uint32_t> asked,
                 Questions* questions) const;
  // Fills the places of the keys `asked` as far as the segments have them; says how many filters
  // were asked.
  [[nodiscard]] size_t FindInto(const columnar::EncodedKeys& keys, std::span<const uint32_t> asked,
                                const Questions& questions, Places* found) const;

  // In dataset_keys_directory.cc.
  //
  // What to ask `keys` keys by first; null when there is no directory (yet).
  [[nodiscard]] const DirectoryView* ViewFor(size_t keys) const;
  [[nodiscard]] const DirectoryView* MakeView(size_t keys) const;
  void Build(const DirectoryView& view, size_t keys) const;
  // Asks for the memory of the row's key and, once somebody reads rows, of its first columns.
  void Prefetch(const RowLocation& at) const;
  enum class Probe : uint8_t { kAbsent, kFound, kUnopened };
  // kUnopened: a segment's keys must be opened first; `*at` names it.
  [[nodiscard]] Probe ProbeDirectory(const DirectoryView& view, std::string_view key, uint64_t hash,
                                     RowLocation* at) const {
    Probe result = Probe::kAbsent;
    view.ForEachRow(hash, [&](const RowLocation& row) {
      if (!IsAlive(row)) return false;
      const OpenedSegment& open = open_[row.segment];
      const SegmentKeys* const keys = open.keys.load(std::memory_order_acquire);
      // Values are on their way while the key is compared.
      const RowSource* const rows = open.rows.load(std::memory_order_acquire);
      if (rows != nullptr) rows->ahead().Prefetch(row.row);
      if (keys != nullptr && !keys->columns().Equals(row.row, key)) return false;
      *at = row;
      result = keys == nullptr ? Probe::kUnopened : Probe::kFound;
      return true;
    });
    return result;
  }
  [[nodiscard]] absl::StatusOr<std::optional<RowLocation>> FindInDirectory(
      const DirectoryView& view, std::string_view key, uint64_t hash) const;
  // Fills places, and says which keys the directory does not find.
  [[nodiscard]] absl::Status FindAllInDirectory(const DirectoryView& view,
                                                const columnar::EncodedKeys& keys, Places* found,
                                                std::vector<uint32_t>* missed) const;

  const std::shared_ptr<const manifest::DatasetState> state_;
  SegmentCache& cache_;
  const columnar::KeyCodec codec_;
  const SegmentColumns columns_;
  // By position. What they point to is in `owned_keys_` and `owned_rows_`.
  mutable std::vector<OpenedSegment> open_;
  mutable base::Mutex mutex_;
  mutable std::vector<std::shared_ptr<const SegmentKeys>> owned_keys_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<std::shared_ptr<const RowSource>> owned_rows_ ABSL_GUARDED_BY(mutex_);
  // By position; null until somebody may be told.
  mutable std::vector<std::unique_ptr<const QuickSegment>> quick_ ABSL_GUARDED_BY(mutex_);
  // The newest of the views, each on a directory that the dataset had; null until enough was asked.
  mutable std::atomic<const DirectoryView*> view_{nullptr};
  mutable std::atomic<int64_t> asked_{0};  // keys, until there is a view
  mutable std::vector<std::unique_ptr<const DirectoryView>> views_ ABSL_GUARDED_BY(mutex_);
  const bool lasting_;
  mutable SegmentSieves sieves_;  // only where there are to be no directories
  mutable std::atomic<const PrefixRanges*> ranges_{nullptr};
  mutable std::unique_ptr<const PrefixRanges> owned_ranges_ ABSL_GUARDED_BY(mutex_);
  mutable std::atomic<const SegmentOrder*> order_{nullptr};
  mutable std::unique_ptr<const SegmentOrder> owned_order_ ABSL_GUARDED_BY(mutex_);
};

// The codec of a keyed dataset (checked).
[[nodiscard]] columnar::KeyCodec KeyCodecOf(const manifest::DatasetState& state);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DATASET_KEYS_H_
