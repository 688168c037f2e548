// Searching segments for one key, where no directory tells.
//
// Owns: asking for the memory of several segments before the first of them is read. Does not own:
// the same for many keys (dataset_keys.cc), nor searches within a segment (segment/key_lookup.h).
//
// Segments that are open are searched in groups: each step asks for what it reads of all of them.
// What is not open is opened when its turn comes, alone: a get that finds its row opens no more.
#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/segment/key_lookup.h"
#include "src/store/dataset_keys.h"

namespace ashlar::store {
namespace {

// Segments whose memory is asked for together: about as many as a core fetches at a time, twice.
constexpr size_t kGroup = 32;
// Candidates between two fences; more have one prefix, and are not read all.
constexpr uint64_t kMostAhead = 32;
constexpr uint64_t kLine = 64;

}  // namespace

// Segments that are searched together, and what is known of them.
struct DatasetKeys::SearchGroup {
  struct Member {
    uint32_t position = 0;
    const SegmentKeys* keys = nullptr;
  };
  std::array<Member, kGroup> members;
  std::array<const std::byte*, kGroup> blocks;  // of their filters
  size_t count = 0;
};

const PrefixRanges& DatasetKeys::prefix_ranges() const {
  if (const PrefixRanges* const made = ranges_.load(std::memory_order_acquire)) return *made;
  base::MutexLock lock(mutex_);
  if (owned_ranges_ == nullptr) {
    owned_ranges_ = std::make_unique<const PrefixRanges>(state_->segments);
    ranges_.store(owned_ranges_.get(), std::memory_order_release);
  }
  return *owned_ranges_;
}

absl::StatusOr<std::optional<RowLocation>> DatasetKeys::FindInSegments(std::string_view key,
                                                                       uint64_t hash,
                                                                       const DirectoryView* view,
                                                                       size_t* filters) const {
  const segment::KeyProbe probe{hash, columnar::KeyPrefix(key)};
  const PrefixRanges& ranges = prefix_ranges();
  SearchGroup group;
  for (size_t position = 0; position < ranges.size(); ++position) {
    if (!ranges.MayContain(position, probe.prefix, key)) continue;
    if (view != nullptr && view->IsCovered(position)) continue;
    ++*filters;
    const SegmentKeys* keys = open_[position].keys.load(std::memory_order_acquire);
    if (keys == nullptr || group.count == kGroup) {
      if (const std::optional<RowLocation> at = FindInGroup(group, key, probe)) return at;
      group.count = 0;
    }
    if (keys == nullptr) {
      ASSIGN_OR_RETURN(keys, OpenSegment(position));
    }
    const std::byte* const block = keys->lookup().views().filter.Block(hash);
    __builtin_prefetch(block);
    group.blocks[group.count] = block;
    group.members[group.count++] = {static_cast<uint32_t>(position), keys};
  }
  return FindInGroup(group, key, probe);
}

std::optional<RowLocation> DatasetKeys::FindBySieves(std::string_view key, uint64_t hash) const {
  const segment::KeyProbe probe{hash, columnar::KeyPrefix(key)};
  std::optional<RowLocation> found;
  sieves_.ForEachCandidate(hash, [&](uint32_t position, bool sure) {
    const SegmentKeys* const keys = open_[position].keys.load(std::memory_order_acquire);
    ASHLAR_CHECK(keys != nullptr);  // whoever filled the sieve has opened them
    if (!sure && !keys->lookup().MayContain(hash)) return false;
    const std::optional<uint32_t> row = FindBehindFilter(position, *keys, key, probe);
    if (!row.has_value() || !IsAlive({position, *row})) return false;
    found = RowLocation{position, *row};
    return true;
  });
  return found;
}

std::optional<RowLocation> DatasetKeys::FindInGroup(const SearchGroup& group, std::string_view key,
                                                    const segment::KeyProbe& probe) const {
  std::array<uint64_t, kGroup> hashes;
  std::fill_n(hashes.begin(), group.count, probe.hash);
  uint64_t passed = segment::KeyFilter::ProbeEach(std::span(group.blocks).first(group.count),
                                                  std::span(hashes).first(group.count));
  for (; passed != 0; passed &= passed - 1) {
    const auto& [position, keys] = group.members[std::countr_zero(passed)];
    const std::optional<uint32_t> row = FindBehindFilter(position, *keys, key, probe);
    if (!row.has_value()) continue;
    if (const RowLocation at{position, *row}; IsAlive(at)) return at;
  }
  return std::nullopt;
}

std::optional<uint32_t> DatasetKeys::FindBehindFilter(uint32_t position, const SegmentKeys& keys,
                                                      std::string_view key,
                                                      const segment::KeyProbe& probe) const {
  const segment::KeyLookup& lookup = keys.lookup();
  const RowSource* const rows = open_[position].rows.load(std::memory_order_acquire);
  if (lookup.views().index.has_value()) {
    return lookup.FindByIndex(probe.hash, [&](uint32_t row) {
      if (rows != nullptr) rows->ahead().Prefetch(row);  // on its way while the key is compared
      return keys.columns().Equals(row, key) ? 0 : 1;
    });
  }
  const segment::CandidateRows candidates = lookup.views().fences.Find(probe.prefix);
  if (candidates.rows() <= kMostAhead) {
    // As many rows apart as keys of a word lie in a line.
    for (uint64_t row = candidates.first; row < candidates.last; row += kLine / sizeof(uint64_t)) {
      keys.columns().Prefetch(static_cast<int64_t>(row));
      if (rows != nullptr) rows->ahead().Prefetch(row);
    }
  }
  return lookup.FindAmong(candidates,
                          [&](uint32_t row) { return keys.columns().Compare(row, key); });
}

}  // namespace ashlar::store
