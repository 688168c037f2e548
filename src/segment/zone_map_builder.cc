// Zone statistics, leaf by leaf; see the header.
#include "src/segment/zone_map_builder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>
#include <string_view>
#include <type_traits>

#include "src/base/check.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/column_data.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/value_bounds.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/fixed_record.h"
#include "src/segment/format.h"

namespace ashlar::segment {
namespace {

namespace zone_format = format::zone;

// Rows [begin, end) of a leaf that make up one zone.
struct ZoneRange {
  int64_t begin = 0;
  int64_t end = 0;
};

struct Entry {
  uint32_t flags = 0;
  FixedRecord<zone_format::kSize> record;

  void PutWord(uint64_t min, uint64_t max) {
    flags |= zone_format::kHasBounds;
    std::byte words[2][format::kZoneBoundBytes] = {};
    base::StoreLittle<uint64_t>(words[0], min);
    base::StoreLittle<uint64_t>(words[1], max);
    record.PutBytes(zone_format::kMin, words[0]);
    record.PutBytes(zone_format::kMax, words[1]);
  }
  void PutPrefix(const format::FixedField& field, std::string_view value, uint32_t truncated) {
    flags |= zone_format::kHasBounds;
    // Not memcpy: a column of nothing but empty values has no bytes to point to.
    char prefix[format::kZoneBoundBytes] = {};
    value.copy(prefix, sizeof(prefix));
    record.PutBytes(field, std::as_bytes(std::span(prefix)));
    if (value.size() > sizeof(prefix)) flags |= truncated;
  }
};

bool IsValid(const ColumnData& leaf, int64_t row) {
  return leaf.validity.empty() || columnar::GetBit(leaf.validity.data(), row);
}

template <typename T>
void AddIntegers(const ColumnData& leaf, ZoneRange range, Entry* entry) {
  T min = std::numeric_limits<T>::max();
  T max = std::numeric_limits<T>::min();
  if (leaf.validity.empty()) {
    const auto bounds =
        columnar::BoundsOf<T>(leaf.values.data() + range.begin * static_cast<int64_t>(sizeof(T)),
                              range.end - range.begin);
    min = bounds.min;
    max = bounds.max;
  } else {
    for (int64_t row = range.begin; row < range.end; ++row) {
      if (!IsValid(leaf, row)) continue;
      const T value = columnar::LoadValue<T>(leaf, row);
      min = std::min(min, value);
      max = std::max(max, value);
    }
  }
  // Sign-extended where the type is signed.
  using Wide = std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>;
  entry->PutWord(static_cast<uint64_t>(static_cast<Wide>(min)),
                 static_cast<uint64_t>(static_cast<Wide>(max)));
}

template <typename T>
void AddFloats(const ColumnData& leaf, ZoneRange range, Entry* entry) {
  T min = std::numeric_limits<T>::infinity();
  T max = -min;
  bool any = false;
  for (int64_t row = range.begin; row < range.end; ++row) {
    if (!IsValid(leaf, row)) continue;
    const T value = columnar::LoadValue<T>(leaf, row);
    if (std::isnan(value)) {
      entry->flags |= zone_format::kHasNan;
      continue;
    }
    any = true;
    min = std::min(min, value);
    max = std::max(max, value);
  }
  if (any)
    entry->PutWord(std::bit_cast<uint64_t>(double{min}), std::bit_cast<uint64_t>(double{max}));
}

void AddBits(const ColumnData& leaf, ZoneRange range, int64_t valid, Entry* entry) {
  // A canonical null is a zero bit.
  const int64_t ones =
      columnar::CountSetBits(leaf.values.data(), range.begin, range.end - range.begin);
  entry->PutWord(ones == valid ? 1 : 0, ones > 0 ? 1 : 0);
}

void AddBytes(const ColumnData& leaf, ZoneRange range, Entry* entry) {
  const bool variable = leaf.type.is_variable_size();
  bool any = false;
  std::string_view min;
  std::string_view max;
  // Most values differ in their first bytes already.
  uint64_t min_prefix = 0;
  uint64_t max_prefix = 0;
  for (int64_t row = range.begin; row < range.end; ++row) {
    if (!IsValid(leaf, row)) continue;
    const std::string_view value = variable
                                       ? columnar::LoadVariableBytes(leaf, row)
                                       : columnar::LoadFixedBytes(leaf, row, leaf.type.width());
    const uint64_t prefix = columnar::KeyPrefix(value);
    if (!any || prefix < min_prefix || (prefix == min_prefix && value < min)) {
      min = value;
      min_prefix = prefix;
    }
    if (!any || prefix > max_prefix || (prefix == max_prefix && value > max)) {
      max = value;
      max_prefix = prefix;
    }
    any = true;
  }
  ASHLAR_CHECK(any);
  entry->PutPrefix(zone_format::kMin, min, zone_format::kMinTruncated);
  entry->PutPrefix(zone_format::kMax, max, zone_format::kMaxTruncated);
}

// `valid` > 0 values of the range are not null.
void AddBounds(const ColumnData& leaf, ZoneRange range, int64_t valid, Entry* entry) {
  switch (leaf.type.id()) {
    case TypeId::kBool:
      return AddBits(leaf, range, valid, entry);
    case TypeId::kInt8:
      return AddIntegers<int8_t>(leaf, range, entry);
    case TypeId::kInt16:
      return AddIntegers<int16_t>(leaf, range, entry);
    case TypeId::kInt32:
    case TypeId::kDate32:
      return AddIntegers<int32_t>(leaf, range, entry);
    case TypeId::kInt64:
    case TypeId::kTimestamp:
      return AddIntegers<int64_t>(leaf, range, entry);
    case TypeId::kUInt8:
      return AddIntegers<uint8_t>(leaf, range, entry);
    case TypeId::kUInt16:
      return AddIntegers<uint16_t>(leaf, range, entry);
    case TypeId::kUInt32:
      return AddIntegers<uint32_t>(leaf, range, entry);
    case TypeId::kUInt64:
      return AddIntegers<uint64_t>(leaf, range, entry);
    case TypeId::kFloat32:
      return AddFloats<float>(leaf, range, entry);
    case TypeId::kFloat64:
      return AddFloats<double>(leaf, range, entry);
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary:
      return AddBytes(leaf, range, entry);
    default:
      return;  // a vector has no order
  }
}

std::string BuildLeaf(const ColumnData& leaf, const std::vector<ZoneRange>& zones) {
  std::string bytes;
  bytes.reserve(zones.size() * zone_format::kSize);
  for (const ZoneRange range : zones) {
    const int64_t rows = range.end - range.begin;
    const int64_t valid = leaf.validity.empty() || rows == 0
                              ? rows
                              : columnar::CountSetBits(leaf.validity.data(), range.begin, rows);
    Entry entry;
    if (valid > 0) {
      AddBounds(leaf, range, valid, &entry);
    } else {
      entry.flags |= zone_format::kAllNull;
    }
    entry.record.Put(zone_format::kNullCount, static_cast<uint64_t>(rows - valid));
    entry.record.Put(zone_format::kFlags, entry.flags);
    bytes += base::AsStringView(entry.record.bytes());
  }
  return bytes;
}

void BuildNode(const ColumnData& data, std::vector<ZoneRange> zones,
               std::vector<std::string>* maps) {
  ASHLAR_CHECK(data.encoding == Encoding::kPlain && data.offset == 0);
  if (IsLeaf(data.type)) {
    maps->push_back(BuildLeaf(data, zones));
    return;
  }
  if (ShapeOf(data.type) == Shape::kList) {
    for (ZoneRange& range : zones) {
      range = {columnar::LoadOffset(data, range.begin), columnar::LoadOffset(data, range.end)};
    }
  }
  for (const auto& child : data.children) BuildNode(*child, zones, maps);
}

}  // namespace

std::vector<std::string> BuildZoneMaps(const Column& canonical) {
  std::vector<ZoneRange> zones;
  for (int64_t row = 0; row < canonical.length(); row += format::kZoneRows) {
    zones.push_back({row, std::min<int64_t>(row + format::kZoneRows, canonical.length())});
  }
  std::vector<std::string> maps;
  BuildNode(*canonical.data(), std::move(zones), &maps);
  return maps;
}

}  // namespace ashlar::segment
