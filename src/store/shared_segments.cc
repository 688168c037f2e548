// Pairs of segments, and what is left of them; see the header.
#include "src/store/shared_segments.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace ashlar::store {
namespace {

using manifest::DeletionVector;
using manifest::DeletionVectorPtr;
using manifest::SegmentEntry;

// All rows but these, which are at least one; null when these are all.
DeletionVectorPtr AllBut(uint64_t segment_rows, const DeletionVector& rows) {
  std::vector<uint32_t> others;
  others.reserve(segment_rows - rows.cardinality());
  uint32_t next = 0;
  rows.ForEach([&](uint32_t row) {
    for (; next < row; ++next) others.push_back(next);
    ++next;
  });
  for (; next < segment_rows; ++next) others.push_back(next);
  return others.empty() ? nullptr : DeletionVector::Make(segment_rows, others);
}

// The segment with those rows alone that are alive in `entry` and dead by `other`; nothing when
// there are none.
std::optional<SegmentEntry> OnlyAliveHere(const SegmentEntry& entry,
                                          const DeletionVectorPtr& other) {
  if (other == nullptr || entry.dead == other) return {};
  const DeletionVectorPtr rows = entry.dead == nullptr ? other : other->Without(*entry.dead);
  if (rows == nullptr) return {};
  SegmentEntry left = entry;
  left.dead = AllBut(entry.meta->rows, *rows);
  return left;
}

// Of `to`, to be taken one after the other.
class Partners {
 public:
  explicit Partners(const std::vector<SegmentEntry>& to) : to_(to), taken_(to.size(), false) {
    for (size_t i = 0; i < to.size(); ++i) by_file_.emplace(to[i].meta->file.id, i);
  }

  const SegmentEntry* TakeSameFile(const SegmentEntry& entry) {
    const auto found = by_file_.find(entry.meta->file.id);
    return found == by_file_.end() ? nullptr : Take(found->second);
  }
  // Once all with the same file are taken. Whether rows lie in one file or in another is no matter.
  const SegmentEntry* TakeSameContent(const SegmentEntry& entry) {
    if (!content_known_) {
      content_known_ = true;
      for (size_t i = 0; i < to_.size(); ++i) {
        if (!taken_[i]) by_content_.emplace(to_[i].meta->digest, i);
      }
    }
    const auto found = by_content_.find(entry.meta->digest);
    if (found == by_content_.end() || taken_[found->second]) return nullptr;
    if (to_[found->second].meta->rows != entry.meta->rows) return nullptr;
    return Take(found->second);
  }
  [[nodiscard]] bool IsTaken(size_t i) const { return taken_[i]; }

 private:
  const SegmentEntry* Take(size_t i) {
    taken_[i] = true;
    return &to_[i];
  }

  const std::vector<SegmentEntry>& to_;
  std::vector<bool> taken_;
  absl::flat_hash_map<uint64_t, size_t> by_file_;
  bool content_known_ = false;
  absl::flat_hash_map<base::Digest, size_t> by_content_;
};

}  // namespace

UnsharedSegments SetSharedAside(const std::vector<SegmentEntry>& from,
                                const std::vector<SegmentEntry>& to) {
  UnsharedSegments left;
  Partners partners(to);
  std::vector<const SegmentEntry*> pairs(from.size(), nullptr);
  for (size_t i = 0; i < from.size(); ++i) pairs[i] = partners.TakeSameFile(from[i]);
  for (size_t i = 0; i < from.size(); ++i) {
    if (pairs[i] == nullptr) pairs[i] = partners.TakeSameContent(from[i]);
    if (pairs[i] == nullptr) {
      left.from.push_back(from[i]);
      ++left.read;
      continue;
    }
    std::optional<SegmentEntry> died = OnlyAliveHere(from[i], pairs[i]->dead);
    std::optional<SegmentEntry> rose = OnlyAliveHere(*pairs[i], from[i].dead);
    ++(died.has_value() || rose.has_value() ? left.read : left.shared);
    if (died.has_value()) left.from.push_back(*std::move(died));
    if (rose.has_value()) left.to.push_back(*std::move(rose));
  }
  for (size_t i = 0; i < to.size(); ++i) {
    if (partners.IsTaken(i)) continue;
    left.to.push_back(to[i]);
    ++left.read;
  }
  return left;
}

}  // namespace ashlar::store
