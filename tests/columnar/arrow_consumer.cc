// The consumer, written after the specification and not after the producer.
#include "tests/columnar/arrow_consumer.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>

#include "src/base/bytes.h"
#include "src/base/strings.h"

namespace ashlar::columnar {
namespace {

bool Bit(const void* bits, int64_t index) {
  return ((static_cast<const uint8_t*>(bits)[index / 8] >> (index % 8)) & 1) != 0;
}

template <typename T>
T Load(const void* buffer, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + index * static_cast<int64_t>(sizeof(T)),
              sizeof(T));
  return value;
}

std::string Hex(const void* bytes, int64_t size) {
  return base::HexEncode({static_cast<const std::byte*>(bytes), static_cast<size_t>(size)});
}

// 0 for what has no values of fixed width.
int64_t WidthOf(std::string_view format) {
  static const auto* const kWidths = new std::map<std::string_view, int64_t>{
      {"c", 1}, {"C", 1}, {"s", 2}, {"S", 2}, {"i", 4},   {"I", 4},
      {"l", 8}, {"L", 8}, {"f", 4}, {"g", 8}, {"tdD", 4}, {"tsu:UTC", 8}};
  if (format.starts_with("w:")) return std::atoll(format.data() + 2);
  const auto found = kWidths->find(format);
  return found == kWidths->end() ? 0 : found->second;
}

int64_t CodeAt(std::string_view format, const void* codes, int64_t index) {
  if (format == "C") return Load<uint8_t>(codes, index);
  if (format == "S") return Load<uint16_t>(codes, index);
  return Load<uint32_t>(codes, index);
}

std::string ElementsText(const ArrowSchema& schema, const ArrowArray& array, int64_t begin,
                         int64_t end) {
  std::string text = "[";
  for (int64_t i = begin; i < end; ++i) text += ArrowText(schema, array, i) + ",";
  return text + "]";
}

int64_t BuffersOf(std::string_view format) {
  if (format == "u" || format == "z") return 3;
  if (format == "+s" || format.starts_with("+w:")) return 1;
  return 2;
}

std::string FixedText(const Column& column, int64_t row) {
  const DataType& type = column.type();
  if (type.id() == TypeId::kFloat64) {
    const double value = column.GetDouble(row);
    return Hex(&value, sizeof(value));
  }
  if (type.id() == TypeId::kFloat32) {
    const auto value = static_cast<float>(column.GetDouble(row));
    return Hex(&value, sizeof(value));
  }
  if (type.is_unsigned_integer()) {
    const uint64_t value = column.GetUInt64(row);
    return Hex(&value, type.byte_width());
  }
  const int64_t value = column.GetInt64(row);
  return Hex(&value, type.byte_width());
}

}  // namespace

std::string ArrowText(const ArrowSchema& schema, const ArrowArray& array, int64_t row) {
  const int64_t index = array.offset + row;
  const std::string_view format = schema.format;
  if (array.buffers[0] != nullptr && !Bit(array.buffers[0], index)) return "null";
  if (schema.dictionary != nullptr) {
    return ArrowText(*schema.dictionary, *array.dictionary,
                     CodeAt(format, array.buffers[1], index));
  }
  if (format == "b") return Bit(array.buffers[1], index) ? "01" : "00";
  if (const int64_t width = WidthOf(format); width != 0) {
    return Hex(static_cast<const char*>(array.buffers[1]) + index * width, width);
  }
  if (format == "+s") {
    std::string text = "{";
    for (int64_t i = 0; i < array.n_children; ++i) {
      text += ArrowText(*schema.children[i], *array.children[i], index) + ",";
    }
    return text + "}";
  }
  if (format.starts_with("+w:")) {
    const int64_t width = std::atoll(format.data() + 3);
    return ElementsText(*schema.children[0], *array.children[0], index * width,
                        (index + 1) * width);
  }
  const auto begin = Load<int32_t>(array.buffers[1], index);
  const auto end = Load<int32_t>(array.buffers[1], index + 1);
  if (format == "+l") return ElementsText(*schema.children[0], *array.children[0], begin, end);
  return Hex(static_cast<const char*>(array.buffers[2]) + begin, end - begin);
}

std::string ColumnText(const Column& column, int64_t row) {
  if (column.IsNull(row)) return "null";
  const DataType& type = column.type();
  std::string text;
  switch (type.id()) {
    case TypeId::kBool:
      return column.GetBool(row) ? "01" : "00";
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary:
      return base::HexEncode(base::AsBytes(column.GetBytes(row)));
    case TypeId::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        text += ColumnText(column.child(i), row) + ",";
      }
      return "{" + text + "}";
    case TypeId::kList:
    case TypeId::kFixedSizeList: {
      const auto [begin, end] = column.GetListRange(row);
      const Column elements = column.child(0);
      for (int64_t i = begin; i < end; ++i) text += ColumnText(elements, i) + ",";
      return "[" + text + "]";
    }
    default:
      return FixedText(column, row);
  }
}

std::string FindFault(const ArrowSchema& schema, const ArrowArray& array) {
  const std::string name = schema.name;
  if (schema.release == nullptr || array.release == nullptr) return name + ": released";
  if (schema.n_children != array.n_children) return name + ": children";
  if ((schema.dictionary == nullptr) != (array.dictionary == nullptr)) return name + ": dictionary";
  if (array.n_buffers != BuffersOf(schema.format)) return name + ": buffers";
  for (int64_t i = 1; i < array.n_buffers; ++i) {
    if (array.buffers[i] == nullptr) return name + ": a null buffer";
  }
  int64_t nulls = 0;
  for (int64_t row = 0; row < array.length && array.buffers[0] != nullptr; ++row) {
    nulls += Bit(array.buffers[0], array.offset + row) ? 0 : 1;
  }
  if (array.null_count != -1 && array.null_count != nulls) return name + ": null count";
  for (int64_t i = 0; i < array.n_children; ++i) {
    std::string fault = FindFault(*schema.children[i], *array.children[i]);
    if (!fault.empty()) return name + "." + fault;
  }
  return array.dictionary == nullptr ? "" : FindFault(*schema.dictionary, *array.dictionary);
}

bool IsAligned(const ArrowArray& array) {
  bool aligned = array.dictionary == nullptr || IsAligned(*array.dictionary);
  for (int64_t i = 0; i < array.n_buffers; ++i) {
    aligned &= reinterpret_cast<uintptr_t>(array.buffers[i]) % 64 == 0;
  }
  for (int64_t i = 0; i < array.n_children; ++i) aligned &= IsAligned(*array.children[i]);
  return aligned;
}

}  // namespace ashlar::columnar
