// Two scans by key, side by side; see the header.
#include "src/store/keyed_diff.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/key_codec.h"
#include "src/columnar/row_hash.h"
#include "src/store/dataset_keys.h"
#include "src/store/key_range_scan.h"
#include "src/store/same_fields.h"
#include "src/store/shared_segments.h"

namespace ashlar::store {
namespace {

using ImplPointer = std::shared_ptr<const Dataset::Impl>;
using manifest::SegmentEntry;

// The rows of one side that the other may not have, in the order of their keys.
class Side {
 public:
  Side(const manifest::DatasetState& state, std::unique_ptr<BatchReader> reader)
      : codec_(KeyCodecOf(state)), reader_(std::move(reader)) {}
  // Without rows.
  explicit Side(const manifest::DatasetState& state) : codec_(KeyCodecOf(state)), ended_(true) {}

  // Reads on when all rows at hand were passed.
  absl::Status Fill() {
    while (!ended_ && row_ == keys_.rows) {
      ASSIGN_OR_RETURN(const bool more, reader_->Next(&batch_));
      ended_ = !more;
      row_ = 0;
      keys_ = {};
      if (ended_) return absl::OkStatus();
      ASSIGN_OR_RETURN(keys_, codec_.EncodeBatch(batch_));
      hashes_ = columnar::HashRows(batch_);
    }
    return absl::OkStatus();
  }
  [[nodiscard]] bool has_row() const { return row_ < keys_.rows; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] std::string_view key() const { return keys_.key(row_); }
  [[nodiscard]] uint64_t hash() const { return hashes_[row_]; }
  [[nodiscard]] const RecordBatch& batch() const { return batch_; }
  [[nodiscard]] int64_t row() const { return static_cast<int64_t>(row_); }
  int64_t Pass() { return static_cast<int64_t>(row_++); }

 private:
  columnar::KeyCodec codec_;
  std::unique_ptr<BatchReader> reader_;
  RecordBatch batch_;
  columnar::EncodedKeys keys_;
  std::vector<uint64_t> hashes_;
  size_t row_ = 0;
  bool ended_ = false;
};

bool SameValues(const Side& a, const Side& b) {
  if (a.hash() != b.hash()) return false;
  for (size_t i = 0; i < a.batch().columns().size(); ++i) {
    const absl::StatusOr<Column> x = a.batch().column(i).Slice(a.row(), 1);
    const absl::StatusOr<Column> y = b.batch().column(i).Slice(b.row(), 1);
    ASHLAR_CHECK(x.ok() && y.ok());
    if (!x->Equals(*y)) return false;
  }
  return true;
}

class MergedDiff final : public KeyedDiff {
 public:
  struct Sides {
    Side from;
    Side to;
    Schema before;
    Schema after;
    bool same_fields = true;
    uint64_t shared = 0;
    uint64_t read = 0;
  };
  explicit MergedDiff(Sides sides) : sides_(std::move(sides)) {}

  absl::StatusOr<bool> Next(RowChanges* changes) override {
    // What failed once stays so: going on behind it would leave out rows.
    RETURN_IF_ERROR(failure_);
    absl::StatusOr<bool> more = FindNext(changes);
    failure_ = more.status();
    return more;
  }
  const Schema& schema_before() const override { return sides_.before; }
  const Schema& schema_after() const override { return sides_.after; }
  uint64_t segments_shared() const override { return sides_.shared; }
  uint64_t segments_read() const override { return sides_.read; }

 private:
  absl::StatusOr<bool> FindNext(RowChanges* changes) {
    changes->changes.clear();
    while (changes->changes.empty()) {
      RETURN_IF_ERROR(sides_.from.Fill());
      RETURN_IF_ERROR(sides_.to.Fill());
      if (!sides_.from.has_row() && !sides_.to.has_row()) return false;
      CompareRowsAtHand(&changes->changes);
    }
    changes->before = sides_.from.batch();
    changes->after = sides_.to.batch();
    return true;
  }

  // Until one side must read on.
  void CompareRowsAtHand(std::vector<RowChange>* changes) {
    Side& from = sides_.from;
    Side& to = sides_.to;
    while ((from.has_row() || from.ended()) && (to.has_row() || to.ended())) {
      if (!from.has_row() && !to.has_row()) return;
      const int order = !to.has_row() ? -1 : !from.has_row() ? 1 : from.key().compare(to.key());
      if (order < 0) {
        changes->push_back({RowChange::Kind::kRemoved, from.Pass(), -1});
      } else if (order > 0) {
        changes->push_back({RowChange::Kind::kAdded, -1, to.Pass()});
      } else {
        const bool same = sides_.same_fields && SameValues(from, to);
        const RowChange change{RowChange::Kind::kChanged, from.Pass(), to.Pass()};
        if (!same) changes->push_back(change);
      }
    }
  }

  Sides sides_;
  absl::Status failure_;
};

// A scan by key of these segments alone, and of what the dataset has in memory.
absl::StatusOr<Side> OpenSide(const ImplPointer& dataset, std::vector<SegmentEntry> segments) {
  auto state = std::make_shared<manifest::DatasetState>(*dataset->state);
  state->segments = std::move(segments);
  manifest::CountRows(state.get());
  auto part = std::make_shared<Dataset::Impl>();
  part->state = state;
  part->cache = dataset->cache;
  part->pin = dataset;  // whatever keeps its files keeps these
  part->keys = std::make_shared<const DatasetKeys>(part->state, *part->cache);
  RangeMemory memory;
  if (dataset->memory != nullptr) memory.memtables = dataset->memory->Sorted();
  for (const SegmentEntry& entry : state->segments) memory.dead.push_back(entry.dead);
  ASSIGN_OR_RETURN(std::unique_ptr<BatchReader> reader, ScanKeyRange(part, {}, std::move(memory)));
  return Side(*state, std::move(reader));
}

absl::Status CheckComparable(const Dataset::Impl& from, const Dataset::Impl& to) {
  RETURN_IF_ERROR(CheckKeyed(from));
  RETURN_IF_ERROR(CheckKeyed(to));
  const std::vector<Field>& before = from.keys->codec().fields();
  const std::vector<Field>& after = to.keys->codec().fields();
  // Ids begin anew with a dataset: of another one, the names must agree as well.
  const bool made_anew = from.state->id != to.state->id;
  const bool same = std::ranges::equal(before, after, [&](const Field& a, const Field& b) {
    return a.id == b.id && a.type == b.type && (!made_anew || a.name == b.name);
  });
  if (same) return absl::OkStatus();
  return absl::FailedPreconditionError(
      base::StrCat("dataset ", base::QuoteForMessage(to.state->name),
                   " was made anew with another key: its rows cannot be compared by key"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyedDiff>> OpenKeyedDiff(ImplPointer from, ImplPointer to) {
  ASHLAR_CHECK(from != nullptr || to != nullptr);
  const ImplPointer& some = to != nullptr ? to : from;
  RETURN_IF_ERROR(CheckComparable(from != nullptr ? *from : *some, *some));
  const auto live = [](const ImplPointer& side) -> absl::StatusOr<std::vector<SegmentEntry>> {
    if (side == nullptr) return std::vector<SegmentEntry>();
    ASSIGN_OR_RETURN(const auto state, side->LiveSegments());
    return state->segments;
  };
  const Schema& before = (from != nullptr ? from : some)->state->schema;
  const Schema& after = some->state->schema;
  const bool same_fields = SameFields(before, after);
  ASSIGN_OR_RETURN(const std::vector<SegmentEntry> old_segments, live(from));
  ASSIGN_OR_RETURN(const std::vector<SegmentEntry> new_segments, live(to));
  UnsharedSegments left{old_segments, new_segments, 0, old_segments.size() + new_segments.size()};
  if (same_fields) left = SetSharedAside(old_segments, new_segments);
  Side from_side(*some->state);
  Side to_side(*some->state);
  if (from != nullptr) {
    ASSIGN_OR_RETURN(from_side, OpenSide(from, std::move(left.from)));
  }
  if (to != nullptr) {
    ASSIGN_OR_RETURN(to_side, OpenSide(to, std::move(left.to)));
  }
  return std::make_unique<MergedDiff>(MergedDiff::Sides{.from = std::move(from_side),
                                                        .to = std::move(to_side),
                                                        .before = before,
                                                        .after = after,
                                                        .same_fields = same_fields,
                                                        .shared = left.shared,
                                                        .read = left.read});
}

absl::StatusOr<std::unique_ptr<KeyedDiff>> DiffSnapshotsByKey(std::string_view dataset,
                                                              const Snapshot& from,
                                                              const Snapshot& to) {
  const absl::StatusOr<Dataset> before = from.GetDataset(dataset);
  const absl::StatusOr<Dataset> after = to.GetDataset(dataset);
  if (!before.ok() && !after.ok()) return after.status();
  const auto impl_of = [](const absl::StatusOr<Dataset>& side) {
    return side.ok() ? side->shared_impl() : nullptr;
  };
  return OpenKeyedDiff(impl_of(before), impl_of(after));
}

}  // namespace ashlar::store
