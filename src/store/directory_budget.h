// DirectoryBudget: how much memory the key directories of a store may take, and how much they do.
//
// Owns: the count. Does not own: the memory. Directories share it, for handles keep one alive after
// the store has made another.
#ifndef ASHLAR_SRC_STORE_DIRECTORY_BUDGET_H_
#define ASHLAR_SRC_STORE_DIRECTORY_BUDGET_H_

#include <atomic>
#include <cstdint>

namespace ashlar::store {

// Thread-safe.
class DirectoryBudget {
 public:
  explicit DirectoryBudget(uint64_t limit) : limit_(limit) {}

  [[nodiscard]] uint64_t limit() const { return limit_; }
  [[nodiscard]] uint64_t used() const { return used_; }
  [[nodiscard]] uint64_t left() const {
    const uint64_t used = used_;
    return used < limit_ ? limit_ - used : 0;
  }

  // False, and nothing taken, when that much is not left.
  [[nodiscard]] bool Take(uint64_t bytes) {
    uint64_t used = used_;
    do {
      if (used > limit_ || bytes > limit_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes));
    return true;
  }
  void GiveBack(uint64_t bytes) { used_ -= bytes; }

 private:
  const uint64_t limit_;
  std::atomic<uint64_t> used_{0};
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DIRECTORY_BUDGET_H_
