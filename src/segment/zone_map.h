// ZoneMap: statistics of one leaf, zone by zone (format::kZoneRows top-level rows each).
//
// Owns: reading entries that lie in a file. Does not own: making them (zone_map_builder.h) or
// pruning expressions (src/query). A zone of a leaf under a list covers the elements of its rows.
// Bounds are those of the non-null values; NaN is in none of them but flagged; -0.0 equals 0.0.
#ifndef ASHLAR_SRC_SEGMENT_ZONE_MAP_H_
#define ASHLAR_SRC_SEGMENT_ZONE_MAP_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"
#include "ashlar/types.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/segment/format.h"

namespace ashlar::segment {

class ZoneMap {
 public:
  ZoneMap() = default;
  // DataLoss when `bytes` is not whole entries, or holds flags that are unknown. Bytes that were
  // proven before are taken at their word.
  [[nodiscard]] static absl::StatusOr<ZoneMap> Make(DataType type, PinnedBytes bytes,
                                                    bool proven = false);

  [[nodiscard]] const DataType& type() const { return type_; }  // of the leaf
  [[nodiscard]] uint64_t zones() const { return bytes_.size() / format::zone::kSize; }

  [[nodiscard]] uint32_t null_count(uint64_t zone) const {
    return base::LoadLittle<uint32_t>(Entry(zone) + format::zone::kNullCount.offset);
  }
  // Whether the entry is, byte for byte, that of the zone before (there is one).
  [[nodiscard]] bool RepeatsLast(uint64_t zone) const {
    return std::memcmp(Entry(zone), Entry(zone - 1), format::zone::kSize) == 0;
  }
  // Or no value at all.
  [[nodiscard]] bool all_null(uint64_t zone) const {
    return (Flags(zone) & format::zone::kAllNull) != 0;
  }
  [[nodiscard]] bool has_bounds(uint64_t zone) const {
    return (Flags(zone) & format::zone::kHasBounds) != 0;
  }
  [[nodiscard]] bool has_nan(uint64_t zone) const {
    return (Flags(zone) & format::zone::kHasNan) != 0;
  }

  // Bounds, of zones that have them and of the matching kind of type (both checked): signed
  // integers, dates and timestamps; unsigned integers and bool; floats.
  [[nodiscard]] int64_t MinInt64(uint64_t zone) const {
    return static_cast<int64_t>(Word(Order::kSigned, zone, format::zone::kMin.offset));
  }
  [[nodiscard]] int64_t MaxInt64(uint64_t zone) const {
    return static_cast<int64_t>(Word(Order::kSigned, zone, format::zone::kMax.offset));
  }
  [[nodiscard]] uint64_t MinUInt64(uint64_t zone) const {
    return Word(Order::kUnsigned, zone, format::zone::kMin.offset);
  }
  [[nodiscard]] uint64_t MaxUInt64(uint64_t zone) const {
    return Word(Order::kUnsigned, zone, format::zone::kMax.offset);
  }
  [[nodiscard]] double MinDouble(uint64_t zone) const {
    return std::bit_cast<double>(Word(Order::kReal, zone, format::zone::kMin.offset));
  }
  [[nodiscard]] double MaxDouble(uint64_t zone) const {
    return std::bit_cast<double>(Word(Order::kReal, zone, format::zone::kMax.offset));
  }
  // Byte strings: the first 16 bytes. A min without its zeros at the end and a truncated min are
  // still lower bounds; a max is padded with zeros, so still an upper bound, but where it is
  // truncated the prefix of values that may be longer.
  [[nodiscard]] std::string_view MinBytes(uint64_t zone) const;
  [[nodiscard]] std::string_view MaxBytes(uint64_t zone) const;
  [[nodiscard]] bool max_truncated(uint64_t zone) const;

  // All zones as one.
  [[nodiscard]] ZoneMap Summary() const;

  // False only when no value of the zone lies in [low, high].
  [[nodiscard]] bool MayContainInt64(uint64_t zone, int64_t low, int64_t high) const;
  [[nodiscard]] bool MayContainUInt64(uint64_t zone, uint64_t low, uint64_t high) const;
  [[nodiscard]] bool MayContainDouble(uint64_t zone, double low, double high) const;
  [[nodiscard]] bool MayContainBytes(uint64_t zone, std::string_view low,
                                     std::string_view high) const;

 private:
  ZoneMap(DataType type, PinnedBytes bytes);
  // Asked of each zone of each scan: here, so that it costs a load.
  [[nodiscard]] const std::byte* Entry(uint64_t zone) const {
    ASHLAR_CHECK(zone < zones());
    return bytes_.data() + zone * format::zone::kSize;
  }
  [[nodiscard]] uint32_t Flags(uint64_t zone) const {
    return base::LoadLittle<uint32_t>(Entry(zone) + format::zone::kFlags.offset);
  }
  [[nodiscard]] std::string_view Bound(uint64_t zone, uint32_t offset) const;
  // How bounds are ordered.
  enum class Order : uint8_t { kNone, kSigned, kUnsigned, kReal, kBytes };
  [[nodiscard]] static Order OrderOf(const DataType& type);
  // The bound's first 8 bytes. Bounds lie at odd multiples of 8, so a word is loaded byte-wise.
  [[nodiscard]] uint64_t Word(Order order, uint64_t zone, uint32_t offset) const {
    ASHLAR_CHECK(order == order_ && has_bounds(zone));
    return base::LoadLittle<uint64_t>(Entry(zone) + offset);
  }

  DataType type_;
  Order order_ = Order::kNone;
  PinnedBytes bytes_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_ZONE_MAP_H_
