// Filling sieves; see the header.
#include "src/store/segment_sieves.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/encode_key_rows.h"

namespace ashlar::store {
namespace {

// With fewer segments their filters are hardly more lines than sieves and what these cost.
constexpr size_t kFewestSegments = 8;
// Rows at a time: a search that adds them waits for as long as reading a page from disk takes.
constexpr uint32_t kPiece = 16 << 10;
// A segment of more than so many times the rows of the others crowds its sieve.
constexpr uint64_t kCrowd = 2;

}  // namespace

bool SegmentSieves::MakeGroups() {
  const size_t segments = state_.segments.size();
  if (segments < kFewestSegments) return false;
  const size_t groups = (segments + SegmentSieve::kMostSegments - 1) / SegmentSieve::kMostSegments;
  for (size_t i = 0; i < groups; ++i) {
    const size_t first = segments * i / groups;
    const size_t end = segments * (i + 1) / groups;
    uint64_t rows = 0;
    for (size_t at = first; at < end; ++at) rows += state_.segments[at].meta->rows;
    std::optional<SegmentSieve> sieve = SegmentSieve::Make(rows, end - first);
    if (!sieve.has_value()) return false;
    uint32_t crowded = 0;
    for (size_t at = first; at < end; ++at) {
      const bool crowds = state_.segments[at].meta->rows * (end - first) > kCrowd * rows;
      crowded |= static_cast<uint32_t>(crowds) << (at - first);
    }
    groups_.push_back({static_cast<uint32_t>(first), static_cast<uint32_t>(end - first), crowded,
                       *std::move(sieve)});
  }
  return true;
}

void SegmentSieves::Build(size_t filters, const columnar::KeyCodec& codec,
                          const OpenSegment& opener) {
  if (IsComplete() || given_up_.load(std::memory_order_relaxed)) return;
  earned_.fetch_add(static_cast<int64_t>(filters), std::memory_order_relaxed);
  if (earned_.load(std::memory_order_relaxed) < kPiece) return;
  if (!mutex_.TryLock()) return;
  // Another thread may have given up, or completed them, meanwhile.
  bool go_on = !IsComplete() && !given_up_.load(std::memory_order_relaxed) &&
               (!groups_.empty() || MakeGroups());
  while (go_on && earned_.load(std::memory_order_relaxed) >= kPiece) {
    const auto left = static_cast<uint32_t>(state_.segments[position_].meta->rows) - row_;
    const uint32_t piece = std::min(left, kPiece);
    // Whoever needs this segment says what is wrong with it; the others do not.
    go_on = AddPiece(piece, codec, opener).ok();
    if (!go_on) break;
    earned_.fetch_sub(piece, std::memory_order_relaxed);
    if (position_ < state_.segments.size()) continue;
    complete_.store(true, std::memory_order_release);
    break;
  }
  if (!go_on && !IsComplete()) {
    given_up_.store(true, std::memory_order_relaxed);
    groups_.clear();
    position_ = 0;
    row_ = 0;
  }
  mutex_.Unlock();
}

absl::Status SegmentSieves::AddPiece(uint32_t rows, const columnar::KeyCodec& codec,
                                     const OpenSegment& opener) {
  ASSIGN_OR_RETURN(const SegmentKeys* const keys, opener(position_));
  ASSIGN_OR_RETURN(const columnar::EncodedKeys encoded, EncodeKeyRows(*keys, row_, rows, codec));
  const auto after = std::ranges::upper_bound(groups_, position_, {}, &Group::first);
  Group& group = *std::prev(after);
  ASHLAR_CHECK(position_ - group.first < group.segments && encoded.rows == rows);
  for (const uint64_t hash : encoded.hashes) group.sieve.Add(position_ - group.first, hash);
  row_ += rows;
  if (row_ < state_.segments[position_].meta->rows) return absl::OkStatus();
  ++position_;
  row_ = 0;
  return absl::OkStatus();
}

}  // namespace ashlar::store
