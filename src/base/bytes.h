// Views of bytes, checked arithmetic and little-endian loads and stores.
//
// Owns: the few casts between objects, text and bytes, so that nobody else needs them, and sums of
// untrusted sizes. Not: formats made of several values; those are coding.h's.
#ifndef ASHLAR_SRC_BASE_BYTES_H_
#define ASHLAR_SRC_BASE_BYTES_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

#include "src/base/check.h"

namespace ashlar::base {

// Columns are viewed in place from little-endian files; another byte order would need copies.
static_assert(std::endian::native == std::endian::little, "Ashlar needs a little-endian machine");

[[nodiscard]] inline std::span<const std::byte> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

// The bytes of a span, vector or array of trivially copyable values.
template <typename Range>
requires std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range> &&
    std::is_trivially_copyable_v<std::ranges::range_value_t<Range>> &&
    (!std::convertible_to<const Range&, std::string_view>)
        [[nodiscard]] std::span<const std::byte> AsBytes(const Range& values) {
  return std::as_bytes(std::span(std::ranges::data(values), std::ranges::size(values)));
}

[[nodiscard]] inline std::string_view AsStringView(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Nothing when the result does not fit.
[[nodiscard]] constexpr std::optional<uint64_t> CheckedAdd(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}
[[nodiscard]] constexpr std::optional<uint64_t> CheckedMul(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// The smallest multiple of `alignment` (a power of two) that is not below `value`. The result must
// fit: check untrusted values against a limit first.
[[nodiscard]] constexpr uint64_t AlignUp(uint64_t value, uint64_t alignment) {
  ASHLAR_CHECK(std::has_single_bit(alignment));
  ASHLAR_CHECK(value <= UINT64_MAX - (alignment - 1));
  return (value + alignment - 1) & ~(alignment - 1);
}

// Any alignment; the caller has checked that sizeof(T) bytes are there.
template <typename T>
requires std::is_arithmetic_v<T>
[[nodiscard]] T LoadLittle(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}
template <typename T>
requires std::is_arithmetic_v<T>
void StoreLittle(std::byte* to, std::type_identity_t<T> value) {
  std::memcpy(to, &value, sizeof(T));
}

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_BYTES_H_
