// Segments in key order; see the header.
#include "src/store/segment_runs.h"

#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/encoded_keys.h"

namespace ashlar::store {
namespace {

std::string NameOf(const manifest::SegmentEntry& entry) {
  return base::StrCat("segment ", entry.meta->file.id);
}

class SegmentBlock final : public ColumnBlock {
 public:
  SegmentBlock(std::shared_ptr<const Dataset::Impl> dataset, size_t position,
               std::shared_ptr<const Projection> projection)
      : dataset_(std::move(dataset)), position_(position), projection_(std::move(projection)) {}

  absl::StatusOr<Column> Read(size_t output) override {
    const Projected& projected = projection_->columns[output];
    ASSIGN_OR_RETURN(const Column* const column,
                     dataset_->keys->columns().Open(position_, projected.field));
    return MemberOfStored(*column, projected.members);
  }

 private:
  const std::shared_ptr<const Dataset::Impl> dataset_;  // owns the columns
  const size_t position_;
  const std::shared_ptr<const Projection> projection_;
};

class SegmentRun final : public SortedRun {
 public:
  SegmentRun(const SegmentKeys& keys, uint32_t key_width, manifest::DeletionVectorPtr dead,
             std::shared_ptr<ColumnBlock> block, std::string name)
      : keys_(keys),
        key_width_(key_width),
        dead_(std::move(dead)),
        block_(std::move(block)),
        name_(std::move(name)) {}

  uint64_t rows() const override { return keys_.lookup().rows(); }
  const manifest::DeletionVector* dead() const override { return dead_.get(); }
  std::string name() const override { return name_; }

  uint64_t Find(const KeyCut& cut) const override {
    return keys_.lookup().LowerBound(
        columnar::KeyPrefix(cut.bytes), [&](uint32_t row) -> std::strong_ordering {
          return cut.IsPassedBy(Compare(row, cut.bytes)) ? std::strong_ordering::less
                                                         : std::strong_ordering::greater;
        });
  }

  std::strong_ordering Compare(uint64_t row, std::string_view key) const override {
    const auto at = static_cast<int64_t>(row);
    // Bounds of segments come from files: they need not have the width of a key.
    if (key_width_ == 0 || key.size() == key_width_) return keys_.columns().Compare(at, key);
    std::string encoded;
    keys_.columns().Append(at, &encoded);
    return std::string_view(encoded) <=> key;
  }

  void AppendKey(uint64_t row, std::string* encoded) const override {
    keys_.columns().Append(static_cast<int64_t>(row), encoded);
  }

  void AddRows(uint64_t first, uint64_t rows, RowGather* gather) const override {
    gather->Add(block_, first, rows);
  }

 private:
  const SegmentKeys& keys_;  // the block's dataset keeps them
  const uint32_t key_width_;
  const manifest::DeletionVectorPtr dead_;
  const std::shared_ptr<ColumnBlock> block_;
  const std::string name_;
};

}  // namespace

SegmentRuns::SegmentRuns(std::shared_ptr<const Dataset::Impl> dataset,
                         std::shared_ptr<const Projection> projection, KeyBounds bounds,
                         bool backward, DeadRows dead)
    : dataset_(std::move(dataset)),
      projection_(std::move(projection)),
      bounds_(std::move(bounds)),
      backward_(backward),
      dead_(std::move(dead)) {
  ASHLAR_CHECK(dataset_->keys != nullptr);
  ASHLAR_CHECK(dead_.empty() || dead_.size() == dataset_->state->segments.size());
  next_ =
      bounds_.empty ? positions().size() : dataset_->keys->order().FindStart(bounds_, backward_);
  FindNext();
}

void SegmentRuns::FindNext() {
  const SegmentOrder& order = dataset_->keys->order();
  for (; !done(); ++next_) {
    const manifest::KeyRange& keys = order.keys(positions()[next_]);
    const bool reaches_begin = bounds_.MayReachBegin(keys);
    const bool reaches_end = bounds_.MayReachEnd(keys);
    if (reaches_begin && reaches_end) return;
    // Behind the end of the range: so are all that follow.
    if (backward_ ? !reaches_begin : !reaches_end) next_ = positions().size() - 1;
  }
}

std::optional<std::string_view> SegmentRuns::bound() const {
  ASHLAR_CHECK(!done());
  const manifest::KeyRange& keys = dataset_->keys->order().keys(positions()[next_]);
  if (!backward_) return std::string_view(keys.min);
  if (!keys.max.has_value()) return std::nullopt;
  return std::string_view(*keys.max);
}

absl::StatusOr<std::unique_ptr<SortedRun>> SegmentRuns::Open() {
  ASHLAR_CHECK(!done());
  const uint32_t position = positions()[next_];
  const manifest::SegmentEntry& entry = dataset_->state->segments[position];
  ASSIGN_OR_RETURN(const SegmentKeys* const keys, dataset_->keys->OpenSegment(position));
  if (keys->lookup().rows() != entry.meta->rows ||
      static_cast<uint64_t>(keys->columns().rows()) != entry.meta->rows) {
    return absl::DataLossError(
        base::StrCat(NameOf(entry), ": its keys are not those of ", entry.meta->rows, " rows"));
  }
  ++next_;
  FindNext();
  return std::make_unique<SegmentRun>(
      *keys, dataset_->keys->codec().width(), dead_.empty() ? entry.dead : dead_[position],
      std::make_shared<SegmentBlock>(dataset_, position, projection_), NameOf(entry));
}

}  // namespace ashlar::store
