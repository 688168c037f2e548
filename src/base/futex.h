// FutexWord: a number that threads sleep on until another one changes it.
//
// Owns: sleeping and waking by the address of an atomic number. Does not own: what the numbers
// mean. Why beside a condition variable: whoever wakes from that must take its mutex again, so a
// crowd that is woken at once stands in a line; here all who wake find the number and go.
#ifndef ASHLAR_SRC_BASE_FUTEX_H_
#define ASHLAR_SRC_BASE_FUTEX_H_

#include <atomic>
#include <cstdint>

namespace ashlar::base {

// Thread-safe. Must outlive those who sleep on it and those who wake them.
class FutexWord {
 public:
  explicit FutexWord(uint32_t value) : value_(value) {}
  FutexWord(const FutexWord&) = delete;
  FutexWord& operator=(const FutexWord&) = delete;

  // What was written before a Store() of the number that is read, or its change, is seen.
  [[nodiscard]] uint32_t Load() const { return value_.load(std::memory_order_acquire); }
  void Store(uint32_t value) { value_.store(value, std::memory_order_release); }
  // Whether the number was `from`; then it is `to`.
  [[nodiscard]] bool Change(uint32_t from, uint32_t to) {
    return value_.compare_exchange_strong(from, to, std::memory_order_acq_rel);
  }

  // Sleeps while the number is `value`. Returns without reason too: call it in a loop.
  void WaitWhile(uint32_t value) const;
  void WakeOne();
  void WakeAll();

 private:
  std::atomic<uint32_t> value_;
};

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_FUTEX_H_
