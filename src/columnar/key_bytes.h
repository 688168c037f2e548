// The bytes of one key part: integers and escaped strings that memcmp orders.
//
// Owns: the few loads and stores that the row-wise and the column-wise encoder share. Does not own:
// checks, but for what decoding untrusted bytes needs.
#ifndef ASHLAR_SRC_COLUMNAR_KEY_BYTES_H_
#define ASHLAR_SRC_COLUMNAR_KEY_BYTES_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "ashlar/types.h"

namespace ashlar::columnar {

[[nodiscard]] inline bool IsKeyInteger(const DataType& type) {
  return type.is_signed_integer() || type.is_unsigned_integer();
}

// Big endian; the sign bit is flipped, so that negative numbers come first.
template <typename T>
void StoreKeyInteger(char* to, T value) {
  using Word = std::make_unsigned_t<T>;
  auto word = static_cast<Word>(value);
  if constexpr (std::is_signed_v<T>) word ^= static_cast<Word>(Word{1} << (8 * sizeof(T) - 1));
  if constexpr (sizeof(T) == 8) word = __builtin_bswap64(word);
  if constexpr (sizeof(T) == 4) word = __builtin_bswap32(word);
  if constexpr (sizeof(T) == 2) word = __builtin_bswap16(word);
  std::memcpy(to, &word, sizeof(word));
}

template <typename T>
[[nodiscard]] T LoadKeyInteger(const char* from) {
  using Word = std::make_unsigned_t<T>;
  Word word = 0;
  std::memcpy(&word, from, sizeof(word));
  if constexpr (sizeof(T) == 8) word = __builtin_bswap64(word);
  if constexpr (sizeof(T) == 4) word = __builtin_bswap32(word);
  if constexpr (sizeof(T) == 2) word = __builtin_bswap16(word);
  if constexpr (std::is_signed_v<T>) word ^= static_cast<Word>(Word{1} << (8 * sizeof(T) - 1));
  return static_cast<T>(word);
}

// Calls fn(T{}) with the C++ type of an integer type.
template <typename Fn>
auto WithKeyInteger(TypeId id, Fn fn) {
  switch (id) {
    case TypeId::kInt8:
      return fn(int8_t{});
    case TypeId::kInt16:
      return fn(int16_t{});
    case TypeId::kInt32:
      return fn(int32_t{});
    case TypeId::kInt64:
      return fn(int64_t{});
    case TypeId::kUInt8:
      return fn(uint8_t{});
    case TypeId::kUInt16:
      return fn(uint16_t{});
    case TypeId::kUInt32:
      return fn(uint32_t{});
    default:
      return fn(uint64_t{});
  }
}

inline constexpr char kEscapedZero = static_cast<char>(0xff);

[[nodiscard]] inline size_t EscapedBytes(std::string_view text) {
  return text.size() + static_cast<size_t>(std::count(text.begin(), text.end(), '\0')) + 2;
}

// Writes EscapedBytes(text) bytes.
inline void StoreEscaped(char* to, std::string_view text) {
  for (const char byte : text) {
    *to++ = byte;
    if (byte == '\0') *to++ = kEscapedZero;
  }
  to[0] = '\0';
  to[1] = '\0';
}

// Takes an escaped string off the front of `bytes`; nothing when they are not one.
[[nodiscard]] inline std::optional<std::string> TakeEscaped(std::string_view* bytes) {
  std::string text;
  while (true) {
    const size_t zero = bytes->find('\0');
    if (zero == std::string_view::npos || zero + 1 == bytes->size()) return std::nullopt;
    const char mark = (*bytes)[zero + 1];
    text.append(*bytes, 0, zero);
    bytes->remove_prefix(zero + 2);
    if (mark == '\0') return text;
    if (mark != kEscapedZero) return std::nullopt;
    text += '\0';
  }
}

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_KEY_BYTES_H_
