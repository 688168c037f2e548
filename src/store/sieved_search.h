// Searching the segments that sieves let through, in few instructions.
//
// Owns: DatasetKeys::FindQuicklyBySieves(). Does not own: any other search (dataset_keys_*.cc).
// Rows between two fences are compared one by one: they lie in a few cache lines that are asked for
// together, where halving would wait for one after the other.
#ifndef ASHLAR_SRC_STORE_SIEVED_SEARCH_H_
#define ASHLAR_SRC_STORE_SIEVED_SEARCH_H_

#include <cstdint>

#include "src/store/dataset_keys.h"
#include "src/store/stored_key.h"

namespace ashlar::store {

// Rows between two fences; more have one prefix, and are not read all.
inline constexpr uint64_t kMostBetweenFences = 32;

template <size_t kWords>
bool DatasetKeys::FindQuicklyBySieves(const StoredKey<kWords>& key, QuickRow* row) const {
  bool clear = true;
  const bool found = sieves_.ForEachCandidate(key.hash, [&](uint32_t position, bool sure) {
    const OpenedSegment& open = open_[position];
    const QuickSegment* const segment = open.quick.load(std::memory_order_acquire);
    if (segment == nullptr || !sure) {
      clear = false;
      return true;
    }
    const auto is_it = [&](uint32_t at) {
      if (!key.IsAt(segment->keys, at) || !segment->IsAlive(at)) return false;
      *row = {segment->rows, at};
      return true;
    };
    const segment::KeyViews& views = open.keys.load(std::memory_order_relaxed)->lookup().views();
    if (views.index.has_value()) {
      return views.index->ForEachRow(key.hash, [&](uint32_t at) {
        segment->ahead.Prefetch(at);
        return is_it(at);
      });
    }
    const segment::CandidateRows rows = views.fences.Find(key.prefix);
    if (rows.rows() > kMostBetweenFences) {
      clear = false;
      return true;
    }
    constexpr uint64_t kRowsOfLine = 8;
    for (uint64_t at = rows.first; at < rows.last; at += kRowsOfLine) {
      segment->ahead.Prefetch(static_cast<uint32_t>(at));
    }
    // Where it is cannot be predicted, so nothing branches on it.
    uint64_t it = rows.last;
    for (uint64_t at = rows.first; at < rows.last; ++at) {
      it = key.IsAt(segment->keys, static_cast<uint32_t>(at)) ? at : it;
    }
    return it != rows.last && is_it(static_cast<uint32_t>(it));
  });
  if (!found) row->source = nullptr;
  return clear;
}

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SIEVED_SEARCH_H_
