// Other forms of equal columns: dictionaries, and garbage where nulls are.
#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "src/base/bytes.h"
#include "src/columnar/column_data.h"
#include "tests/columnar/column_generator.h"

namespace ashlar::columnar {
namespace {

PinnedBytes Own(std::string bytes) {
  const auto owner = std::make_shared<const std::string>(std::move(bytes));
  return {owner, base::AsBytes(*owner)};
}

std::string ValueBytes(const ColumnData& leaf, int64_t row) {
  if (leaf.type.is_variable_size()) return std::string(LoadVariableBytes(leaf, row));
  return std::string(LoadFixedBytes(leaf, row, leaf.type.byte_width()));
}

Column LeafOf(const DataType& type, const std::vector<std::string>& values) {
  if (type.is_variable_size()) {
    ColumnBuilder builder(type);
    for (const std::string& value : values) ASHLAR_CHECK_OK(builder.AppendBytes(value));
    return builder.Finish();
  }
  std::string bytes;
  for (const std::string& value : values) bytes += value;
  return Column::FromFixedWidthBytes(type, base::AsBytes(bytes));
}

// In order of first appearance: the order of a dictionary must not matter.
std::shared_ptr<ColumnData> DictionaryLeaf(const ColumnData& leaf, uint8_t code_width) {
  std::map<std::string, uint32_t> codes;
  std::vector<std::string> values;
  std::string rows;
  for (int64_t row = 0; row < leaf.length; ++row) {
    uint32_t code = 0;
    if (leaf.validity.empty() || GetBit(leaf.validity.data(), row)) {
      const auto [it, added] =
          codes.try_emplace(ValueBytes(leaf, row), static_cast<uint32_t>(values.size()));
      if (added) values.push_back(it->first);
      code = it->second;
    }
    rows.append(reinterpret_cast<const char*>(&code), code_width);
  }
  auto data = std::make_shared<ColumnData>(leaf);
  data->encoding = Encoding::kDictionary;
  data->code_width = code_width;
  data->offsets = {};
  data->values = Own(std::move(rows));
  data->dictionary = LeafOf(leaf.type, values).data();
  return data;
}

std::shared_ptr<const ColumnData> Encode(const ColumnData& node, base::Random& random) {
  auto data = std::make_shared<ColumnData>(node);
  if (node.type.fields().empty()) {
    const uint8_t widths[] = {2, 4};
    if (node.type.id() != TypeId::kBool) data = DictionaryLeaf(node, widths[random.Uniform(2)]);
    return data;
  }
  for (auto& child : data->children) child = Encode(*child, random);
  return data;
}

bool IsNullRow(const ColumnData& node, int64_t row) {
  return !node.validity.empty() && !GetBit(node.validity.data(), row);
}

std::string RandomBytes(size_t size, base::Random& random) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random.Next64());
  return bytes;
}

void GarbleFixed(ColumnData* data, base::Random& random) {
  std::string bytes(data->values.view());
  const auto width = static_cast<size_t>(data->type.byte_width());
  for (int64_t row = 0; row < data->length; ++row) {
    if (!IsNullRow(*data, row)) continue;
    if (data->type.id() == TypeId::kBool) {
      SetBit(reinterpret_cast<std::byte*>(bytes.data()), row);
    } else {
      bytes.replace(static_cast<size_t>(row) * width, width, RandomBytes(width, random));
    }
  }
  data->values = Own(std::move(bytes));
}

// Strings and lists: null rows get an extra byte or element.
void GarbleVariable(ColumnData* data, base::Random& random) {
  const bool is_list = data->type.id() == TypeId::kList;
  const Column elements = is_list ? Column(data->children[0]) : Column();
  const Column extra =
      is_list ? RandomColumn(data->type.fields()[0].type, 1, true, 5, random) : Column();
  std::vector<ColumnPiece> pieces;
  std::string bytes;
  std::string offsets(sizeof(int32_t), '\0');
  int32_t end = 0;
  for (int64_t row = 0; row < data->length; ++row) {
    const int32_t from = LoadOffset(*data, row);
    int32_t size = LoadOffset(*data, row + 1) - from;
    if (is_list) pieces.push_back({&elements, from, size});
    if (!is_list) bytes += LoadVariableBytes(*data, row);
    if (IsNullRow(*data, row)) {
      ++size;
      if (is_list) pieces.push_back(Whole(extra));
      if (!is_list) bytes += '?';
    }
    end += size;
    offsets.append(reinterpret_cast<const char*>(&end), sizeof(end));
  }
  data->offsets = Own(std::move(offsets));
  if (!is_list) data->values = Own(std::move(bytes));
  if (is_list) data->children[0] = MakeCanonical(elements.type(), pieces)->data();
}

std::shared_ptr<const ColumnData> Garble(const ColumnData& node, base::Random& random) {
  auto data = std::make_shared<ColumnData>(node);
  if (node.type.is_variable_size() || node.type.id() == TypeId::kList) {
    GarbleVariable(data.get(), random);
  } else if (node.type.fields().empty()) {
    GarbleFixed(data.get(), random);
  } else {
    // Below a null struct or vector: any values at all, and not null.
    const int64_t per_row = node.type.id() == TypeId::kStruct ? 1 : node.type.width();
    for (auto& child : data->children) {
      const Column from(child);
      const Column extra = RandomColumn(child->type, per_row, false, 5, random);
      std::vector<ColumnPiece> pieces;
      for (int64_t row = 0; row < node.length; ++row) {
        pieces.push_back(IsNullRow(node, row) ? Whole(extra)
                                              : ColumnPiece{&from, row * per_row, per_row});
      }
      child = MakeCanonical(child->type, pieces)->data();
    }
  }
  for (auto& child : data->children) child = Garble(*child, random);
  return data;
}

}  // namespace

Column WithDictionaries(const Column& column, base::Random& random) {
  return Column(Encode(*column.data(), random));
}

Column WithGarbageInNulls(const Column& column, base::Random& random) {
  return Column(Garble(*column.data(), random));
}

}  // namespace ashlar::columnar
