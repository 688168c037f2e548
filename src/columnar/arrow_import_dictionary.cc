// Dictionary arrays of other producers, brought under Ashlar's rule or decoded.
//
// Owns: codes of any width and sign, and nulls among the values. The rule (column.h): unsigned
// codes of at most 32 bits, 0 where null; values that ascend, distinct and without null. Signed
// codes that pass the check are not negative, and then their bytes are those of unsigned ones.
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/strings.h"
#include "src/columnar/arrow_import_parts.h"
#include "src/columnar/canonical.h"
#include "src/columnar/column_data.h"
#include "src/columnar/dictionary.h"
#include "src/columnar/dictionary_build.h"
#include "src/columnar/validity.h"

namespace ashlar::columnar {
namespace {

constexpr uint64_t kNoCode = UINT64_MAX;

// Codes as the producer has them.
class ForeignCodes {
 public:
  ForeignCodes(const ColumnData& head, PinnedBytes bytes, const ArrowNode& node)
      : head_(head), bytes_(std::move(bytes)), node_(node) {}

  [[nodiscard]] bool IsNull(int64_t row) const { return IsMarkedNull(head_, head_.offset + row); }

  // Negative ones become numbers beyond every dictionary.
  template <typename Code>
  [[nodiscard]] uint64_t Load(int64_t row) const {
    const int64_t at = (head_.offset + row) * static_cast<int64_t>(sizeof(Code));
    const Code code = base::LoadLittle<Code>(bytes_.data() + at);
    if constexpr (std::is_signed_v<Code>) {
      if (code < 0) return kNoCode;
    }
    return static_cast<uint64_t>(code);
  }

  // Calls fn(a value of the codes' type).
  template <typename Fn>
  auto WithType(Fn&& fn) const {
    switch (node_.code_width) {
      case 1:
        return node_.signed_codes ? fn(int8_t{}) : fn(uint8_t{});
      case 2:
        return node_.signed_codes ? fn(int16_t{}) : fn(uint16_t{});
      case 4:
        return node_.signed_codes ? fn(int32_t{}) : fn(uint32_t{});
      default:
        return node_.signed_codes ? fn(int64_t{}) : fn(uint64_t{});
    }
  }

 private:
  const ColumnData& head_;
  PinnedBytes bytes_;
  const ArrowNode& node_;
};

// Whether every code is in the dictionary, and every null's is 0.
absl::StatusOr<bool> CheckCodes(const ForeignCodes& codes, const ColumnData& head,
                                const ColumnData& values, const ArrowNode& node) {
  return codes.WithType([&](auto type) -> absl::StatusOr<bool> {
    bool nulls_are_zero = true;
    for (int64_t row = 0; row < head.length; ++row) {
      const uint64_t code = codes.Load<decltype(type)>(row);
      if (codes.IsNull(row)) {
        nulls_are_zero &= code == 0;
      } else if (code >= static_cast<uint64_t>(values.length)) {
        return BadArrow(node, base::StrCat("row ", row, ": a code beyond the dictionary of ",
                                           values.length, " values"));
      }
    }
    return nulls_are_zero;
  });
}

// 32-bit codes from row 0 on; rows whose value is null become null themselves.
void RewriteCodes(const ForeignCodes& codes, const ColumnData& values, ColumnData* data) {
  BufferBuilder bytes;
  BufferBuilder valid;
  bytes.Resize(static_cast<size_t>(data->length) * sizeof(uint32_t));
  valid.Resize(static_cast<size_t>(BitmapBytes(data->length)));
  data->null_count = 0;
  codes.WithType([&](auto type) {
    for (int64_t row = 0; row < data->length; ++row) {
      const uint64_t code = codes.IsNull(row) ? kNoCode : codes.Load<decltype(type)>(row);
      if (code == kNoCode || IsMarkedNull(values, values.offset + static_cast<int64_t>(code))) {
        ++data->null_count;
        continue;
      }
      SetBit(valid.data(), row);
      base::StoreLittle<uint32_t>(bytes.data() + row * static_cast<int64_t>(sizeof(uint32_t)),
                                  static_cast<uint32_t>(code));
    }
  });
  data->offset = 0;
  data->code_width = sizeof(uint32_t);
  data->values = bytes.Finish();
  data->validity = data->null_count == 0 ? PinnedBytes() : valid.Finish();
}

// Without its nulls, whose slots nobody refers to any more, and at row 0, which the comparison of
// values needs.
absl::StatusOr<std::shared_ptr<const ColumnData>> BareValues(ColumnData values) {
  values.validity = {};
  values.null_count = 0;
  Column column(std::make_shared<const ColumnData>(std::move(values)));
  if (column.data()->offset == 0) return column.data();
  const ColumnPiece whole{&column, 0, column.length()};
  ASSIGN_OR_RETURN(const Column moved, MakeCanonical(column.type(), {&whole, 1}));
  return moved.data();
}

}  // namespace

absl::StatusOr<ColumnData> ImportCodes(const ForeignArray& from, ColumnData values) {
  ASSIGN_OR_RETURN(ColumnData data, ReadHead(from, 2, 0, from.node.type));
  if (values.length > int64_t{UINT32_MAX}) {
    return BadArrow(from.node, base::StrCat("a dictionary of ", values.length, " values"));
  }
  const uint8_t width = from.node.code_width;
  const uint64_t bytes = static_cast<uint64_t>(data.offset + data.length) * width;
  ASSIGN_OR_RETURN(data.values, ShareBuffer(from, 1, 0, bytes));
  data.encoding = Encoding::kDictionary;
  data.code_width = width;
  const ColumnData head = data;
  const ForeignCodes codes(head, head.values, from.node);
  ASSIGN_OR_RETURN(const bool nulls_are_zero, CheckCodes(codes, head, values, from.node));
  if (!nulls_are_zero || values.null_count != 0 || width == sizeof(uint64_t)) {
    RewriteCodes(codes, values, &data);
  }
  ASSIGN_OR_RETURN(data.dictionary, BareValues(std::move(values)));
  if (CanHaveDictionary(data.type) && IsSortedAndDistinct(*data.dictionary)) return data;
  ASSIGN_OR_RETURN(const Column plain,
                   DecodeToPlain(Column(std::make_shared<const ColumnData>(std::move(data)))));
  return *plain.data();
}

}  // namespace ashlar::columnar
