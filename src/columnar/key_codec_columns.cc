// Keys of whole columns, part by part in loops over all rows, whatever the columns' encoding.
//
// Dictionaries and constants are read through their codes: a row's value is that of one row of a
// plain leaf. Keys of fixed width are written in place; others after a pass that adds up sizes.
#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
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

// Of the few columns of a key, without an allocation.
using ColumnPointers = absl::InlinedVector<const Column*, 4>;

// The bytes of each key, and of all of them.
absl::StatusOr<uint64_t> AddUp(std::span<const Column* const> columns, size_t rows,
                               absl::InlinedVector<uint64_t, 8>* sizes) {
  sizes->assign(rows, 0);
  for (size_t i = 0; i < columns.size(); ++i) {
    AddSizes(*columns[i]->data(), i + 1 == columns.size(), rows, sizes->data());
  }
  uint64_t total = 0;
  for (size_t row = 0; row < rows; ++row) {
    const uint64_t size = (*sizes)[row];
    if (size > base::kMaxKeyBytes) {
      return absl::InvalidArgumentError(base::StrCat("the key of row ", row, " has ", size,
                                                     " bytes; ", base::kMaxKeyBytes, " at most"));
    }
    total += size;
  }
  if (total <= base::kMaxBufferBytes) return total;
  return absl::InvalidArgumentError("the keys exceed 2 GiB: encode fewer rows at once");
}

}  // namespace

absl::Status KeyCodec::CheckColumns(std::span<const Column* const> columns) const {
  ASHLAR_CHECK(columns.size() == fields_.size());
  const int64_t length = columns.front()->length();
  for (size_t i = 0; i < columns.size(); ++i) {
    RETURN_IF_ERROR(CheckColumn(fields_[i], *columns[i], length));
  }
  if (width_ == 0 || static_cast<uint64_t>(length) <= base::kMaxBufferBytes / width_) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("the keys exceed 2 GiB: encode fewer rows at once");
}

absl::Status KeyCodec::EncodeInto(std::span<const Column* const> columns, EncodedKeys* keys) const {
  RETURN_IF_ERROR(CheckColumns(columns));
  const auto rows = static_cast<size_t>(columns.front()->length());
  Shape(rows, keys);
  if (width_ != 0) {
    keys->bytes.resize(rows * width_);
    char* to = keys->bytes.data();
    for (const Column* const column : columns) {
      StoreFixedParts(*column->data(), rows, [&](size_t i) { return to + i * width_; });
      to += column->type().byte_width();
    }
  } else {
    absl::InlinedVector<uint64_t, 8> sizes;
    ASSIGN_OR_RETURN(const uint64_t total, AddUp(columns, rows, &sizes));
    keys->bytes.resize(total);
    absl::InlinedVector<uint32_t, 8> cursors(rows);
    for (size_t row = 0; row < rows; ++row) {
      cursors[row] = keys->offsets[row];
      keys->offsets[row + 1] = cursors[row] + static_cast<uint32_t>(sizes[row]);
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      StoreVariableParts(*columns[i]->data(), i + 1 == columns.size(), rows, keys->bytes.data(),
                         cursors.data());
    }
  }
  FinishKeys(keys);
  return absl::OkStatus();
}

absl::StatusOr<EncodedKeys> KeyCodec::EncodeColumns(std::span<const Column> columns) const {
  ColumnPointers pointers;
  for (const Column& column : columns) pointers.push_back(&column);
  EncodedKeys keys;
  RETURN_IF_ERROR(EncodeInto(pointers, &keys));
  return keys;
}

absl::Status KeyCodec::EncodeBatch(const RecordBatch& batch, EncodedKeys* keys) const {
  ColumnPointers pointers;
  for (const size_t index : columns_) pointers.push_back(&batch.column(index));
  return EncodeInto(pointers, keys);
}

absl::StatusOr<EncodedKeys> KeyCodec::EncodeBatch(const RecordBatch& batch) const {
  EncodedKeys keys;
  RETURN_IF_ERROR(EncodeBatch(batch, &keys));
  return keys;
}

absl::Status KeyCodec::CheckBatch(const RecordBatch& batch) const {
  ColumnPointers pointers;
  for (const size_t index : columns_) pointers.push_back(&batch.column(index));
  RETURN_IF_ERROR(CheckColumns(pointers));
  if (width_ != 0) return absl::OkStatus();
  absl::InlinedVector<uint64_t, 8> sizes;
  return AddUp(pointers, static_cast<size_t>(batch.rows()), &sizes).status();
}

}  // namespace ashlar::columnar
