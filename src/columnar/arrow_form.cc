// Choosing forms and making columns fit them. New code buffers begin at row 0, and with them the
// copy of the bitmap: an eighth of a byte a row beside codes that are made anyway.
#include "src/columnar/arrow_form.h"

#include <cstddef>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/column_data.h"
#include "src/columnar/dictionary.h"
#include "src/columnar/validity.h"

namespace ashlar::columnar {
namespace {

using DataPointer = std::shared_ptr<const ColumnData>;

constexpr uint8_t kStreamCodeWidth = 4;

template <typename WidthOfLeaf>
ArrowForm FormOf(const ColumnData& data, const WidthOfLeaf& width_of_leaf) {
  ArrowForm form;
  if (data.children.empty()) form.code_width = width_of_leaf(data);
  for (const DataPointer& child : data.children) {
    form.children.push_back(FormOf(*child, width_of_leaf));
  }
  return form;
}

// The rows of `data`, with codes and dictionary still missing.
ColumnData DictionaryOver(const ColumnData& data, uint8_t code_width) {
  ColumnData fitted;
  fitted.type = data.type;
  fitted.encoding = Encoding::kDictionary;
  fitted.code_width = code_width;
  fitted.length = data.length;
  fitted.null_count = data.null_count;
  fitted.validity = ValidityFromZero(data);
  return fitted;
}

// Calls code_of(row) for each row.
template <typename Code, typename CodeOf>
PinnedBytes MakeCodes(int64_t rows, const CodeOf& code_of) {
  BufferBuilder codes;
  codes.ResizeUninitialized(static_cast<size_t>(rows) * sizeof(Code));
  for (int64_t row = 0; row < rows; ++row) {
    base::StoreLittle<Code>(codes.data() + row * static_cast<int64_t>(sizeof(Code)),
                            static_cast<Code>(code_of(row)));
  }
  return codes.Finish();
}

ColumnData WidenCodes(const ColumnData& data) {
  ColumnData fitted = DictionaryOver(data, kStreamCodeWidth);
  fitted.dictionary = data.dictionary;
  fitted.values = MakeCodes<uint32_t>(
      data.length, [&data](int64_t row) { return LoadCode(data, data.offset + row); });
  return fitted;
}

ColumnData RepeatConstant(const ColumnData& data, uint8_t code_width) {
  ColumnData fitted = DictionaryOver(data, code_width);
  fitted.dictionary = data.dictionary;
  BufferBuilder codes;
  codes.Resize(static_cast<size_t>(data.length) * code_width);
  fitted.values = codes.Finish();
  if (IsNullConstant(data)) {
    BufferBuilder no_bits;
    no_bits.Resize(static_cast<size_t>(BitmapBytes(data.length)));
    fitted.validity = no_bits.Finish();
  }
  return fitted;
}

// The values of null rows are in the dictionary, too, but no code of a row that counts means them.
absl::StatusOr<ColumnData> NumberOwnValues(const ColumnData& data) {
  if (data.length > int64_t{UINT32_MAX}) {
    return absl::ResourceExhaustedError(
        base::StrCat("a batch of ", data.length, " rows has more than 32-bit codes can tell"));
  }
  ColumnData fitted = DictionaryOver(data, kStreamCodeWidth);
  auto dictionary = std::make_shared<ColumnData>(data);
  dictionary->validity = {};
  dictionary->null_count = 0;
  fitted.dictionary = std::move(dictionary);
  fitted.values = MakeCodes<uint32_t>(data.length, [](int64_t row) { return row; });
  return fitted;
}

absl::StatusOr<ColumnData> FitLeaf(const ColumnData& data, uint8_t code_width) {
  switch (data.encoding) {
    case Encoding::kPlain:
      ASHLAR_CHECK(code_width == kStreamCodeWidth);
      return NumberOwnValues(data);
    case Encoding::kConstant:
      return RepeatConstant(data, code_width);
    case Encoding::kDictionary:
      ASHLAR_CHECK(code_width == kStreamCodeWidth);
      return WidenCodes(data);
  }
  ASHLAR_CHECK(false && "a column of no encoding");
  return data;
}

// A child is fitted as a whole, for the parent's rows refer to it by number.
absl::StatusOr<DataPointer> FitChildren(DataPointer data, const ArrowForm& form) {
  std::shared_ptr<ColumnData> changed;
  for (size_t i = 0; i < data->children.size(); ++i) {
    ASSIGN_OR_RETURN(DataPointer child, FitToForm(data->children[i], form.children[i]));
    if (child == data->children[i]) continue;
    if (changed == nullptr) changed = std::make_shared<ColumnData>(*data);
    changed->children[i] = std::move(child);
  }
  if (changed == nullptr) return data;
  return DataPointer(std::move(changed));
}

}  // namespace

ArrowForm PlainForm(const DataType& type) {
  ArrowForm form;
  for (const Field& field : type.fields()) form.children.push_back(PlainForm(field.type));
  return form;
}

ArrowForm FormOfColumn(const ColumnData& data) {
  return FormOf(data, [](const ColumnData& leaf) -> uint8_t {
    if (leaf.encoding == Encoding::kDictionary) return leaf.code_width;
    const bool narrow = !leaf.type.is_variable_size() && leaf.type.byte_width() <= 1;
    return leaf.encoding == Encoding::kConstant && !narrow ? 1 : 0;
  });
}

ArrowForm FormOfStream(const ColumnData& first) {
  return FormOf(first, [](const ColumnData& leaf) -> uint8_t {
    // A constant says little about what follows: numbers are cheap to repeat, texts are not.
    const bool constant_text = leaf.encoding == Encoding::kConstant && leaf.type.is_variable_size();
    return leaf.encoding == Encoding::kDictionary || constant_text ? kStreamCodeWidth : 0;
  });
}

absl::StatusOr<DataPointer> FitToForm(DataPointer data, const ArrowForm& form) {
  if (!data->children.empty()) return FitChildren(std::move(data), form);
  if (form.code_width == 0) {
    ASSIGN_OR_RETURN(const Column plain, DecodeToPlain(Column(std::move(data))));
    return plain.data();
  }
  if (data->encoding == Encoding::kDictionary && data->code_width == form.code_width) return data;
  ASSIGN_OR_RETURN(ColumnData fitted, FitLeaf(*data, form.code_width));
  return std::make_shared<const ColumnData>(std::move(fitted));
}

}  // namespace ashlar::columnar
