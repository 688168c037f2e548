// Random: a seeded generator whose sequence is the same everywhere.
//
// Owns: xoshiro256** and uniform choices from it. Not: entropy; nothing in the engine needs numbers
// that nobody can guess. One seed is one run, which makes a failing test a repeatable one.
#ifndef ASHLAR_SRC_BASE_RANDOM_H_
#define ASHLAR_SRC_BASE_RANDOM_H_

#include <array>
#include <bit>
#include <cstdint>

#include "src/base/check.h"
#include "src/base/hash.h"

namespace ashlar::base {

// Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed) {
    // Mix64 is one step of splitmix64, whose state grows by this constant.
    for (uint64_t& word : state_) {
      word = Mix64(seed);
      seed += 0x9e3779b97f4a7c15;
    }
  }

  [[nodiscard]] uint64_t Next64() {
    const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // In [0, bound), without bias; bound > 0.
  [[nodiscard]] uint64_t Uniform(uint64_t bound) {
    ASHLAR_CHECK(bound > 0);
    // The lowest 2^64 mod bound values would make the first remainders likelier.
    const uint64_t biased = (0 - bound) % bound;
    uint64_t value = Next64();
    while (value < biased) value = Next64();
    return value % bound;
  }

  // True once in n times; n > 0.
  [[nodiscard]] bool OneIn(uint64_t n) { return Uniform(n) == 0; }

  // In [0, 1), a multiple of 2^-53.
  [[nodiscard]] double Double() { return static_cast<double>(Next64() >> 11) * 0x1.0p-53; }

 private:
  std::array<uint64_t, 4> state_;
};

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_RANDOM_H_
