// Draws awkward values: a table of special ones a type, and the choice among them.
#include "bench/generators/awkward_values.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generators/values.h"
#include "src/base/time_text.h"

namespace ashlar::bench {
namespace {

// A third of the integers lie at or beside an end or zero, a third are small, a third anything.
template <typename T>
T AnyInteger(base::Random& random, T min, T max) {
  const uint64_t word = random.Next64();
  const uint64_t span = static_cast<uint64_t>(max) - static_cast<uint64_t>(min);
  switch (word % 3) {
    case 0: {
      const std::array<T, 5> ends = {min, static_cast<T>(min + 1), T{0}, static_cast<T>(max - 1),
                                     max};
      return ends[(word >> 32) % ends.size()];
    }
    case 1:
      return static_cast<T>((word >> 32) % 100);
    default: {
      const uint64_t offset = base::Mix64(word);
      return static_cast<T>(static_cast<uint64_t>(min) +
                            (span == UINT64_MAX ? offset : offset % (span + 1)));
    }
  }
}

template <typename T>
void AppendSigned(base::Random& random, ColumnBuilder& builder) {
  Must(builder.AppendInt64(
      AnyInteger<T>(random, std::numeric_limits<T>::min(), std::numeric_limits<T>::max())));
}

template <typename T>
void AppendUnsigned(base::Random& random, ColumnBuilder& builder) {
  Must(builder.AppendUInt64(AnyInteger<T>(random, 0, std::numeric_limits<T>::max())));
}

template <typename T>
T AnyFloat(base::Random& random) {
  using Limits = std::numeric_limits<T>;
  constexpr std::array<T, 12> kSpecial = {Limits::quiet_NaN(),
                                          Limits::infinity(),
                                          -Limits::infinity(),
                                          T{0},
                                          -T{0},
                                          Limits::max(),
                                          Limits::lowest(),
                                          Limits::min(),
                                          Limits::denorm_min(),
                                          -Limits::denorm_min(),
                                          T{1} + Limits::epsilon(),
                                          T{-1}};
  const uint64_t word = random.Next64();
  if (word % 3 == 0) return kSpecial[(word >> 32) % kSpecial.size()];
  const T magnitude = static_cast<T>(static_cast<int32_t>(word >> 40)) / T{64};
  return (word & 8) != 0 ? magnitude : -magnitude;
}

uint64_t TextBytes(base::Random& random, uint32_t long_every) {
  if (long_every != 0 && random.OneIn(long_every)) {
    return kMinLongBytes + random.Uniform(kMaxLongBytes - kMinLongBytes + 1);
  }
  switch (random.Uniform(8)) {
    case 0:
      return 0;
    case 1:
      return 1;
    case 2:
      return 20 + random.Uniform(180);
    default:
      return 2 + random.Uniform(18);
  }
}

// Pieces of one to four bytes a character, a combining accent and a zero byte among them. A long
// text repeats a piece, for drawing each would be slow.
std::string AnyText(base::Random& random, uint64_t bytes) {
  constexpr std::array<std::string_view, 12> kPieces = {
      "a",      "Z",          "7",
      " ",      "'",          "\"",
      "\u00e9", "e\u0301",    "\u6f22\u5b57",
      "\u05d0", "\U0001f600", std::string_view("\0", 1)};
  std::string text;
  std::string piece;
  while (text.size() < bytes) {
    if (text.size() < 200) piece = kPieces[random.Uniform(kPieces.size())];
    const uint64_t room = bytes - text.size();
    if (piece.size() > room) piece.assign(room, '-');
    text += piece;
  }
  return text;
}

std::string AnyBytes(base::Random& random, uint64_t size) {
  std::string bytes;
  bytes.reserve(size + 8);
  while (bytes.size() < size) {
    uint64_t word = random.Next64();
    if (bytes.empty() && word % 4 == 0) word = 0;
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(word >> (8 * i)));
  }
  bytes.resize(size);
  return bytes;
}

void AppendVector(base::Random& random, ColumnBuilder& builder) {
  std::vector<float> elements(static_cast<size_t>(builder.type().width()));
  const bool is_zero = random.OneIn(8);  // has no direction: cosine's awkward case
  for (float& element : elements) {
    if (!is_zero) element = static_cast<float>(random.Uniform(2'049)) / 1'024 - 1;
  }
  Must(builder.AppendVector(elements));
}

void AppendFloat(base::Random& random, ColumnBuilder& builder) {
  const bool is_single = builder.type().id() == TypeId::kFloat32;
  Must(builder.AppendDouble(is_single ? static_cast<double>(AnyFloat<float>(random))
                                      : AnyFloat<double>(random)));
}

void AppendInteger(base::Random& random, ColumnBuilder& builder) {
  switch (builder.type().id()) {
    case TypeId::kInt8:
      return AppendSigned<int8_t>(random, builder);
    case TypeId::kInt16:
      return AppendSigned<int16_t>(random, builder);
    case TypeId::kInt32:
      return AppendSigned<int32_t>(random, builder);
    case TypeId::kInt64:
      return AppendSigned<int64_t>(random, builder);
    case TypeId::kUInt8:
      return AppendUnsigned<uint8_t>(random, builder);
    case TypeId::kUInt16:
      return AppendUnsigned<uint16_t>(random, builder);
    case TypeId::kUInt32:
      return AppendUnsigned<uint32_t>(random, builder);
    default:
      ASHLAR_CHECK(builder.type().id() == TypeId::kUInt64);
      return AppendUnsigned<uint64_t>(random, builder);
  }
}

}  // namespace

void AppendAwkward(base::Random& random, uint32_t long_every, ColumnBuilder& builder) {
  switch (builder.type().id()) {
    case TypeId::kBool:
      return Must(builder.AppendBool((random.Next64() >> 63) != 0));
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return AppendFloat(random, builder);
    case TypeId::kUtf8:
      return Must(builder.AppendBytes(AnyText(random, TextBytes(random, long_every))));
    case TypeId::kBinary:
      return Must(builder.AppendBytes(AnyBytes(random, TextBytes(random, long_every))));
    case TypeId::kFixedSizeBinary:
      return Must(
          builder.AppendBytes(AnyBytes(random, static_cast<uint64_t>(builder.type().width()))));
    case TypeId::kDate32:
      return Must(
          builder.AppendInt64(AnyInteger<int32_t>(random, base::kMinDate32, base::kMaxDate32)));
    case TypeId::kTimestamp:
      return Must(builder.AppendInt64(
          AnyInteger<int64_t>(random, base::kMinTimestampMicros, base::kMaxTimestampMicros)));
    case TypeId::kFixedSizeList:
      return AppendVector(random, builder);
    default:
      return AppendInteger(random, builder);
  }
}

}  // namespace ashlar::bench
