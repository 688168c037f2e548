// Narrowing, one loop a width; see the header.
#include "src/query/computed_column.h"

#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/bitmap.h"
#include "src/query/take.h"

namespace ashlar::query {
namespace {

using columnar::BitmapBytes;

// Types whose rows are kept as pieces of columns.
bool IsPieced(const DataType& type) {
  return type.is_nested() || type.id() == TypeId::kFixedSizeList;
}

}  // namespace

absl::Status ComputedColumn::Append(const Vector& values, const Bits& selection) {
  Slots slots;
  ForEachRow(selection, [&](int64_t row) {
    slots.rows[slots.count++] = values.constant ? uint16_t{0} : static_cast<uint16_t>(row);
  });
  if (slots.count == 0) return absl::OkStatus();
  if (IsPieced(type_)) return AppendNested(values, slots);
  AppendValidity(values, slots);
  if (type_.is_variable_size() || type_.id() == TypeId::kFixedSizeBinary) {
    RETURN_IF_ERROR(AppendBytes(values, slots));
  } else if (type_.id() == TypeId::kBool) {
    AppendBools(values, slots);
  } else if (type_.is_floating()) {
    AppendReals(values, slots);
  } else if (type_.is_unsigned_integer()) {
    AppendUnsigned(values, slots);
  } else {
    AppendIntegers(values, slots);
  }
  rows_ += static_cast<int64_t>(slots.count);
  return absl::OkStatus();
}

void ComputedColumn::AppendValidity(const Vector& values, const Slots& slots) {
  const bool all_null = values.physical == Physical::kNull;
  const auto count = static_cast<int64_t>(slots.count);
  int64_t nulls = 0;
  for (size_t i = 0; i < slots.count && values.has_nulls; ++i) {
    nulls += values.valid.Get(slots.rows[i]) ? 0 : 1;
  }
  if (all_null) nulls = count;
  nulls_ += nulls;
  if (nulls_ == 0) return;
  if (validity_.size() == 0) {
    validity_.Resize(static_cast<size_t>(BitmapBytes(rows_)));
    columnar::AppendSetBits(validity_.data(), 0, rows_);
  }
  validity_.Resize(static_cast<size_t>(BitmapBytes(rows_ + count)));
  if (nulls == 0) return columnar::AppendSetBits(validity_.data(), rows_, count);
  for (size_t i = 0; i < slots.count && !all_null; ++i) {
    if (values.valid.Get(slots.rows[i])) {
      columnar::SetBit(validity_.data(), rows_ + static_cast<int64_t>(i));
    }
  }
}

template <typename To, typename From>
void ComputedColumn::AppendWords(const Vector& values, const From* from, const Slots& slots) {
  const size_t begin = values_.size();
  values_.ResizeUninitialized(begin + slots.count * sizeof(To));
  std::byte* to = values_.data() + begin;
  if (values.physical == Physical::kNull) {
    std::memset(to, 0, slots.count * sizeof(To));
    return;
  }
  const bool whole = !values.constant && slots.rows[slots.count - 1] + size_t{1} == slots.count;
  if (std::is_same_v<To, From> && whole && !values.has_nulls) {
    std::memcpy(to, from, slots.count * sizeof(To));
    return;
  }
  bool fits = true;
  for (size_t i = 0; i < slots.count; ++i) {
    const size_t slot = slots.rows[i];
    const bool null = values.has_nulls && !values.valid.Get(static_cast<int64_t>(slot));
    const From value = null ? From{0} : from[slot];
    const To narrow = static_cast<To>(value);
    if constexpr (std::is_integral_v<To>) fits &= static_cast<From>(narrow) == value;
    std::memcpy(to + i * sizeof(To), &narrow, sizeof(To));
  }
  ASHLAR_CHECK(fits);
}

void ComputedColumn::AppendIntegers(const Vector& values, const Slots& slots) {
  switch (type_.byte_width()) {
    case 1:
      return AppendWords<int8_t>(values, values.int64, slots);
    case 2:
      return AppendWords<int16_t>(values, values.int64, slots);
    case 4:
      return AppendWords<int32_t>(values, values.int64, slots);
    default:
      return AppendWords<int64_t>(values, values.int64, slots);
  }
}

void ComputedColumn::AppendUnsigned(const Vector& values, const Slots& slots) {
  switch (type_.byte_width()) {
    case 1:
      return AppendWords<uint8_t>(values, values.uint64, slots);
    case 2:
      return AppendWords<uint16_t>(values, values.uint64, slots);
    case 4:
      return AppendWords<uint32_t>(values, values.uint64, slots);
    default:
      return AppendWords<uint64_t>(values, values.uint64, slots);
  }
}

void ComputedColumn::AppendReals(const Vector& values, const Slots& slots) {
  if (type_.id() == TypeId::kFloat32) return AppendWords<float>(values, values.real, slots);
  AppendWords<double>(values, values.real, slots);
}

void ComputedColumn::AppendBools(const Vector& values, const Slots& slots) {
  const auto count = static_cast<int64_t>(slots.count);
  values_.Resize(static_cast<size_t>(BitmapBytes(rows_ + count)));
  if (values.physical == Physical::kNull) return;
  for (int64_t i = 0; i < count; ++i) {
    const auto slot = static_cast<int64_t>(slots.rows[static_cast<size_t>(i)]);
    if (!values.IsNull(slot) && values.bits.Get(slot)) {
      columnar::SetBit(values_.data(), rows_ + i);
    }
  }
}

absl::Status ComputedColumn::AppendBytes(const Vector& values, const Slots& slots) {
  const auto width = static_cast<size_t>(type_.width());
  const bool fixed = type_.id() == TypeId::kFixedSizeBinary;
  if (!fixed && offsets_.size() == 0) offsets_.Resize(sizeof(int32_t));
  for (size_t i = 0; i < slots.count; ++i) {
    const size_t slot = slots.rows[i];
    const bool null =
        values.physical == Physical::kNull || values.IsNull(static_cast<int64_t>(slot));
    const std::string_view bytes = null ? std::string_view() : values.bytes[slot];
    if (fixed) {
      ASHLAR_CHECK(null || bytes.size() == width);
      if (null) values_.Resize(values_.size() + width);
    }
    if (bytes.size() > base::kMaxBufferBytes - values_.size()) {
      return absl::InvalidArgumentError(
          base::StrCat("a buffer of ", type_.ToString(), " would exceed 2 GiB"));
    }
    values_.Append(base::AsBytes(bytes));
    if (fixed) continue;
    const size_t end = offsets_.size();
    offsets_.ResizeUninitialized(end + sizeof(int32_t));
    base::StoreLittle<int32_t>(offsets_.data() + end, static_cast<int32_t>(values_.size()));
  }
  return absl::OkStatus();
}

absl::Status ComputedColumn::AppendNested(const Vector& values, const Slots& slots) {
  const auto count = static_cast<int64_t>(slots.count);
  Column piece;
  if (values.physical == Physical::kNull) {
    piece = NullColumn(type_, count);
  } else {
    std::vector<uint32_t> rows(slots.count);
    for (size_t i = 0; i < slots.count; ++i) {
      rows[i] = static_cast<uint32_t>(values.first_row + slots.rows[i]);
    }
    ASSIGN_OR_RETURN(piece, Take(values.nested, rows));
  }
  nested_bytes_ += ViewBytes(piece);
  nested_.push_back(std::move(piece));
  rows_ += count;
  return absl::OkStatus();
}

absl::StatusOr<Column> ComputedColumn::Finish() {
  nested_bytes_ = 0;
  const int64_t rows = std::exchange(rows_, 0);
  const int64_t nulls = std::exchange(nulls_, 0);
  if (IsPieced(type_)) return ConcatColumns(type_, std::exchange(nested_, {}));
  auto data = std::make_shared<ColumnData>();
  data->type = type_;
  data->length = rows;
  data->null_count = nulls;
  if (type_.is_variable_size() && rows == 0) offsets_.Resize(sizeof(int32_t));
  data->validity = validity_.Finish();
  data->offsets = offsets_.Finish();
  data->values = values_.Finish();
  return Column(std::move(data));
}

}  // namespace ashlar::query
