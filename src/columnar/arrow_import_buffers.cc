// Heads, buffers and offsets of foreign arrays, and times of other units.
//
// Owns: the arithmetic on lengths that nobody has checked yet. Loads go through memcpy: the
// specification recommends alignment, it does not demand it.
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/arrow_import_parts.h"
#include "src/columnar/column_data.h"
#include "src/columnar/validity.h"

namespace ashlar::columnar {
namespace {

// Times the widest value this stays far from overflow.
constexpr int64_t kMaxRows = int64_t{1} << 40;

absl::Status CheckShape(const ForeignArray& from, int64_t buffers, int64_t children) {
  const ArrowArray& array = from.array;
  if (array.release == nullptr) return BadArrow(from.node, "a released ArrowArray");
  if (array.length < 0 || array.offset < 0 || array.length > kMaxRows || array.offset > kMaxRows) {
    return BadArrow(from.node, base::StrCat("offset ", array.offset, " and length ", array.length));
  }
  if (array.n_buffers != buffers || array.n_children != children) {
    return BadArrow(from.node, base::StrCat(array.n_buffers, " buffers and ", array.n_children,
                                            " children instead of ", buffers, " and ", children));
  }
  if (array.buffers == nullptr || (children > 0 && array.children == nullptr)) {
    return BadArrow(from.node, "no list of buffers or children");
  }
  return absl::OkStatus();
}

// `count` offsets of 64 bits, none of them negative.
absl::Status CheckAscending(const ForeignArray& from, const std::byte* offsets, int64_t count) {
  int64_t previous = 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto next =
        base::LoadLittle<int64_t>(offsets + i * static_cast<int64_t>(sizeof(int64_t)));
    if (next < previous) return BadArrow(from.node, "offsets do not ascend");
    previous = next;
  }
  return absl::OkStatus();
}

absl::Status ShareOffsets(const ForeignArray& from, ColumnData* data, int64_t* end) {
  const int64_t rows = data->offset + data->length;
  ASSIGN_OR_RETURN(data->offsets,
                   ShareBuffer(from, 1, 0, static_cast<uint64_t>(rows + 1) * sizeof(int32_t)));
  *end = LoadOffset(*data, rows);
  if (*end >= 0) return absl::OkStatus();
  return BadArrow(from.node, base::StrCat("a last offset of ", *end));
}

absl::Status NarrowOffsets(const ForeignArray& from, ColumnData* data, int64_t* begin,
                           int64_t* end) {
  constexpr auto kWidth = static_cast<int64_t>(sizeof(int64_t));
  ASSIGN_OR_RETURN(const PinnedBytes wide,
                   ShareBuffer(from, 1, static_cast<uint64_t>(data->offset * kWidth),
                               static_cast<uint64_t>((data->length + 1) * kWidth)));
  RETURN_IF_ERROR(CheckAscending(from, wide.data(), data->length + 1));
  *begin = base::LoadLittle<int64_t>(wide.data());
  *end = base::LoadLittle<int64_t>(wide.data() + data->length * kWidth);
  if (static_cast<uint64_t>(*end - *begin) > base::kMaxBufferBytes) {
    return BadArrow(from.node, base::StrCat("a batch of ", *end - *begin,
                                            " bytes or elements; 2^31 - 1 at most: send smaller "
                                            "batches"));
  }
  BufferBuilder narrow;
  narrow.ResizeUninitialized(static_cast<size_t>(data->length + 1) * sizeof(int32_t));
  for (int64_t row = 0; row <= data->length; ++row) {
    const auto offset = base::LoadLittle<int64_t>(wide.data() + row * kWidth) - *begin;
    base::StoreLittle<int32_t>(narrow.data() + row * static_cast<int64_t>(sizeof(int32_t)),
                               static_cast<int32_t>(offset));
  }
  data->validity = ValidityFromZero(*data);
  data->offset = 0;
  data->offsets = narrow.Finish();
  return absl::OkStatus();
}

// In Ashlar's unit; nothing when it overflows or a remainder would be lost.
std::optional<int64_t> Rescale(const ArrowNode& node, int64_t value) {
  int64_t product = 0;
  if (__builtin_mul_overflow(value, node.multiplier, &product)) return std::nullopt;
  if (product % node.divisor != 0) return std::nullopt;
  return product / node.divisor;
}

}  // namespace

absl::StatusOr<ColumnData> ReadHead(const ForeignArray& from, int64_t buffers, int64_t children,
                                    DataType type) {
  RETURN_IF_ERROR(CheckShape(from, buffers, children));
  ColumnData data;
  data.type = std::move(type);
  data.length = from.array.length;
  if (data.length != 0) {
    data.offset = from.array.offset;
    if (from.array.buffers[0] != nullptr) {
      const int64_t bytes = BitmapBytes(data.offset + data.length);
      ASSIGN_OR_RETURN(data.validity, ShareBuffer(from, 0, 0, static_cast<uint64_t>(bytes)));
      data.null_count = data.length - CountSetBits(data.validity.data(), data.offset, data.length);
    }
  }
  const int64_t claimed = from.array.null_count;
  if (claimed == kUnknownNullCount || claimed == data.null_count) return data;
  return BadArrow(from.node, base::StrCat("null count ", claimed, " where ", data.null_count,
                                          " of ", data.length, " rows are null"));
}

absl::StatusOr<PinnedBytes> ShareBuffer(const ForeignArray& from, int64_t index, uint64_t begin,
                                        uint64_t size) {
  if (size == 0) return PinnedBytes();
  const auto* bytes = static_cast<const std::byte*>(from.array.buffers[index]);
  if (bytes == nullptr) {
    return BadArrow(from.node,
                    base::StrCat("buffer ", index, " is null, ", size, " bytes of it are needed"));
  }
  return PinnedBytes(from.owner, {bytes + begin, size});
}

absl::Status ImportOffsets(const ForeignArray& from, ColumnData* data, int64_t* begin,
                           int64_t* end) {
  if (data->length == 0) return absl::OkStatus();
  if (from.node.large_offsets) return NarrowOffsets(from, data, begin, end);
  return ShareOffsets(from, data, end);
}

absl::Status ImportTimes(const ForeignArray& from, ColumnData* data) {
  constexpr auto kWidth = static_cast<int64_t>(sizeof(int64_t));
  ASSIGN_OR_RETURN(const PinnedBytes times,
                   ShareBuffer(from, 1, static_cast<uint64_t>(data->offset * kWidth),
                               static_cast<uint64_t>(data->length * kWidth)));
  const int64_t width = data->type.byte_width();
  BufferBuilder values;
  values.Resize(static_cast<size_t>(data->length * width));
  for (int64_t row = 0; row < data->length; ++row) {
    if (IsMarkedNull(*data, data->offset + row)) continue;
    const auto time = base::LoadLittle<int64_t>(times.data() + row * kWidth);
    const std::optional<int64_t> scaled = Rescale(from.node, time);
    const bool fits =
        scaled.has_value() && (width == kWidth || (*scaled >= INT32_MIN && *scaled <= INT32_MAX));
    if (!fits) {
      return BadArrow(from.node,
                      base::StrCat("row ", row, ": the time ", time, " is no ",
                                   data->type.ToString(), " (out of range, or with a remainder)"));
    }
    if (width == kWidth) base::StoreLittle<int64_t>(values.data() + row * width, *scaled);
    if (width != kWidth) {
      base::StoreLittle<int32_t>(values.data() + row * width, static_cast<int32_t>(*scaled));
    }
  }
  data->validity = ValidityFromZero(*data);
  data->offset = 0;
  data->values = values.Finish();
  return absl::OkStatus();
}

}  // namespace ashlar::columnar
