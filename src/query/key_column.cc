// The three ways from rows to numbers; see the header.
#include "src/query/key_column.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/columnar/bitmap.h"

namespace ashlar::query {

KeyColumn::KeyColumn(BoundPtr key, BackEnd back_end, MemoryMeter* meter)
    : key_(std::move(key)), back_end_(back_end), values_(key_->type, meter), code_numbers_(meter) {}

absl::Status KeyColumn::BeginMorsel(Morsel& morsel) {
  morsel_ = &morsel;
  way_ = Way::kUndecided;
  return absl::OkStatus();
}

void KeyColumn::EndMorsel() {
  morsel_ = nullptr;
  column_ = Column();
  dictionary_ = Column();
  way_ = Way::kUndecided;
}

absl::Status KeyColumn::Number(SelectedRows& rows, RowNumbers* numbers) {
  RETURN_IF_ERROR(values_.Reserve(rows.count() + 1));
  if (way_ == Way::kUndecided) RETURN_IF_ERROR(Decide());
  if (way_ == Way::kEvaluate) return Evaluate(rows, numbers);
  if (way_ == Way::kConstant) {
    numbers->SetConstant(constant_number_);
    return absl::OkStatus();
  }
  numbers->constant = false;
  const uint8_t width = column_.data()->code_width;
  if (width == 1) NumberCodes<uint8_t>(rows, numbers);
  if (width == 2) NumberCodes<uint16_t>(rows, numbers);
  if (width == 4) NumberCodes<uint32_t>(rows, numbers);
  return values_.status();
}

absl::Status KeyColumn::Decide() {
  if (key_->op == Op::kInput) {
    ASSIGN_OR_RETURN(const Column column, morsel_->Read(key_->input));
    RETURN_IF_ERROR(DecideByEncoding(column));
    if (way_ != Way::kUndecided) return absl::OkStatus();
  }
  if (evaluator_ == nullptr) {
    evaluator_ = MakeEvaluator(key_, back_end_);
    vector_ = std::make_unique<Vector>();
  }
  way_ = Way::kEvaluate;
  return evaluator_->BeginMorsel(*morsel_);
}

absl::Status KeyColumn::DecideByEncoding(const Column& column) {
  const ColumnData& data = *column.data();
  if (column.encoding() == Encoding::kConstant) {
    constant_number_ = values_.OfRow(column, 0);
    way_ = Way::kConstant;
    return values_.status();
  }
  if (column.encoding() != Encoding::kDictionary) return absl::OkStatus();
  // A table much larger than the morsel (a short slice of a long column) would not pay.
  const int64_t values = data.dictionary->length;
  if (values > 4 * column.length() + kZoneRows) return absl::OkStatus();
  column_ = column;
  dictionary_ = Column(data.dictionary);
  code_numbers_.values.clear();
  RETURN_IF_ERROR(code_numbers_.Resize(static_cast<size_t>(values) + 1, kUnknownId));
  way_ = Way::kCodes;
  return absl::OkStatus();
}

absl::Status KeyColumn::Evaluate(SelectedRows& rows, RowNumbers* numbers) {
  RETURN_IF_ERROR(evaluator_->Evaluate(rows.zone(), rows.selection(), vector_.get()));
  values_.OfVector(*vector_, rows, numbers);
  return values_.status();
}

template <typename Code>
void KeyColumn::NumberCodes(SelectedRows& rows, RowNumbers* numbers) {
  const ColumnData& data = *column_.data();
  const int64_t first = data.offset + rows.zone().first_row;
  const std::byte* const codes = data.values.data() + first * static_cast<int64_t>(sizeof(Code));
  const auto code_at = [codes](int64_t row) {
    return uint32_t{base::LoadLittle<Code>(codes + row * static_cast<int64_t>(sizeof(Code)))};
  };
  if (data.validity.empty()) return LookUp(rows, code_at, numbers);
  const std::byte* const valid = data.validity.data();
  const auto null_code = static_cast<uint32_t>(dictionary_.length());
  LookUp(
      rows,
      [=](int64_t row) { return columnar::GetBit(valid, first + row) ? code_at(row) : null_code; },
      numbers);
}

// Most zones bring no new code: one tight loop, then a look at whether it missed something.
template <typename CodeAt>
void KeyColumn::LookUp(SelectedRows& rows, CodeAt code_at, RowNumbers* numbers) {
  uint32_t* const table = code_numbers_.values.data();
  uint32_t* const ids = numbers->ids.data();
  uint32_t any = 0;
  rows.ForEach([&](size_t i, int64_t row) {
    const uint32_t id = table[code_at(row)];
    ids[i] = id;
    any |= id;
  });
  if (any < kMostIds) return;
  rows.ForEach([&](size_t i, int64_t row) {
    if (ids[i] != kUnknownId) return;
    const uint32_t code = code_at(row);
    if (table[code] == kUnknownId) {
      table[code] =
          code == dictionary_.length() ? values_.OfNull() : values_.OfRow(dictionary_, code);
    }
    ids[i] = table[code];
  });
}

}  // namespace ashlar::query
