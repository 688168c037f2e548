// Keys row by row; see the header.
#include "src/columnar/row_key_reader.h"

#include <cstring>
#include <utility>

#include "src/base/check.h"
#include "src/columnar/column_data.h"
#include "src/columnar/key_bytes.h"

namespace ashlar::columnar {
namespace {

// The plain leaf and the physical row in it that hold the value of a row.
struct Place {
  const ColumnData* leaf;
  int64_t row;
};

Place PlaceOf(const ColumnData& data, int64_t row) {
  if (data.encoding == Encoding::kPlain) return {&data, data.offset + row};
  const ColumnData& leaf = *data.dictionary;
  if (data.encoding == Encoding::kConstant) return {&leaf, leaf.offset};
  return {&leaf, leaf.offset + LoadCode(data, data.offset + row)};
}

std::string_view BytesAt(const Place& place) {
  return place.leaf->type.is_variable_size()
             ? LoadVariableBytes(*place.leaf, place.row)
             : LoadFixedBytes(*place.leaf, place.row, place.leaf->type.width());
}

// Integers of any width as one that has the order of the type.
uint64_t OrderedInteger(const Place& place) {
  return WithKeyInteger(place.leaf->type.id(), [&place](auto type) -> uint64_t {
    using T = decltype(type);
    char encoded[sizeof(T)];
    StoreKeyInteger<T>(encoded, LoadValue<T>(*place.leaf, place.row));
    return LoadKeyInteger<std::make_unsigned_t<T>>(encoded);
  });
}

// An encoded integer key of `width` bytes; other lengths are no key of the type.
uint64_t LoadOrdered(std::string_view key) {
  if (key.size() == sizeof(uint64_t)) return LoadKeyInteger<uint64_t>(key.data());
  uint64_t value = 0;
  for (const char byte : key) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

void AppendValue(const Place& place, bool last, std::string* encoded) {
  if (IsKeyInteger(place.leaf->type)) {
    WithKeyInteger(place.leaf->type.id(), [&](auto type) {
      using T = decltype(type);
      const size_t at = encoded->size();
      encoded->resize(at + sizeof(T));
      StoreKeyInteger<T>(encoded->data() + at, LoadValue<T>(*place.leaf, place.row));
    });
    return;
  }
  const std::string_view value = BytesAt(place);
  if (last || !place.leaf->type.is_variable_size()) {
    encoded->append(value);
    return;
  }
  const size_t at = encoded->size();
  encoded->resize(at + EscapedBytes(value));
  StoreEscaped(encoded->data() + at, value);
}

}  // namespace

RowKeyReader::RowKeyReader(std::vector<Column> columns) : columns_(std::move(columns)) {
  ASHLAR_CHECK(!columns_.empty());
  for (const Column& column : columns_) {
    ASHLAR_CHECK(column.length() == columns_[0].length() && column.null_count() == 0);
  }
  rows_ = columns_[0].length();
  if (columns_.size() > 1) return;
  const ColumnData& data = *columns_[0].data();
  shape_ = IsKeyInteger(data.type) ? Shape::kInteger : Shape::kBytes;
  if (data.encoding != Encoding::kPlain || rows_ == 0 || data.type.is_variable_size()) return;
  width_ = static_cast<size_t>(data.type.byte_width());
  if (shape_ == Shape::kInteger && width_ != sizeof(uint64_t)) return;
  if (data.type.is_signed_integer()) flip_ = uint64_t{1} << 63;
  plain_ = data.values.data() + data.offset * data.type.byte_width();
}

std::strong_ordering RowKeyReader::Compare(int64_t row, std::string_view key) const {
  ASHLAR_CHECK(row >= 0 && row < rows());
  if (shape_ == Shape::kInteger) {
    const Place place = PlaceOf(*columns_[0].data(), row);
    ASHLAR_CHECK(key.size() == static_cast<size_t>(place.leaf->type.byte_width()));
    return OrderedInteger(place) <=> LoadOrdered(key);
  }
  if (shape_ == Shape::kBytes) {
    return BytesAt(PlaceOf(*columns_[0].data(), row)).compare(key) <=> 0;
  }
  // Kept from call to call: a search compares a dozen rows.
  thread_local std::string encoded;
  encoded.clear();
  Append(row, &encoded);
  return std::string_view(encoded).compare(key) <=> 0;
}

void RowKeyReader::Append(int64_t row, std::string* encoded) const {
  ASHLAR_CHECK(row >= 0 && row < rows());
  for (size_t i = 0; i < columns_.size(); ++i) {
    AppendValue(PlaceOf(*columns_[i].data(), row), i + 1 == columns_.size(), encoded);
  }
}

void RowKeyReader::PrefetchAll(int64_t row) const {
  for (const Column& column : columns_) PrefetchValue(*column.data(), row);
}

}  // namespace ashlar::columnar
