// MemoryBudget: what a query may hold besides its sources, counted by the operators that hold it.
//
// Owns: one limit for all parts of a query and the error past it. Does not own: allocation.
// Operators that keep rows (groups, sorts, distinct sets) reserve before they grow; kernels'
// scratch is small and fixed and not counted. Thread-safe.
#ifndef ASHLAR_SRC_QUERY_MEMORY_BUDGET_H_
#define ASHLAR_SRC_QUERY_MEMORY_BUDGET_H_

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "src/base/strings.h"

namespace ashlar::query {

class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t limit) : limit_(limit) {}

  // ResourceExhausted names the operator, what it holds and the limit; then nothing was reserved.
  [[nodiscard]] absl::Status Reserve(uint64_t bytes, std::string_view operation) {
    const uint64_t used = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (used > limit_) {
      used_.fetch_sub(bytes, std::memory_order_relaxed);
      return absl::ResourceExhaustedError(
          base::StrCat(operation, " needs more than the query's memory limit of ",
                       base::HumanBytes(limit_), "; narrow the query or raise the limit"));
    }
    uint64_t peak = peak_.load(std::memory_order_relaxed);
    while (used > peak && !peak_.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
    }
    return absl::OkStatus();
  }
  void Release(uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  const uint64_t limit_;
  std::atomic<uint64_t> used_{0};
  std::atomic<uint64_t> peak_{0};
};

// The growing share of one operator part; given back when it goes.
class MemoryShare {
 public:
  MemoryShare(MemoryBudget* budget, std::string_view operation)
      : budget_(budget), operation_(operation) {}
  ~MemoryShare() { budget_->Release(held_); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  // Holds `bytes` in all from now on. Asks the budget in steps, so that it is cheap to call often.
  [[nodiscard]] absl::Status GrowTo(uint64_t bytes) {
    constexpr uint64_t kStep = uint64_t{64} << 10;
    if (bytes <= held_) return absl::OkStatus();
    const uint64_t more = (bytes - held_ + kStep - 1) / kStep * kStep;
    if (absl::Status status = budget_->Reserve(more, operation_); !status.ok()) return status;
    held_ += more;
    return absl::OkStatus();
  }

 private:
  MemoryBudget* const budget_;
  const std::string_view operation_;  // a literal
  uint64_t held_ = 0;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_MEMORY_BUDGET_H_
