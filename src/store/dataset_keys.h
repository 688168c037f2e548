// DatasetKeys: from keys to the live rows of a keyed dataset's segments, at one version.
//
// Owns: the dataset's key codec, opening the keys of segments at first use, pruning by key ranges,
// comparing full keys, and telling live rows from dead ones. Does not own: rows in memory, which
// come before segments, the values of rows, nor what the key directory knows (directory_view.h). At
// most one segment has a live row of a key, so the order of segments means nothing here.
//
// The directory is asked first. What it finds counts if the row is alive and has the key; what it
// does not find is absent from the segments that it covers, and the others are searched. So answers
// are the same with and without it.
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
#include "src/base/mutex.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/key_codec.h"
#include "src/manifest/manifest.h"
#include "src/store/directory_view.h"
#include "src/store/segment_columns.h"
#include "src/store/segment_keys.h"
#include "src/store/segment_order.h"

namespace ashlar::store {

class SegmentCache;

// Safe on any thread. `cache` outlives it.
class DatasetKeys {
 public:
  // `state` is keyed (checked).
  DatasetKeys(std::shared_ptr<const manifest::DatasetState> state, SegmentCache& cache);

  [[nodiscard]] const manifest::DatasetState& state() const { return *state_; }
  [[nodiscard]] const columnar::KeyCodec& codec() const { return codec_; }

  // Where the live row of an encoded key is; nothing when no segment has one. DataLoss names a file
  // whose keys cannot be trusted: then nothing is called absent.
  [[nodiscard]] absl::StatusOr<std::optional<RowLocation>> Find(std::string_view key,
                                                                uint64_t hash) const;
  // The same for many keys, with their memory accesses overlapped.
  [[nodiscard]] absl::StatusOr<std::vector<std::optional<RowLocation>>> FindAll(
      const columnar::EncodedKeys& keys) const;

  // Opened at the first call. `position` is in the dataset's list.
  [[nodiscard]] absl::StatusOr<const SegmentKeys*> OpenSegment(size_t position) const;
  // All columns of a segment as one batch of views, dead rows included; read at the first call.
  [[nodiscard]] absl::StatusOr<const std::shared_ptr<const RecordBatch>*> OpenRows(
      size_t position) const;
  [[nodiscard]] const SegmentColumns& columns() const { return columns_; }
  // Sorted at the first call.
  [[nodiscard]] const SegmentOrder& order() const;

 private:
  using Places = std::vector<std::optional<RowLocation>>;

  [[nodiscard]] bool IsAlive(const RowLocation& at) const;
  // The same as Find(), by the segments that no directory covers; `view` may be null. Adds the
  // number of filters that were asked.
  [[nodiscard]] absl::StatusOr<std::optional<RowLocation>> FindInSegments(std::string_view key,
                                                                          uint64_t hash,
                                                                          const DirectoryView* view,
                                                                          size_t* filters) const;
  // Fills the places of the keys `asked` as far as the segments at these positions have them; says
  // how many filters were asked.
  [[nodiscard]] absl::StatusOr<size_t> FindInto(const columnar::EncodedKeys& keys,
                                                std::span<const uint32_t> asked,
                                                std::span<const uint32_t> positions,
                                                Places* found) const;

  // In dataset_keys_directory.cc.
  //
  // What to ask `keys` keys by first; null when there is no directory (yet).
  [[nodiscard]] const DirectoryView* ViewFor(size_t keys) const;
  [[nodiscard]] const DirectoryView* MakeView(size_t keys) const;
  void Build(const DirectoryView& view, size_t keys) const;
  // Asks for the memory of the row's key and, once somebody reads rows, of its first columns.
  void Prefetch(const RowLocation& at) const;
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
  // By position; null until somebody asked. What they point to is in `owned_`.
  mutable std::vector<std::atomic<const SegmentKeys*>> open_;
  mutable base::Mutex mutex_;
  mutable std::vector<std::shared_ptr<const SegmentKeys>> owned_ ABSL_GUARDED_BY(mutex_);
  // The same for rows. A place is written once, before it is published.
  mutable std::vector<std::atomic<const std::shared_ptr<const RecordBatch>*>> open_rows_;
  mutable std::vector<std::shared_ptr<const RecordBatch>> rows_;
  // The newest of the views, each on a directory that the dataset had; null until enough was asked.
  mutable std::atomic<const DirectoryView*> view_{nullptr};
  mutable std::atomic<int64_t> asked_{0};  // keys, until there is a view
  mutable std::vector<std::unique_ptr<const DirectoryView>> views_ ABSL_GUARDED_BY(mutex_);
  mutable std::atomic<const SegmentOrder*> order_{nullptr};
  mutable std::unique_ptr<const SegmentOrder> owned_order_ ABSL_GUARDED_BY(mutex_);
};

// The codec of a keyed dataset (checked).
[[nodiscard]] columnar::KeyCodec KeyCodecOf(const manifest::DatasetState& state);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DATASET_KEYS_H_
