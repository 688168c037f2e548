// 64-bit hashes that are the same on every machine and in every process.
//
// Owns: Hash64 (XXH3) and the mixing of integers. Not: digests (content is never named by 64 bits).
// The values decide segment boundaries and live in key filters, so changing any of them changes the
// format; absl::Hash is seeded per process and must not take their place.
#ifndef ASHLAR_SRC_BASE_HASH_H_
#define ASHLAR_SRC_BASE_HASH_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace ashlar::base {

// One step of splitmix64: a bijection in which every bit depends on every bit.
[[nodiscard]] constexpr uint64_t Mix64(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Adds `value` to the running hash `state`; the order matters.
[[nodiscard]] constexpr uint64_t Combine(uint64_t state, uint64_t value) {
  return Mix64(state * 0xd6e8feb86659fd93 + value);
}

[[nodiscard]] uint64_t Hash64(std::span<const std::byte> bytes, uint64_t seed);

// hashes[i] = Combine(hashes[i], Hash64(string i, seed)) for strings in Arrow's layout: `rows` + 1
// ascending offsets into `data`, already checked. One call for all rows keeps the loop beside the
// inlined hash.
void HashStrings(const int32_t* offsets, const std::byte* data, size_t rows, uint64_t seed,
                 uint64_t* hashes);

// hashes[i] = Hash64(value i, seed), for values of `width` bytes each, and for values between
// `rows` + 1 ascending offsets, already checked.
void HashFixed(const std::byte* data, size_t width, size_t rows, uint64_t seed, uint64_t* hashes);
void HashRanges(const uint32_t* offsets, const std::byte* data, size_t rows, uint64_t seed,
                uint64_t* hashes);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_HASH_H_
