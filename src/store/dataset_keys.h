// DatasetKeys: from keys to the live rows of a keyed dataset's segments, at one version.
//
// Owns: the dataset's key codec, opening the keys of segments at first use, pruning by key ranges,
// and telling live rows from dead ones. Does not own: rows in memory, which come before segments
// (keyed_reader.h), nor the values of rows. At most one segment has a live row of a key, so the
// order of segments means nothing here.
#ifndef ASHLAR_SRC_STORE_DATASET_KEYS_H_
#define ASHLAR_SRC_STORE_DATASET_KEYS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/key_codec.h"
#include "src/manifest/manifest.h"
#include "src/store/segment_columns.h"
#include "src/store/segment_keys.h"
#include "src/store/segment_order.h"

namespace ashlar::store {

class SegmentCache;

// A row of the segment at a position of the dataset's list.
struct RowLocation {
  uint32_t segment = 0;
  uint32_t row = 0;
  friend bool operator==(const RowLocation&, const RowLocation&) = default;
};

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
  [[nodiscard]] bool IsAlive(const RowLocation& at) const;
  [[nodiscard]] absl::Status FindInto(const columnar::EncodedKeys& keys, size_t begin, size_t end,
                                      std::vector<std::optional<RowLocation>>* found) const;

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
  mutable std::atomic<const SegmentOrder*> order_{nullptr};
  mutable std::unique_ptr<const SegmentOrder> owned_order_ ABSL_GUARDED_BY(mutex_);
};

// The codec of a keyed dataset (checked).
[[nodiscard]] columnar::KeyCodec KeyCodecOf(const manifest::DatasetState& state);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DATASET_KEYS_H_
