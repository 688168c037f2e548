// Keys of whole columns, part by part in loops over all rows, whatever the columns' encoding.
//
// Dictionaries and constants are read through their codes: a row's value is that of one row of a
// plain leaf. Keys of fixed width are written in place; others after a pass that adds up sizes.
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/column_data.h"
#include "src/columnar/key_bytes.h"
#include "src/columnar/key_codec.h"

namespace ashlar::columnar {
namespace {

std::string_view ValueOf(const ColumnData& leaf, int64_t index) {
  if (leaf.type.is_variable_size()) return LoadVariableBytes(leaf, index);
  return LoadFixedBytes(leaf, index, leaf.type.width());
}

// Calls fn(leaf, row) where row(i) is the leaf's physical row that holds the value of row i.
template <typename Fn>
void WithRows(const ColumnData& data, Fn fn) {
  const int64_t first = data.offset;
  if (data.encoding == Encoding::kPlain) {
    fn(data, [first](size_t i) { return first + static_cast<int64_t>(i); });
    return;
  }
  const ColumnData& leaf = *data.dictionary;
  const int64_t base = leaf.offset;
  if (data.encoding == Encoding::kConstant) {
    fn(leaf, [base](size_t) { return base; });
    return;
  }
  fn(leaf, [&data, first, base](size_t i) {
    return base + LoadCode(data, first + static_cast<int64_t>(i));
  });
}

// to(i) is where row i's part begins.
template <typename To>
void StoreFixedParts(const ColumnData& data, size_t rows, To to) {
  WithRows(data, [&](const ColumnData& leaf, auto row) {
    if (!IsKeyInteger(leaf.type)) {
      const auto width = static_cast<size_t>(leaf.type.width());
      for (size_t i = 0; i < rows; ++i) {
        std::memcpy(to(i), ValueOf(leaf, row(i)).data(), width);
      }
      return;
    }
    WithKeyInteger(leaf.type.id(), [&](auto type) {
      using T = decltype(type);
      for (size_t i = 0; i < rows; ++i) StoreKeyInteger<T>(to(i), LoadValue<T>(leaf, row(i)));
    });
  });
}

// Adds the bytes of each row's part to sizes[i].
void AddSizes(const ColumnData& data, bool last, size_t rows, uint64_t* sizes) {
  if (!data.type.is_variable_size()) {
    for (size_t i = 0; i < rows; ++i) sizes[i] += static_cast<uint64_t>(data.type.byte_width());
    return;
  }
  WithRows(data, [&](const ColumnData& leaf, auto row) {
    for (size_t i = 0; i < rows; ++i) {
      const std::string_view value = LoadVariableBytes(leaf, row(i));
      sizes[i] += last ? value.size() : EscapedBytes(value);
    }
  });
}

// Writes each row's part at cursors[i] and moves the cursor behind it.
void StoreVariableParts(const ColumnData& data, bool last, size_t rows, char* bytes,
                        uint32_t* cursors) {
  if (!data.type.is_variable_size()) {
    StoreFixedParts(data, rows, [&](size_t i) { return bytes + cursors[i]; });
    const auto width = static_cast<uint32_t>(data.type.byte_width());
    for (size_t i = 0; i < rows; ++i) cursors[i] += width;
    return;
  }
  WithRows(data, [&](const ColumnData& leaf, auto row) {
    for (size_t i = 0; i < rows; ++i) {
      const std::string_view value = LoadVariableBytes(leaf, row(i));
      char* const to = bytes + cursors[i];
      if (last) {
        std::copy(value.begin(), value.end(), to);
        cursors[i] += static_cast<uint32_t>(value.size());
      } else {
        StoreEscaped(to, value);
        cursors[i] += static_cast<uint32_t>(EscapedBytes(value));
      }
    }
  });
}

absl::Status CheckColumn(const Field& field, const Column& column, int64_t rows) {
  if (!(column.type() == field.type) || column.length() != rows) {
    return absl::InvalidArgumentError(
        base::StrCat("key field ", base::QuoteForMessage(field.name), " (", field.type.ToString(),
                     ", ", rows, " rows) does not take a column of ", column.type().ToString(),
                     " with ", column.length(), " rows"));
  }
  if (column.null_count() == 0) return absl::OkStatus();
  int64_t row = 0;
  while (!column.IsNull(row)) ++row;
  return absl::InvalidArgumentError(
      base::StrCat("key field ", base::QuoteForMessage(field.name), " is null in row ", row));
}

// Turns sizes into offsets.
absl::Status LayOut(std::span<const uint64_t> sizes, EncodedKeys* keys) {
  uint64_t total = 0;
  for (size_t row = 0; row < sizes.size(); ++row) {
    if (sizes[row] > base::kMaxKeyBytes) {
      return absl::InvalidArgumentError(base::StrCat("the key of row ", row, " has ", sizes[row],
                                                     " bytes; ", base::kMaxKeyBytes, " at most"));
    }
    total += sizes[row];
    if (total > base::kMaxBufferBytes) {
      return absl::InvalidArgumentError("the keys exceed 2 GiB: encode fewer rows at once");
    }
    keys->offsets[row + 1] = static_cast<uint32_t>(total);
  }
  keys->bytes.resize(total);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EncodedKeys> KeyCodec::EncodeColumns(std::span<const Column> columns) const {
  ASHLAR_CHECK(columns.size() == fields_.size());
  const int64_t length = columns.front().length();
  for (size_t i = 0; i < columns.size(); ++i) {
    RETURN_IF_ERROR(CheckColumn(fields_[i], columns[i], length));
  }
  const auto rows = static_cast<size_t>(length);
  EncodedKeys keys = MakeShape(rows);
  if (width_ != 0) {
    if (rows > base::kMaxBufferBytes / width_) {
      return absl::InvalidArgumentError("the keys exceed 2 GiB: encode fewer rows at once");
    }
    keys.bytes.resize(rows * width_);
    char* to = keys.bytes.data();
    for (const Column& column : columns) {
      StoreFixedParts(*column.data(), rows, [&](size_t i) { return to + i * width_; });
      to += column.type().byte_width();
    }
  } else {
    std::vector<uint64_t> sizes(rows);
    for (size_t i = 0; i < columns.size(); ++i) {
      AddSizes(*columns[i].data(), i + 1 == columns.size(), rows, sizes.data());
    }
    RETURN_IF_ERROR(LayOut(sizes, &keys));
    std::vector<uint32_t> cursors(keys.offsets.begin(), keys.offsets.end() - 1);
    for (size_t i = 0; i < columns.size(); ++i) {
      StoreVariableParts(*columns[i].data(), i + 1 == columns.size(), rows, keys.bytes.data(),
                         cursors.data());
    }
  }
  FinishKeys(&keys);
  return keys;
}

absl::StatusOr<EncodedKeys> KeyCodec::EncodeBatch(const RecordBatch& batch) const {
  std::vector<Column> columns;
  columns.reserve(columns_.size());
  for (const size_t index : columns_) columns.push_back(batch.column(index));
  return EncodeColumns(columns);
}

}  // namespace ashlar::columnar
