// From an ArrowArray to a column, node by node.
//
// Owns: which buffers a layout has. Shared buffers get the sizes that lengths and last offsets
// demand, so that Column::Validate(), which closes the import, can find everything else.
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/arrow_import.h"
#include "src/columnar/arrow_import_parts.h"
#include "src/columnar/column_data.h"
#include "src/columnar/dictionary.h"
#include "src/columnar/validity.h"

namespace ashlar::columnar {
namespace {

absl::StatusOr<ColumnData> ImportData(const ForeignArray& from);

absl::Status ImportFixed(const ForeignArray& from, ColumnData* data) {
  const auto rows = static_cast<uint64_t>(data->offset + data->length);
  const uint64_t bytes = data->type.id() == TypeId::kBool
                             ? static_cast<uint64_t>(BitmapBytes(data->offset + data->length))
                             : rows * static_cast<uint64_t>(data->type.byte_width());
  ASSIGN_OR_RETURN(data->values, ShareBuffer(from, 1, 0, bytes));
  return absl::OkStatus();
}

absl::Status ImportVariable(const ForeignArray& from, ColumnData* data) {
  int64_t begin = 0;
  int64_t end = 0;
  RETURN_IF_ERROR(ImportOffsets(from, data, &begin, &end));
  ASSIGN_OR_RETURN(data->values, ShareBuffer(from, 2, static_cast<uint64_t>(begin),
                                             static_cast<uint64_t>(end - begin)));
  return absl::OkStatus();
}

absl::StatusOr<ColumnData> ImportChild(const ForeignArray& from, size_t index) {
  const ArrowArray* child = from.array.children[index];
  if (child == nullptr) return BadArrow(from.node.children[index], "a missing ArrowArray");
  return ImportData({from.node.children[index], *child, from.owner});
}

absl::Status AdoptChild(ColumnData child, ColumnData* data) {
  data->children.push_back(std::make_shared<const ColumnData>(std::move(child)));
  return absl::OkStatus();
}

absl::Status ImportList(const ForeignArray& from, ColumnData* data) {
  ASSIGN_OR_RETURN(ColumnData child, ImportChild(from, 0));
  int64_t begin = 0;
  int64_t end = 0;
  RETURN_IF_ERROR(ImportOffsets(from, data, &begin, &end));
  if (end > child.length) {
    return BadArrow(from.node, base::StrCat("an offset of ", end, " beyond ", child.length));
  }
  if (from.node.large_offsets) child = SliceData(child, begin, end - begin);
  return AdoptChild(std::move(child), data);
}

absl::Status ImportStruct(const ForeignArray& from, ColumnData* data) {
  for (size_t i = 0; i < from.node.children.size(); ++i) {
    ASSIGN_OR_RETURN(ColumnData child, ImportChild(from, i));
    RETURN_IF_ERROR(AdoptChild(std::move(child), data));
  }
  return absl::OkStatus();
}

// A vector's elements are never null, though Arrow may say they are below a null vector.
absl::Status ImportVector(const ForeignArray& from, ColumnData* data) {
  ASSIGN_OR_RETURN(ColumnData child, ImportChild(from, 0));
  const int64_t width = data->type.width();
  const int64_t rows = data->offset + data->length;
  if (rows > child.length / width) {
    return BadArrow(from.node, base::StrCat("a child of ", child.length, " rows for ", rows,
                                            " vectors of ", width));
  }
  if (child.encoding != Encoding::kPlain) {
    ASSIGN_OR_RETURN(const Column plain,
                     DecodeToPlain(Column(std::make_shared<const ColumnData>(std::move(child)))));
    child = *plain.data();
  }
  for (int64_t row = data->offset; row < rows && !child.validity.empty(); ++row) {
    if (IsMarkedNull(*data, row)) continue;
    const int64_t first = child.offset + row * width;
    if (CountSetBits(child.validity.data(), first, width) == width) continue;
    return BadArrow(from.node, base::StrCat("vector ", row - data->offset, " holds a null"));
  }
  child.validity = {};
  child.null_count = 0;
  return AdoptChild(std::move(child), data);
}

int64_t BuffersOf(ArrowLayout layout) {
  switch (layout) {
    case ArrowLayout::kVariable:
      return 3;
    case ArrowLayout::kVector:
    case ArrowLayout::kStruct:
      return 1;
    default:
      return 2;
  }
}

absl::StatusOr<ColumnData> ImportPlain(const ForeignArray& from) {
  ASSIGN_OR_RETURN(ColumnData data,
                   ReadHead(from, BuffersOf(from.node.layout),
                            static_cast<int64_t>(from.node.children.size()), from.node.type));
  switch (from.node.layout) {
    case ArrowLayout::kFixed:
      RETURN_IF_ERROR(ImportFixed(from, &data));
      break;
    case ArrowLayout::kVariable:
      RETURN_IF_ERROR(ImportVariable(from, &data));
      break;
    case ArrowLayout::kTime:
      RETURN_IF_ERROR(ImportTimes(from, &data));
      break;
    case ArrowLayout::kList:
      RETURN_IF_ERROR(ImportList(from, &data));
      break;
    case ArrowLayout::kVector:
      RETURN_IF_ERROR(ImportVector(from, &data));
      break;
    case ArrowLayout::kStruct:
      RETURN_IF_ERROR(ImportStruct(from, &data));
      break;
  }
  return data;
}

absl::Status Validate(const ArrowNode& node, const Column& column) {
  const absl::Status valid = column.Validate();
  return valid.ok() ? valid : BadArrow(node, std::string(valid.message()));
}

absl::StatusOr<ColumnData> ImportData(const ForeignArray& from) {
  const ArrowArray* dictionary = from.array.dictionary;
  if ((dictionary != nullptr) != (from.node.code_width != 0)) {
    return BadArrow(from.node, "a dictionary where the schema has none, or none where it has one");
  }
  if (dictionary == nullptr) return ImportPlain(from);
  ASSIGN_OR_RETURN(ColumnData values, ImportPlain({from.node, *dictionary, from.owner}));
  RETURN_IF_ERROR(Validate(from.node, Column(std::make_shared<const ColumnData>(values))));
  return ImportCodes(from, std::move(values));
}

}  // namespace

absl::StatusOr<Column> ImportColumn(const ArrowNode& node, const ArrowArray& array,
                                    const std::shared_ptr<const void>& owner) {
  ASSIGN_OR_RETURN(ColumnData data, ImportData({node, array, owner}));
  Column column(std::make_shared<const ColumnData>(std::move(data)));
  RETURN_IF_ERROR(Validate(node, column));
  return column;
}

}  // namespace ashlar::columnar
