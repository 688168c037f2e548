// MemoryMeter: one part's growing memory, counted before it is allocated; and arrays that use it.
//
// Owns: adding up what the tables and arrays of one operator part hold, and asking the budget.
// Does not own: the limit (memory_budget.h). While an array moves to a bigger block both count.
#ifndef ASHLAR_SRC_QUERY_MEMORY_METER_H_
#define ASHLAR_SRC_QUERY_MEMORY_METER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/status_macros.h"
#include "src/query/memory_budget.h"

namespace ashlar::query {

// One thread at a time. The budget outlives it; `operation` is a literal.
class MemoryMeter {
 public:
  MemoryMeter(MemoryBudget* budget, std::string_view operation) : share_(budget, operation) {}

  [[nodiscard]] absl::Status Grow(uint64_t bytes) {
    RETURN_IF_ERROR(share_.GrowTo(held_ + bytes));
    held_ += bytes;
    return absl::OkStatus();
  }
  // The share keeps what it has for the next growth.
  void Shrink(uint64_t bytes) { held_ -= bytes; }

 private:
  MemoryShare share_;
  uint64_t held_ = 0;
};

// A vector that asks before it grows. Reads and writes go to `values` directly.
template <typename T>
class MeteredArray {
 public:
  explicit MeteredArray(MemoryMeter* meter) : meter_(meter) {}
  MeteredArray(const MeteredArray&) = delete;
  MeteredArray& operator=(const MeteredArray&) = delete;

  // Room for `size` values in all, so that push_back() up to there allocates nothing.
  [[nodiscard]] absl::Status Reserve(size_t size) {
    const size_t old = values.capacity();
    if (size <= old) return absl::OkStatus();
    const size_t grown = std::max({size, 2 * old, size_t{16}});
    RETURN_IF_ERROR(meter_->Grow(grown * sizeof(T)));
    values.reserve(grown);
    meter_->Shrink(old * sizeof(T));
    return absl::OkStatus();
  }
  [[nodiscard]] absl::Status Resize(size_t size, const T& filler) {
    RETURN_IF_ERROR(Reserve(size));
    values.resize(size, filler);
    return absl::OkStatus();
  }
  void Release() {
    meter_->Shrink(values.capacity() * sizeof(T));
    values = std::vector<T>();
  }

  std::vector<T> values;

 private:
  MemoryMeter* const meter_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_MEMORY_METER_H_
