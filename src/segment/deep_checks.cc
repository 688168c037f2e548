// Dictionary order, zone maps and padding; see the header.
#include "src/segment/deep_checks.h"

#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/column_data.h"
#include "src/segment/format.h"
#include "src/segment/zone_map_builder.h"

namespace ashlar::segment {
namespace {

// Total order of floats: sign-magnitude bits turned into an ordered integer.
template <typename Bits>
std::make_signed_t<Bits> TotalOrder(Bits bits) {
  using Signed = std::make_signed_t<Bits>;
  const auto value = static_cast<Signed>(bits);
  return value < 0 ? static_cast<Signed>(value ^ std::numeric_limits<Signed>::max()) : value;
}

// Whether value `row` of a plain leaf of `column` sorts before the next one.
bool Ascends(const Column& column, int64_t row) {
  const ColumnData& data = *column.data();
  if (data.type.id() == TypeId::kFloat32) {
    return TotalOrder(columnar::LoadValue<uint32_t>(data, row)) <
           TotalOrder(columnar::LoadValue<uint32_t>(data, row + 1));
  }
  if (data.type.id() == TypeId::kFloat64) {
    return TotalOrder(columnar::LoadValue<uint64_t>(data, row)) <
           TotalOrder(columnar::LoadValue<uint64_t>(data, row + 1));
  }
  if (data.type.is_unsigned_integer()) return column.GetUInt64(row) < column.GetUInt64(row + 1);
  if (data.type.is_variable_size() || data.type.id() == TypeId::kFixedSizeBinary) {
    return column.GetBytes(row) < column.GetBytes(row + 1);
  }
  // No writer makes a dictionary of booleans.
  return data.type.id() != TypeId::kBool && column.GetInt64(row) < column.GetInt64(row + 1);
}

}  // namespace

absl::Status CheckDictionaries(const ColumnData& data) {
  if (data.encoding == Encoding::kDictionary) {
    const Column dictionary(data.dictionary);
    for (int64_t row = 0; row + 1 < dictionary.length(); ++row) {
      if (!Ascends(dictionary, row)) {
        return absl::DataLossError(base::StrCat("dictionary value ", row + 1, " is out of order"));
      }
    }
  }
  for (const auto& child : data.children) RETURN_IF_ERROR(CheckDictionaries(*child));
  return absl::OkStatus();
}

absl::Status CheckTrailingBits(const ColumnData& data) {
  const bool has_bits = data.type.id() == TypeId::kBool && data.encoding == Encoding::kPlain;
  const int used = static_cast<int>(data.length % 8);
  for (const PinnedBytes& bits : {data.validity, has_bits ? data.values : PinnedBytes()}) {
    if (bits.empty() || used == 0) continue;
    if (std::to_integer<uint8_t>(bits.bytes().back()) >> used != 0) {
      return absl::DataLossError("a bitmap has bits behind its last row");
    }
  }
  if (data.dictionary != nullptr) RETURN_IF_ERROR(CheckTrailingBits(*data.dictionary));
  for (const auto& child : data.children) RETURN_IF_ERROR(CheckTrailingBits(*child));
  return absl::OkStatus();
}

absl::Status CheckZoneMaps(const SegmentFile& file, const ChunkEntry& entry,
                           const Column& canonical) {
  std::vector<BufferRange> ranges;
  AppendZoneMaps(entry.root, &ranges);
  const std::vector<std::string> expected = BuildZoneMaps(canonical);
  if (ranges.empty()) return absl::OkStatus();  // no rows
  ASHLAR_CHECK(ranges.size() == expected.size());
  for (size_t i = 0; i < ranges.size(); ++i) {
    const std::span<const std::byte> stored = file.body().subspan(ranges[i].offset, ranges[i].size);
    if (base::AsStringView(stored) != expected[i]) {
      return absl::DataLossError(
          base::StrCat("the zone map at offset ", ranges[i].offset, " is not that of the values"));
    }
  }
  return absl::OkStatus();
}

std::optional<uint64_t> FindDirtyPadding(const SegmentFile& file) {
  std::vector<BufferRange> ranges;
  for (const ChunkEntry& entry : file.chunks().entries) {
    AppendBuffers(entry.root, &ranges);
    AppendZoneMaps(entry.root, &ranges);
  }
  // Buffers lie in the order of the table, each at the first aligned offset.
  for (const BufferRange& range : ranges) {
    const uint64_t end = base::AlignUp(range.offset + range.size, format::kAlignment);
    for (uint64_t at = range.offset + range.size; at < end; ++at) {
      if (file.body()[at] != std::byte{0}) return at;
    }
  }
  return std::nullopt;
}

}  // namespace ashlar::segment
