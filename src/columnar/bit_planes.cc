// Packing and unpacking of bit planes, 64 rows and eight planes at a time; see the header. Eight
// planes of 64 rows are 64 bytes seen from the side: masks turn one into the other, and bytes are
// put together to wider numbers afterwards. Built once for every vector size, chosen at run time.
#include "src/columnar/bit_planes.h"

#include <algorithm>
#include <cstring>

#include "src/base/bytes.h"
#include "src/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/columnar/bit_planes.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::columnar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kBlockRows = 64;

using ByteTag = hn::CappedTag<uint8_t, kBlockRows>;

// Bit p of out[i] is bit i of the p-th plane; `planes` stands at the block's word of the first.
void JoinPlanes(const std::byte* planes, int count, uint8_t* HWY_RESTRICT out) {
  const ByteTag d;
  for (size_t lane = 0; lane < kBlockRows; lane += hn::Lanes(d)) {
    auto bytes = hn::Zero(d);
    for (int plane = 0; plane < count; ++plane) {
      uint64_t word = base::LoadLittle<uint64_t>(planes + static_cast<size_t>(plane) * kPlaneBytes);
      word >>= lane;
      const auto mask = hn::LoadMaskBits(d, reinterpret_cast<const uint8_t*>(&word));
      bytes = hn::Or(bytes, hn::IfThenElseZero(mask, hn::Set(d, static_cast<uint8_t>(1 << plane))));
    }
    hn::StoreU(bytes, d, out + lane);
  }
}

// The inverse.
void SplitBytes(const uint8_t* HWY_RESTRICT bytes, int count, std::byte* planes) {
  const ByteTag d;
  const size_t lanes = hn::Lanes(d);
  const uint64_t used = lanes == kBlockRows ? ~uint64_t{0} : (uint64_t{1} << lanes) - 1;
  for (int plane = 0; plane < count; ++plane) {
    const auto bit = hn::Set(d, static_cast<uint8_t>(1 << plane));
    uint64_t word = 0;
    for (size_t lane = 0; lane < kBlockRows; lane += lanes) {
      uint64_t bits = 0;
      hn::StoreMaskBits(d, hn::TestBit(hn::LoadU(d, bytes + lane), bit),
                        reinterpret_cast<uint8_t*>(&bits));
      word |= (bits & used) << lane;
    }
    base::StoreLittle<uint64_t>(planes + static_cast<size_t>(plane) * kPlaneBytes, word);
  }
}

// One block of numbers from their bytes; loops of known length, which compilers vectorise.
template <int kGroups, typename T>
void CombineBytes(const uint8_t (*HWY_RESTRICT bytes)[kBlockRows], T base, T* HWY_RESTRICT out) {
  for (size_t row = 0; row < kBlockRows; ++row) {
    T value = base;
    for (int group = 0; group < kGroups; ++group) {
      value = static_cast<T>(value + (static_cast<T>(bytes[group][row]) << (8 * group)));
    }
    out[row] = value;
  }
}

template <typename T>
void CombineGroups(int groups, const uint8_t (*bytes)[kBlockRows], T base, T* out) {
  if (groups <= 1) return CombineBytes<1>(bytes, base, out);
  if constexpr (sizeof(T) >= 2) {
    if (groups == 2) return CombineBytes<2>(bytes, base, out);
  }
  if constexpr (sizeof(T) >= 4) {
    if (groups == 3) return CombineBytes<3>(bytes, base, out);
    if (groups == 4) return CombineBytes<4>(bytes, base, out);
  }
  if constexpr (sizeof(T) >= 8) {
    if (groups <= 6) return CombineBytes<6>(bytes, base, out);
    return CombineBytes<8>(bytes, base, out);
  }
}

template <typename T>
void UnpackTyped(const std::byte* planes, int width, T base, size_t rows, T* out) {
  alignas(64) uint8_t bytes[sizeof(T)][kBlockRows] = {};
  alignas(64) T block[kBlockRows];
  const int groups = (width + 7) / 8;
  for (size_t row = 0; row < rows; row += kBlockRows) {
    for (int group = 0; group < groups; ++group) {
      const std::byte* first = planes + static_cast<size_t>(group) * 8 * kPlaneBytes + row / 8;
      JoinPlanes(first, std::min(8, width - group * 8), bytes[group]);
    }
    if (rows - row >= kBlockRows) {
      CombineGroups(groups, bytes, base, out + row);
      continue;
    }
    CombineGroups(groups, bytes, base, block);
    std::memcpy(out + row, block, (rows - row) * sizeof(T));
  }
}

void Unpack8(const std::byte* planes, int width, uint64_t base, size_t rows, uint8_t* out) {
  UnpackTyped(planes, width, static_cast<uint8_t>(base), rows, out);
}
void Unpack16(const std::byte* planes, int width, uint64_t base, size_t rows, uint16_t* out) {
  UnpackTyped(planes, width, static_cast<uint16_t>(base), rows, out);
}
void Unpack32(const std::byte* planes, int width, uint64_t base, size_t rows, uint32_t* out) {
  UnpackTyped(planes, width, static_cast<uint32_t>(base), rows, out);
}
void Unpack64(const std::byte* planes, int width, uint64_t base, size_t rows, uint64_t* out) {
  UnpackTyped(planes, width, base, rows, out);
}

void Pack(const uint64_t* offsets, size_t rows, int width, std::byte* planes) {
  for (size_t row = 0; row < base::kZoneRows; row += kBlockRows) {
    const size_t count = row < rows ? std::min(kBlockRows, rows - row) : 0;
    for (int plane = 0; plane < width; plane += 8) {
      alignas(64) uint8_t bytes[kBlockRows] = {};
      for (size_t i = 0; i < count; ++i) {
        bytes[i] = static_cast<uint8_t>(offsets[row + i] >> plane);
      }
      SplitBytes(bytes, std::min(8, width - plane),
                 planes + static_cast<size_t>(plane) * kPlaneBytes + row / 8);
    }
  }
}

}  // namespace ashlar::columnar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::columnar {

HWY_EXPORT(Pack);
HWY_EXPORT(Unpack8);
HWY_EXPORT(Unpack16);
HWY_EXPORT(Unpack32);
HWY_EXPORT(Unpack64);

void PackPlanes(std::span<const uint64_t> offsets, int width, std::byte* planes) {
  ASHLAR_CHECK(width >= 0 && width <= kMaxPlanes && offsets.size() <= base::kZoneRows);
  HWY_DYNAMIC_DISPATCH(Pack)(offsets.data(), offsets.size(), width, planes);
}

void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint8_t* out) {
  ASHLAR_CHECK(width >= 0 && width <= 8 && rows <= base::kZoneRows);
  HWY_DYNAMIC_DISPATCH(Unpack8)(planes, width, base, rows, out);
}

void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint16_t* out) {
  ASHLAR_CHECK(width >= 0 && width <= 16 && rows <= base::kZoneRows);
  HWY_DYNAMIC_DISPATCH(Unpack16)(planes, width, base, rows, out);
}

void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint32_t* out) {
  ASHLAR_CHECK(width >= 0 && width <= 32 && rows <= base::kZoneRows);
  HWY_DYNAMIC_DISPATCH(Unpack32)(planes, width, base, rows, out);
}

void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint64_t* out) {
  ASHLAR_CHECK(width >= 0 && width <= kMaxPlanes && rows <= base::kZoneRows);
  HWY_DYNAMIC_DISPATCH(Unpack64)(planes, width, base, rows, out);
}

uint64_t LoadPacked(const std::byte* planes, int width, size_t row) {
  uint64_t value = 0;
  for (int plane = 0; plane < width; ++plane) {
    const std::byte byte = planes[static_cast<size_t>(plane) * kPlaneBytes + row / 8];
    value |= uint64_t{std::to_integer<uint8_t>(byte) >> (row % 8) & 1U} << plane;
  }
  return value;
}

}  // namespace ashlar::columnar
#endif  // HWY_ONCE
