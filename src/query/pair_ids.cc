// The two tables of pairs and the way from the first to the second; see the header.
#include "src/query/pair_ids.h"

#include <algorithm>
#include <bit>

#include "src/query/vector.h"

namespace ashlar::query {
namespace {

// Entries of the dense table at most: 1 MiB, which the second-level cache still holds.
constexpr size_t kMostDense = size_t{1} << 18;

}  // namespace

absl::Status PairIds::Reserve(size_t more, size_t lefts, size_t rights) {
  ASHLAR_CHECK(lefts <= kMostIds && rights <= kMostIds);
  if (!is_dense_) return hashed_.Reserve(more);
  if (lefts > left_room_ || rights > size_t{1} << right_bits_) {
    const size_t left_room = std::max(std::bit_ceil(lefts), left_room_);
    const int right_bits = std::max<int>(std::countr_zero(std::bit_ceil(rights)), right_bits_);
    if (left_room << right_bits > kMostDense) return GoHashed(more);
    RETURN_IF_ERROR(Widen(left_room, right_bits));
  }
  return pairs_.Reserve(pairs_.values.size() + more);
}

void PairIds::FindOrAddAll(const uint32_t* lefts, const uint32_t* rights, size_t count,
                           uint32_t* ids) {
  if (is_dense_) {
    for (size_t i = 0; i < count; ++i) ids[i] = FindOrAdd(lefts[i], rights[i]);
    return;
  }
  uint64_t words[kZoneRows];
  ASHLAR_CHECK(count <= kZoneRows);
  for (size_t i = 0; i < count; ++i) words[i] = Word(lefts[i], rights[i]);
  hashed_.FindOrAddAll(words, count, ids);
}

absl::Status PairIds::Widen(size_t left_room, int right_bits) {
  dense_.values.clear();
  RETURN_IF_ERROR(dense_.Resize(left_room << right_bits, kUnknownId));
  left_room_ = left_room;
  right_bits_ = right_bits;
  for (uint32_t id = 0; id < pairs_.values.size(); ++id) {
    const auto [left, right] = pair(id);
    dense_.values[(size_t{left} << right_bits_) | right] = id;
  }
  return absl::OkStatus();
}

absl::Status PairIds::GoHashed(size_t more) {
  RETURN_IF_ERROR(hashed_.Reserve(pairs_.values.size() + more));
  for (const uint64_t word : pairs_.values) hashed_.FindOrAdd(word);
  is_dense_ = false;
  dense_.Release();
  pairs_.Release();
  return absl::OkStatus();
}

}  // namespace ashlar::query
