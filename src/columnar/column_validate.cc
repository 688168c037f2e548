// Column::Validate: the border between foreign buffers and code that trusts them.
//
// Owns: every claim that typed access relies on, checked in O(rows) without reading outside of any
// buffer, whatever the lengths, offsets and codes say. Does not own: Schema rules (Schema::Make),
// but for the type itself, whose widths all sizes hang on.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "ashlar/column.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/column_data.h"
#include "src/columnar/required_fields.h"
#include "src/columnar/type_rules.h"

namespace ashlar {
namespace {

absl::Status ValidateData(const ColumnData& data);

absl::Status Invalid(const ColumnData& data, std::string_view what) {
  return absl::InvalidArgumentError(
      base::StrCat("invalid column of type ", data.type.ToString(), ": ", what));
}

// Rows of the buffers: those before the slice count, too.
uint64_t PhysicalRows(const ColumnData& data) {
  return static_cast<uint64_t>(data.offset) + static_cast<uint64_t>(data.length);
}

bool Holds(const PinnedBytes& buffer, uint64_t count, uint64_t bytes_each) {
  const std::optional<uint64_t> bytes = base::CheckedMul(count, bytes_each);
  return bytes.has_value() && *bytes <= buffer.size();
}

bool HoldsBits(const PinnedBytes& buffer, uint64_t count) {
  return count / 8 + (count % 8 != 0 ? 1 : 0) <= buffer.size();
}

absl::Status ValidateRows(const ColumnData& data) {
  // Row numbers times the widest value must stay far from overflow.
  constexpr int64_t kMaxRows = int64_t{1} << 40;
  if (data.length < 0 || data.offset < 0 || data.length > kMaxRows || data.offset > kMaxRows) {
    return Invalid(data, base::StrCat("offset ", data.offset, " and length ", data.length));
  }
  return absl::OkStatus();
}

// After the buffers' sizes are known to be right.
absl::Status ValidateNullCount(const ColumnData& data) {
  if (data.null_count == columnar::kUnknownNullCount) return absl::OkStatus();
  int64_t nulls = columnar::IsNullConstant(data) ? data.length : 0;
  if (!data.validity.empty()) {
    nulls = data.length - columnar::CountSetBits(data.validity.data(), data.offset, data.length);
  }
  if (nulls == data.null_count) return absl::OkStatus();
  return Invalid(data,
                 base::StrCat("null count ", data.null_count, " where ", nulls, " rows are null"));
}

// Offsets of the rows in the slice: ascending and within `limit`.
absl::Status ValidateOffsets(const ColumnData& data, int64_t limit) {
  if (data.length == 0 && data.offsets.empty()) return absl::OkStatus();
  if (!Holds(data.offsets, PhysicalRows(data) + 1, sizeof(int32_t))) {
    return Invalid(data, "too few offsets");
  }
  int32_t previous = columnar::LoadOffset(data, data.offset);
  bool ascending = previous >= 0;
  for (int64_t row = 1; row <= data.length; ++row) {
    const int32_t next = columnar::LoadOffset(data, data.offset + row);
    ascending &= next >= previous;
    previous = next;
  }
  if (!ascending) return Invalid(data, "offsets do not ascend");
  if (previous <= limit) return absl::OkStatus();
  return Invalid(data, base::StrCat("an offset of ", previous, " beyond ", limit));
}

// Text is valid as a whole and no row begins within a character: so every row is valid.
absl::Status ValidateText(const ColumnData& data) {
  if (data.length == 0) return absl::OkStatus();
  const int32_t begin = columnar::LoadOffset(data, data.offset);
  const int32_t end = columnar::LoadOffset(data, data.offset + data.length);
  const std::string_view text =
      data.values.view().substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  if (!base::IsValidUtf8(text)) return Invalid(data, "a text is not valid UTF-8");
  for (int64_t row = 1; row < data.length; ++row) {
    const int32_t offset = columnar::LoadOffset(data, data.offset + row);
    if (offset == end) break;
    if ((static_cast<uint8_t>(data.values.data()[offset]) & 0xc0) == 0x80) {
      return Invalid(data, base::StrCat("row ", row, " begins within a character"));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateChildCount(const ColumnData& data) {
  if (data.children.size() != data.type.fields().size()) {
    return Invalid(data, base::StrCat(data.children.size(), " children"));
  }
  for (size_t i = 0; i < data.children.size(); ++i) {
    const Field& field = data.type.fields()[i];
    if (data.children[i] == nullptr || data.children[i]->type != field.type) {
      return Invalid(data, base::StrCat("child ", base::QuoteForMessage(field.name),
                                        " is missing or of another type"));
    }
    RETURN_IF_ERROR(ValidateData(*data.children[i]));
  }
  return absl::OkStatus();
}

absl::Status ValidateNested(const ColumnData& data) {
  if (data.type.id() == TypeId::kList) return ValidateOffsets(data, data.children[0]->length);
  const bool is_vector = data.type.id() == TypeId::kFixedSizeList;
  const uint64_t rows =
      PhysicalRows(data) * (is_vector ? static_cast<uint64_t>(data.type.width()) : 1);
  for (const auto& child : data.children) {
    if (static_cast<uint64_t>(child->length) >= rows) continue;
    return Invalid(data, base::StrCat("a child of ", child->length, " rows instead of ", rows));
  }
  return absl::OkStatus();
}

absl::Status ValidatePlain(const ColumnData& data) {
  if (data.dictionary != nullptr) return Invalid(data, "plain with a dictionary");
  if (!data.validity.empty() && !HoldsBits(data.validity, PhysicalRows(data))) {
    return Invalid(data, "the validity bitmap is too short");
  }
  RETURN_IF_ERROR(ValidateChildCount(data));
  if (!data.children.empty()) return ValidateNested(data);
  if (data.type.is_variable_size()) {
    RETURN_IF_ERROR(ValidateOffsets(data, static_cast<int64_t>(data.values.size())));
    return data.type.id() == TypeId::kUtf8 ? ValidateText(data) : absl::OkStatus();
  }
  const bool enough =
      data.type.id() == TypeId::kBool
          ? HoldsBits(data.values, PhysicalRows(data))
          : Holds(data.values, PhysicalRows(data), static_cast<uint64_t>(data.type.byte_width()));
  return enough ? absl::OkStatus() : Invalid(data, "too few values");
}

absl::Status ValidateCodes(const ColumnData& data) {
  if (data.code_width != 1 && data.code_width != 2 && data.code_width != 4) {
    return Invalid(data, base::StrCat("codes of ", data.code_width, " bytes"));
  }
  if (!Holds(data.values, PhysicalRows(data), data.code_width)) {
    return Invalid(data, "too few codes");
  }
  if (!data.validity.empty() && !HoldsBits(data.validity, PhysicalRows(data))) {
    return Invalid(data, "the validity bitmap is too short");
  }
  // Kernels look a null's code up like any other: it must be in range, too. With no value at all,
  // every row must be null, of code 0.
  const int64_t count = std::max<int64_t>(data.dictionary->length, 1);
  for (int64_t index = data.offset; index < data.offset + data.length; ++index) {
    if (columnar::LoadCode(data, index) >= count) {
      return Invalid(data, "a code beyond the dictionary");
    }
  }
  const bool has_value = data.length > 0 && (data.validity.empty() ||
                                             columnar::CountSetBits(data.validity.data(),
                                                                    data.offset, data.length) > 0);
  if (data.dictionary->length > 0 || !has_value) return absl::OkStatus();
  return Invalid(data, "values without a dictionary");
}

absl::Status ValidateEncoded(const ColumnData& data) {
  if (!data.type.fields().empty() || !data.children.empty()) {
    return Invalid(data, "only leaves may be encoded");
  }
  if (data.dictionary == nullptr || data.dictionary->type != data.type) {
    return Invalid(data, "no dictionary of this type");
  }
  const ColumnData& dictionary = *data.dictionary;
  if (dictionary.encoding != Encoding::kPlain) return Invalid(data, "an encoded dictionary");
  RETURN_IF_ERROR(ValidateData(dictionary));
  if (dictionary.null_count != 0 || !dictionary.validity.empty()) {
    return Invalid(data, "a dictionary with nulls");
  }
  if (data.encoding == Encoding::kDictionary) return ValidateCodes(data);
  if (dictionary.length > 1) return Invalid(data, "a constant of several values");
  return data.validity.empty() ? absl::OkStatus() : Invalid(data, "a constant with a bitmap");
}

absl::Status ValidateData(const ColumnData& data) {
  RETURN_IF_ERROR(ValidateRows(data));
  switch (data.encoding) {
    case Encoding::kPlain:
      RETURN_IF_ERROR(ValidatePlain(data));
      break;
    case Encoding::kConstant:
    case Encoding::kDictionary:
      RETURN_IF_ERROR(ValidateEncoded(data));
      break;
    default:
      return Invalid(data, "an unknown encoding");
  }
  return ValidateNullCount(data);
}

}  // namespace

absl::Status Column::Validate() const {
  if (data_ == nullptr) return absl::InvalidArgumentError("no column");
  RETURN_IF_ERROR(columnar::ValidateType(data_->type));
  RETURN_IF_ERROR(ValidateData(*data_));
  const Field self{"column", data_->type, /*nullable=*/true};
  const std::optional<std::string> forbidden = columnar::FindForbiddenNull(self, *this);
  if (!forbidden.has_value()) return absl::OkStatus();
  return Invalid(
      *data_, base::StrCat("required field ", base::QuoteForMessage(*forbidden), " holds a null"));
}

}  // namespace ashlar
