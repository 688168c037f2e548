// Packing, suspicious parsing and unpacking of whole buffers; see the header.
#include "src/segment/plane_codec.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/bit_planes.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"
#include "src/segment/format.h"

namespace ashlar::segment {
namespace {

using columnar::kPlaneBytes;
using columnar::PackedZone;

constexpr uint64_t kZoneRows = format::kZoneRows;
constexpr uint64_t kWordRows = 64;

absl::Status Broken(const char* what) { return absl::DataLossError(what); }

uint64_t ZoneCount(uint64_t length) { return (length + kZoneRows - 1) / kZoneRows; }

// Stored bytes of one plane of a zone of `rows` rows.
size_t StoredPlaneBytes(uint64_t rows) {
  return static_cast<size_t>((rows + kWordRows - 1) / kWordRows) * sizeof(uint64_t);
}

uint64_t MaxOffset(int width) {
  return width == columnar::kMaxPlanes ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
}

// The numbers of one zone, widened to 64 bits.
struct Zone {
  uint64_t numbers[kZoneRows];
  size_t rows = 0;
};

template <typename T>
void WidenAs(const std::byte* values, Zone* zone) {
  using Wide = std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>;
  for (size_t row = 0; row < zone->rows; ++row) {
    const T value = base::LoadLittle<T>(values + row * sizeof(T));
    zone->numbers[row] = static_cast<uint64_t>(static_cast<Wide>(value));
  }
}

void Widen(const std::byte* values, const NumberRange& range, Zone* zone) {
  switch (range.width) {
    case 1:
      return range.is_signed ? WidenAs<int8_t>(values, zone) : WidenAs<uint8_t>(values, zone);
    case 2:
      return range.is_signed ? WidenAs<int16_t>(values, zone) : WidenAs<uint16_t>(values, zone);
    case 4:
      return range.is_signed ? WidenAs<int32_t>(values, zone) : WidenAs<uint32_t>(values, zone);
    default:
      ASHLAR_CHECK(range.width == 8);
      return range.is_signed ? WidenAs<int64_t>(values, zone) : WidenAs<uint64_t>(values, zone);
  }
}

// Turns the numbers into offsets from their minimum, which it returns; those of null rows become 0.
// With the sign bit turned over, signed numbers are ordered as unsigned ones are.
uint64_t Rebase(Zone* zone, bool is_signed, std::span<const std::byte> validity, uint64_t first) {
  const uint64_t flip = is_signed ? uint64_t{1} << 63 : 0;
  const auto is_valid = [&](size_t row) {
    return validity.empty() || columnar::GetBit(validity.data(), static_cast<int64_t>(first + row));
  };
  uint64_t least = ~uint64_t{0};
  bool any = false;
  for (size_t row = 0; row < zone->rows; ++row) {
    if (!is_valid(row)) continue;
    any = true;
    least = std::min(least, zone->numbers[row] ^ flip);
  }
  const uint64_t base = any ? least ^ flip : 0;
  for (size_t row = 0; row < zone->rows; ++row) {
    zone->numbers[row] = is_valid(row) ? zone->numbers[row] - base : 0;
  }
  return base;
}

// Collects zones of offsets.
class PlaneWriter {
 public:
  void Add(uint64_t base, const Zone& zone) {
    uint64_t all = 0;
    for (size_t row = 0; row < zone.rows; ++row) all |= zone.numbers[row];
    const int width = columnar::BitWidth(all);
    std::byte planes[columnar::kMaxPlanes * kPlaneBytes];
    columnar::PackPlanes(std::span(zone.numbers).first(zone.rows), width, planes);
    const size_t stored = StoredPlaneBytes(zone.rows);
    for (int plane = 0; plane < width; ++plane) {
      out_.Append({planes + static_cast<size_t>(plane) * kPlaneBytes, stored});
    }
    bases_.push_back(base);
    widths_.push_back(static_cast<uint8_t>(width));
  }

  [[nodiscard]] PinnedBytes Finish() {
    out_.Append(base::AsBytes(bases_));
    out_.Append(base::AsBytes(widths_));
    return out_.Finish();
  }

 private:
  columnar::BufferBuilder out_;
  std::vector<uint64_t> bases_;
  std::vector<uint8_t> widths_;
};

// Cut planes with the zeros that were left out.
PinnedBytes MakeWhole(const std::byte* planes, int width, size_t stored) {
  columnar::BufferBuilder whole;
  whole.Resize(static_cast<size_t>(width) * kPlaneBytes);
  for (size_t plane = 0; plane < static_cast<size_t>(width); ++plane) {
    std::memcpy(whole.data() + plane * kPlaneBytes, planes + plane * stored, stored);
  }
  return whole.Finish();
}

bool AnyBehind(const PackedZone& zone, size_t stored, uint64_t rows) {
  const uint64_t used = rows % kWordRows;
  if (used == 0) return false;
  uint64_t bits = 0;
  for (size_t plane = 1; plane <= zone.width; ++plane) {
    const std::byte* last = zone.planes + plane * stored - sizeof(uint64_t);
    bits |= base::LoadLittle<uint64_t>(last);
  }
  return bits >> used != 0;
}

void ClearNulls(std::span<const std::byte> validity, uint8_t width, uint64_t length,
                std::byte* values) {
  for (uint64_t row = 0; row < length; row += kWordRows) {
    const uint64_t rows = std::min(kWordRows, length - row);
    uint64_t nulls =
        ~columnar::LoadBits(validity.data(), static_cast<int64_t>(row), static_cast<int64_t>(rows));
    if (rows < kWordRows) nulls &= (uint64_t{1} << rows) - 1;
    for (; nulls != 0; nulls &= nulls - 1) {
      const auto bit = static_cast<uint64_t>(std::countr_zero(nulls));
      std::memset(values + (row + bit) * width, 0, width);
    }
  }
}

template <typename T>
void UnpackAs(const StoredPlanes& planes, std::byte* out) {
  for (size_t i = 0; i < planes.zones.size(); ++i) {
    const PackedZone& zone = planes.zones[i];
    const uint64_t first = i * kZoneRows;
    const auto rows = static_cast<size_t>(std::min(kZoneRows, planes.length - first));
    columnar::UnpackPlanes(zone.planes, zone.width, zone.base, rows,
                           reinterpret_cast<T*>(out) + first);
  }
}

}  // namespace

PinnedBytes PackNumbers(std::span<const std::byte> values, const NumberRange& range,
                        std::span<const std::byte> validity) {
  const uint64_t length = values.size() / range.width;
  PlaneWriter writer;
  Zone zone;
  for (uint64_t first = 0; first < length; first += kZoneRows) {
    zone.rows = static_cast<size_t>(std::min(kZoneRows, length - first));
    Widen(values.data() + first * range.width, range, &zone);
    const uint64_t base = Rebase(&zone, range.is_signed, validity, first);
    writer.Add(base, zone);
  }
  return writer.Finish();
}

PinnedBytes PackOffsets(std::span<const std::byte> offsets) {
  ASHLAR_CHECK(offsets.size() >= sizeof(int32_t));
  const uint64_t length = offsets.size() / sizeof(int32_t) - 1;
  const auto load = [&](uint64_t index) {
    return base::LoadLittle<int32_t>(offsets.data() + index * sizeof(int32_t));
  };
  PlaneWriter writer;
  Zone zone;
  for (uint64_t first = 0; first < length; first += kZoneRows) {
    zone.rows = static_cast<size_t>(std::min(kZoneRows, length - first));
    for (size_t row = 0; row < zone.rows; ++row) {
      zone.numbers[row] = static_cast<uint64_t>(load(first + row + 1) - load(first + row));
    }
    const uint64_t base = Rebase(&zone, /*is_signed=*/false, {}, first);
    writer.Add(base, zone);
  }
  return writer.Finish();
}

absl::StatusOr<StoredPlanes> ParsePlanes(const PinnedBytes& stored, uint64_t length,
                                         int max_width) {
  const uint64_t count = ZoneCount(length);
  if (stored.size() / format::planes::kSize < count) return Broken("planes without their bases");
  const std::byte* widths = stored.data() + stored.size() - count;
  const std::byte* bases = widths - count * sizeof(uint64_t);
  const auto end = static_cast<uint64_t>(bases - stored.data());
  StoredPlanes planes{.length = length, .zones = {}, .bytes = {stored}};
  planes.zones.reserve(count);
  uint64_t position = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t rows = std::min(kZoneRows, length - i * kZoneRows);
    PackedZone zone{.base = base::LoadLittle<uint64_t>(bases + i * sizeof(uint64_t)),
                    .width = std::to_integer<uint8_t>(widths[i]),
                    .planes = stored.data() + position};
    if (zone.width > max_width) return Broken("more planes than a number has bits");
    const size_t plane_bytes = StoredPlaneBytes(rows);
    const uint64_t size = zone.width * plane_bytes;
    if (size > end - position) return Broken("planes behind the end of their buffer");
    position += size;
    if (AnyBehind(zone, plane_bytes, rows)) return Broken("planes with bits behind the last row");
    if (plane_bytes < kPlaneBytes && zone.width > 0) {
      planes.bytes.push_back(MakeWhole(zone.planes, zone.width, plane_bytes));
      zone.planes = planes.bytes.back().data();
    }
    planes.zones.push_back(zone);
  }
  if (position != end) return Broken("planes that do not fill their buffer");
  return planes;
}

absl::Status ProveRange(const StoredPlanes& planes, const NumberRange& range) {
  const uint64_t span = range.high - range.low;
  for (const PackedZone& zone : planes.zones) {
    const uint64_t base = zone.base - range.low;
    if (base > span) return Broken("a base is out of range");
    // What is left for offsets above the base.
    const uint64_t limit = span - base;
    if (MaxOffset(zone.width) <= limit) continue;
    uint64_t beyond[columnar::kPlaneWords];
    columnar::SelectRange(zone.planes, zone.width, limit + 1, ~uint64_t{0}, beyond);
    if (std::ranges::any_of(beyond, [](uint64_t word) { return word != 0; })) {
      return Broken("a packed number is out of range");
    }
  }
  return absl::OkStatus();
}

PinnedBytes UnpackNumbers(const StoredPlanes& planes, uint8_t width,
                          std::span<const std::byte> validity) {
  columnar::BufferBuilder values;
  values.ResizeUninitialized(planes.length * width);
  switch (width) {
    case 1:
      UnpackAs<uint8_t>(planes, values.data());
      break;
    case 2:
      UnpackAs<uint16_t>(planes, values.data());
      break;
    case 4:
      UnpackAs<uint32_t>(planes, values.data());
      break;
    default:
      ASHLAR_CHECK(width == 8);
      UnpackAs<uint64_t>(planes, values.data());
  }
  if (!validity.empty()) ClearNulls(validity, width, planes.length, values.data());
  return values.Finish();
}

absl::StatusOr<PinnedBytes> UnpackOffsets(const StoredPlanes& planes, uint64_t end) {
  columnar::BufferBuilder offsets;
  offsets.ResizeUninitialized((planes.length + 1) * sizeof(int32_t));
  std::byte* out = offsets.data();
  base::StoreLittle<int32_t>(out, 0);
  uint64_t offset = 0;
  for (size_t i = 0; i < planes.zones.size(); ++i) {
    const PackedZone& zone = planes.zones[i];
    uint32_t lengths[kZoneRows];
    const auto rows = static_cast<size_t>(std::min(kZoneRows, planes.length - i * kZoneRows));
    columnar::UnpackPlanes(zone.planes, zone.width, zone.base, rows, lengths);
    for (size_t row = 0; row < rows; ++row) {
      offset += lengths[row];
      out += sizeof(int32_t);
      base::StoreLittle<int32_t>(out, static_cast<int32_t>(offset));
    }
  }
  // Lengths are not negative, so no offset before the last one is beyond it.
  if (offset != end) return Broken("the last offset is not the end of the values");
  return offsets.Finish();
}

}  // namespace ashlar::segment
