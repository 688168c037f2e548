// Reading zone map entries in place; see the header.
#include "src/segment/zone_map.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <utility>

#include "src/segment/chunk_codec.h"

namespace ashlar::segment {
namespace {

namespace zone_format = format::zone;

uint64_t LoadWord(const std::byte* entry, uint32_t offset) {
  return base::LoadLittle<uint64_t>(entry + offset);
}

bool IsSignedLike(const DataType& type) {
  return type.is_signed_integer() || type.id() == TypeId::kDate32 ||
         type.id() == TypeId::kTimestamp;
}
bool IsUnsignedLike(const DataType& type) {
  return type.is_unsigned_integer() || type.id() == TypeId::kBool;
}
bool IsBytesLike(const DataType& type) {
  return type.is_variable_size() || type.id() == TypeId::kFixedSizeBinary;
}

// A bound of 8 bytes must leave its other 8 zero; a truncation flag belongs to byte strings.
bool IsWellFormed(const DataType& type, std::span<const std::byte> entry) {
  const auto flags = base::LoadLittle<uint32_t>(entry.data() + zone_format::kFlags.offset);
  if ((flags & ~zone_format::kKnown) != 0) return false;
  const bool has_bounds = (flags & zone_format::kHasBounds) != 0;
  if (has_bounds && ((flags & zone_format::kAllNull) != 0 || ShapeOf(type) == Shape::kVector)) {
    return false;
  }
  const uint32_t truncated = zone_format::kMinTruncated | zone_format::kMaxTruncated;
  if ((flags & truncated) != 0 && !(has_bounds && IsBytesLike(type))) return false;
  return (flags & zone_format::kHasNan) == 0 || type.is_floating();
}

}  // namespace

ZoneMap::ZoneMap(DataType type, PinnedBytes bytes)
    : type_(std::move(type)), order_(OrderOf(type_)), bytes_(std::move(bytes)) {}

ZoneMap::Order ZoneMap::OrderOf(const DataType& type) {
  if (type.is_floating()) return Order::kReal;
  if (IsBytesLike(type)) return Order::kBytes;
  if (IsUnsignedLike(type)) return Order::kUnsigned;
  return IsSignedLike(type) ? Order::kSigned : Order::kNone;
}

absl::StatusOr<ZoneMap> ZoneMap::Make(DataType type, PinnedBytes bytes, bool proven) {
  if (bytes.size() % zone_format::kSize != 0) {
    return absl::DataLossError("a zone map is not a whole number of entries");
  }
  for (size_t at = 0; at < bytes.size() && !proven; at += zone_format::kSize) {
    if (!IsWellFormed(type, bytes.bytes().subspan(at, zone_format::kSize))) {
      return absl::DataLossError("a zone map entry has impossible flags");
    }
  }
  return ZoneMap(std::move(type), std::move(bytes));
}

bool ZoneMap::max_truncated(uint64_t zone) const {
  return (Flags(zone) & zone_format::kMaxTruncated) != 0;
}

std::string_view ZoneMap::Bound(uint64_t zone, uint32_t offset) const {
  ASHLAR_CHECK(order_ == Order::kBytes && has_bounds(zone));
  const auto* chars = reinterpret_cast<const char*>(Entry(zone) + offset);
  const size_t width =
      type_.is_variable_size() ? format::kZoneBoundBytes : static_cast<size_t>(type_.width());
  return {chars, std::min<size_t>(width, format::kZoneBoundBytes)};
}

// The length of a short value is not kept. Without the zeros at its end a min is still below every
// value; a max must keep them to stay above.
std::string_view ZoneMap::MinBytes(uint64_t zone) const {
  std::string_view bound = Bound(zone, zone_format::kMin.offset);
  while (type_.is_variable_size() && !bound.empty() && bound.back() == '\0') {
    bound.remove_suffix(1);
  }
  return bound;
}
std::string_view ZoneMap::MaxBytes(uint64_t zone) const {
  return Bound(zone, zone_format::kMax.offset);
}

bool ZoneMap::MayContainInt64(uint64_t zone, int64_t low, int64_t high) const {
  return has_bounds(zone) && MinInt64(zone) <= high && MaxInt64(zone) >= low;
}
bool ZoneMap::MayContainUInt64(uint64_t zone, uint64_t low, uint64_t high) const {
  return has_bounds(zone) && MinUInt64(zone) <= high && MaxUInt64(zone) >= low;
}
bool ZoneMap::MayContainDouble(uint64_t zone, double low, double high) const {
  return has_bounds(zone) && MinDouble(zone) <= high && MaxDouble(zone) >= low;
}
bool ZoneMap::MayContainBytes(uint64_t zone, std::string_view low, std::string_view high) const {
  if (!has_bounds(zone) || MinBytes(zone) > high) return false;
  const std::string_view max = MaxBytes(zone);
  return max_truncated(zone) ? low.substr(0, max.size()) <= max : low <= max;
}

namespace {

// The bound of two zones that is still one for both; `larger` says which end.
template <typename T>
bool Replaces(T candidate, T kept, bool larger) {
  return larger ? candidate > kept : candidate < kept;
}

bool BoundReplaces(const DataType& type, const std::byte* candidate, const std::byte* kept,
                   bool larger) {
  if (IsBytesLike(type)) {
    const int order = std::memcmp(candidate, kept, format::kZoneBoundBytes);
    return larger ? order > 0 : order < 0;
  }
  const uint64_t a = LoadWord(candidate, 0);
  const uint64_t b = LoadWord(kept, 0);
  if (type.is_floating()) {
    return Replaces(std::bit_cast<double>(a), std::bit_cast<double>(b), larger);
  }
  if (IsUnsignedLike(type)) return Replaces(a, b, larger);
  return Replaces(static_cast<int64_t>(a), static_cast<int64_t>(b), larger);
}

}  // namespace

ZoneMap ZoneMap::Summary() const {
  auto entry = std::make_shared<std::array<std::byte, zone_format::kSize>>();
  uint64_t nulls = 0;
  uint32_t flags = zone_format::kAllNull;
  for (uint64_t zone = 0; zone < zones(); ++zone) {
    const std::byte* const from = Entry(zone);
    nulls += null_count(zone);
    const uint32_t here = Flags(zone);
    if ((here & zone_format::kAllNull) == 0) flags &= ~zone_format::kAllNull;
    flags |= here & zone_format::kHasNan;
    if ((here & zone_format::kHasBounds) == 0) continue;
    const bool first = (flags & zone_format::kHasBounds) == 0;
    flags |= zone_format::kHasBounds;
    const auto take = [&](const format::FixedField& bound, uint32_t truncated, bool larger) {
      std::byte* const kept = entry->data() + bound.offset;
      if (first || BoundReplaces(type_, from + bound.offset, kept, larger)) {
        std::memcpy(kept, from + bound.offset, bound.size);
        flags = (flags & ~truncated) | (here & truncated);
      } else if (std::memcmp(kept, from + bound.offset, bound.size) == 0) {
        flags |= here & truncated;
      }
    };
    take(zone_format::kMin, zone_format::kMinTruncated, false);
    take(zone_format::kMax, zone_format::kMaxTruncated, true);
  }
  base::StoreLittle<uint32_t>(entry->data() + zone_format::kNullCount.offset,
                              static_cast<uint32_t>(std::min<uint64_t>(nulls, UINT32_MAX)));
  base::StoreLittle<uint32_t>(entry->data() + zone_format::kFlags.offset, flags);
  const std::span<const std::byte> bytes(*entry);
  return ZoneMap(type_, PinnedBytes(std::move(entry), bytes));
}

}  // namespace ashlar::segment
