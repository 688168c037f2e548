// PairIds: numbers pairs of numbers in order of first appearance.
//
// Owns: the step by which several keys become one group, and by which a group and a value become
// one entry of a distinct count. While both numbers are small a plain array is the table (one load
// a row); later it is a hash table. Does not own: what is numbered.
#ifndef ASHLAR_SRC_QUERY_PAIR_IDS_H_
#define ASHLAR_SRC_QUERY_PAIR_IDS_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "src/query/memory_meter.h"
#include "src/query/word_ids.h"

namespace ashlar::query {

class PairIds {
 public:
  explicit PairIds(MemoryMeter* meter) : dense_(meter), pairs_(meter), hashed_(meter) {}

  [[nodiscard]] size_t size() const { return is_dense_ ? pairs_.values.size() : hashed_.size(); }
  [[nodiscard]] std::pair<uint32_t, uint32_t> pair(uint32_t id) const {
    const uint64_t word = is_dense_ ? pairs_.values[id] : hashed_.word(id);
    return {static_cast<uint32_t>(word >> 32), static_cast<uint32_t>(word)};
  }

  // Room for `more` new pairs of numbers below `lefts` and `rights`.
  [[nodiscard]] absl::Status Reserve(size_t more, size_t lefts, size_t rights);

  uint32_t FindOrAdd(uint32_t left, uint32_t right) {
    if (!is_dense_) return hashed_.FindOrAdd(Word(left, right));
    uint32_t& id = dense_.values[(size_t{left} << right_bits_) | right];
    if (id == kUnknownId) {
      id = static_cast<uint32_t>(pairs_.values.size());
      pairs_.values.push_back(Word(left, right));
    }
    return id;
  }
  // For at most kZoneRows pairs; `lefts` may be `ids`.
  void FindOrAddAll(const uint32_t* lefts, const uint32_t* rights, size_t count, uint32_t* ids);

 private:
  static uint64_t Word(uint32_t left, uint32_t right) { return uint64_t{left} << 32 | right; }
  [[nodiscard]] absl::Status Widen(size_t left_room, int right_bits);
  [[nodiscard]] absl::Status GoHashed(size_t more);

  bool is_dense_ = true;
  int right_bits_ = 0;
  size_t left_room_ = 0;          // numbers that dense_ has room for
  MeteredArray<uint32_t> dense_;  // [left][right], rights rounded up to a power of two
  MeteredArray<uint64_t> pairs_;  // by id, while dense
  WordIds hashed_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PAIR_IDS_H_
