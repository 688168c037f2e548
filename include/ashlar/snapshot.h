// Snapshots and datasets: consistent, lazily read views of a store.
//
// Owns: reading. A snapshot never blocks a writer and is never blocked; what it sees never changes.
// Handles are cheap to copy. Dataset handles, columns and batches stay valid after the snapshot and
// the store are gone. Thread-safe, but one BatchReader belongs to one thread.
#ifndef ASHLAR_SNAPSHOT_H_
#define ASHLAR_SNAPSHOT_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/key.h"
#include "ashlar/options.h"
#include "ashlar/query.h"
#include "ashlar/row_ref.h"
#include "ashlar/stats.h"

namespace ashlar {

struct ScanOptions {
  std::vector<std::string> columns =
      {};               // names, or paths through structs such as birth.year; empty: all
  uint64_t offset = 0;  // rows skipped; segments wholly before are not opened
  uint64_t limit = UINT64_MAX;
};

// A range of the keys of a keyed dataset. All bounds that are given hold at once; a range that ends
// before it begins is empty. A bound with fewer parts than the key has fields stands for all keys
// that begin with these parts: from ("a") is from the first of them on, or, exclusive, from behind
// the last; to ("a") ends before the first of them or, inclusive, behind the last.
struct KeyRangeOptions {
  std::optional<Key> from = {};
  bool from_inclusive = true;
  std::optional<Key> to = {};
  bool to_inclusive = false;
  // Keys whose first fields have these values. Where the last field of the key is given too and is
  // utf8 or binary, its values only begin so: "ab" is a prefix of "abc".
  std::optional<Key> prefix = {};
  bool backward = false;  // from the greatest key down
  uint64_t limit = UINT64_MAX;
  std::vector<std::string> columns = {};  // as in ScanOptions
};

// A dataset at one version (or inside one transaction). Getting one opens no file and decodes
// nothing.
class Dataset {
 public:
  struct Impl;
  explicit Dataset(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  // For the engine itself.
  [[nodiscard]] const Impl& impl() const { return *impl_; }
  [[nodiscard]] const std::shared_ptr<const Impl>& shared_impl() const { return impl_; }

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const Schema& schema() const;
  [[nodiscard]] Storage storage() const;
  [[nodiscard]] std::vector<std::string> key() const;  // of its fields; empty: ordered
  // Live rows. With rows in memory, keyed segments are searched at the first call: where one cannot
  // be, rows that it may have lost to memory are counted, too; scans and gets say why.
  [[nodiscard]] uint64_t rows() const;
  [[nodiscard]] std::vector<SegmentInfo> segments() const;

  // Streams the rows in order, one batch a segment (sliced by offset and limit). NotFound for an
  // unknown column, at once. Columns are zero-copy views of the mapped chunks, in their stored
  // encoding; those of compact storage are decoded. DataLoss from Next() names file and offset.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<BatchReader>> Scan(
      const ScanOptions& options = {}) const;
  // All of Scan() at once, decoded to plain and concatenated: the only call that materialises
  // (counted).
  [[nodiscard]] absl::StatusOr<RecordBatch> Materialize(const ScanOptions& options = {}) const;

  // Of keyed datasets. The row with this key, borrowed from this handle, its copies and the
  // snapshot that gave it: valid while one of them lives. Nothing when there is none.
  // InvalidArgument names the key field that `key` does not fit. DataLoss names a file whose keys
  // or rows cannot be trusted: then no key is called absent.
  [[nodiscard]] absl::StatusOr<std::optional<RowRef>> Get(const Key& key) const;
  [[nodiscard]] absl::StatusOr<bool> Has(const Key& key) const;
  // Get() of many keys, in their order; a key may come more than once. Faster than one by one, for
  // memory accesses overlap. One key that does not fit refuses all, with its place, from 0.
  [[nodiscard]] absl::StatusOr<std::vector<std::optional<RowRef>>> MultiGet(
      std::span<const Key> keys) const;
  // Streams the rows of a range in the order of their keys, in batches of up to 4,096 rows. Opens
  // the segments that it comes to, and no others. Batches are zero-copy where rows of one segment
  // follow each other forward, and copied elsewhere; encodings are as stored, or plain where
  // segments interleave. InvalidArgument names
  // the key field that a bound does not fit, NotFound an unknown column; both at once. DataLoss
  // from Next() names a file that cannot be trusted: no row is left out silently.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<BatchReader>> Range(
      const KeyRangeOptions& options = {}) const;

  // Queries over its rows; they keep what they read, so they outlive this handle and the store.
  [[nodiscard]] Query All() const;
  [[nodiscard]] Query Filter(Expression predicate) const { return All().Filter(predicate); }
  [[nodiscard]] Query Select(const std::vector<Selected>& columns) const {
    return All().Select(columns);
  }
  [[nodiscard]] GroupedQuery GroupBy(const std::vector<Selected>& keys) const {
    return All().GroupBy(keys);
  }

 private:
  std::shared_ptr<const Impl> impl_;
};

class SnapshotPins;  // src/store
struct SnapshotSlot;
struct SnapshotDatasets;

// Pins one version and the commits in memory up to a sequence. Taking and dropping one costs a few
// uncontended atomic additions. Movable, not copyable: Clone().
class Snapshot {
 public:
  Snapshot() = default;  // empty; only to be assigned to
  Snapshot(Snapshot&& other) noexcept { Swap(other); }
  Snapshot& operator=(Snapshot&& other) noexcept {
    Snapshot taken(std::move(other));
    Swap(taken);
    return *this;
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

  [[nodiscard]] bool empty() const { return slot_ == nullptr; }
  [[nodiscard]] Snapshot Clone() const;
  [[nodiscard]] uint64_t version() const;
  // Of the last commit that it sees. Small commits make no version, but each has a sequence.
  [[nodiscard]] uint64_t sequence() const;
  [[nodiscard]] std::chrono::system_clock::time_point committed_at() const;
  [[nodiscard]] std::vector<std::string> dataset_names() const;  // sorted
  // NotFound names the dataset, with the nearest names. What it reads stays open with the snapshot.
  [[nodiscard]] absl::StatusOr<Dataset> GetDataset(std::string_view name) const;

 private:
  friend class SnapshotPins;
  Snapshot(std::shared_ptr<SnapshotPins> pins, SnapshotSlot* slot, uint64_t sequence,
           uint32_t stripe)
      : pins_(std::move(pins)), slot_(slot), sequence_(sequence), stripe_(stripe) {}
  void Swap(Snapshot& other) noexcept {
    std::swap(pins_, other.pins_);
    std::swap(slot_, other.slot_);
    std::swap(sequence_, other.sequence_);
    std::swap(stripe_, other.stripe_);
    other.kept_.store(kept_.exchange(other.kept_.load()));
  }
  std::shared_ptr<SnapshotPins> pins_;  // a share of its own stripe, so that no count is contended
  SnapshotSlot* slot_ = nullptr;
  uint64_t sequence_ = 0;  // up to which rows in memory are seen
  uint32_t stripe_ = 0;
  mutable std::atomic<SnapshotDatasets*> kept_{nullptr};  // that it gave out; null before the first
};

// One run of rows that differs between two versions of an ordered dataset.
struct DiffRun {
  enum class Kind : uint8_t { kAdded, kRemoved };
  Kind kind = Kind::kAdded;
  uint64_t first_row = 0;  // in the version that has the run: `to` for added, `from` for removed
  uint64_t rows = 0;
};

struct DiffResult {
  std::vector<DiffRun>
      runs;  // ascending; a removed run stands before the added run that takes its place
  uint64_t segments_shared = 0;  // neither opened nor read
  uint64_t segments_read = 0;
};

}  // namespace ashlar

#endif  // ASHLAR_SNAPSHOT_H_
