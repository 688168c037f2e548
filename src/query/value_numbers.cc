// Numbering values of each physical kind; see the header.
#include "src/query/value_numbers.h"

#include <bit>
#include <limits>

#include "src/base/check.h"

namespace ashlar::query {

uint64_t NormalisedBits(double value) {
  if (value != value) return std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN());
  return std::bit_cast<uint64_t>(value + 0.0);  // -0.0 + 0.0 is 0.0
}

ValueNumbers::ValueNumbers(const DataType& type, MemoryMeter* meter)
    : type_(type), physical_(PhysicalOf(type)), words_(meter), bytes_(meter) {}

absl::Status ValueNumbers::Reserve(size_t more) {
  return is_bytes() ? bytes_.Reserve(more) : words_.Reserve(more);
}

uint32_t ValueNumbers::OfNull() {
  if (null_number_ == kUnknownId) {
    null_number_ = is_bytes() ? bytes_.AddUnkeyed() : words_.AddUnkeyed();
  }
  return null_number_;
}

uint32_t ValueNumbers::OfRow(const Column& column, int64_t row) {
  if (column.IsNull(row)) return OfNull();
  switch (physical_) {
    case Physical::kBool:
      return words_.FindOrAdd(column.GetBool(row) ? 1 : 0);
    case Physical::kInt64:
      return words_.FindOrAdd(static_cast<uint64_t>(column.GetInt64(row)));
    case Physical::kUInt64:
      return words_.FindOrAdd(column.GetUInt64(row));
    case Physical::kDouble:
      return words_.FindOrAdd(NormalisedBits(column.GetDouble(row)));
    default:
      return bytes_.FindOrAdd(column.GetBytes(row));
  }
}

uint64_t ValueNumbers::WordAt(const Vector& vector, int64_t row) const {
  switch (physical_) {
    case Physical::kBool:
      return vector.bits.Get(row) ? 1 : 0;
    case Physical::kInt64:
      return static_cast<uint64_t>(vector.int64[row]);
    case Physical::kUInt64:
      return vector.uint64[row];
    default:
      return NormalisedBits(vector.real[row]);
  }
}

void ValueNumbers::OfVector(const Vector& vector, SelectedRows& rows, RowNumbers* numbers) {
  ASHLAR_CHECK(vector.physical == physical_);
  if (vector.constant) {
    if (vector.IsNull(0)) return numbers->SetConstant(OfNull());
    numbers->SetConstant(is_bytes() ? bytes_.FindOrAdd(vector.bytes[0])
                                    : words_.FindOrAdd(WordAt(vector, 0)));
    return;
  }
  numbers->constant = false;
  uint32_t* const ids = numbers->ids.data();
  if (is_bytes()) {
    rows.ForEach([&](size_t i, int64_t row) {
      ids[i] = vector.IsNull(row) ? OfNull() : bytes_.FindOrAdd(vector.bytes[row]);
    });
    return;
  }
  uint64_t words[kZoneRows];
  rows.ForEach([&](size_t i, int64_t row) { words[i] = WordAt(vector, row); });
  OfWords(words, vector, rows, numbers);
}

// `words` are those of the selected rows, in their order.
void ValueNumbers::OfWords(const uint64_t* words, const Vector& vector, SelectedRows& rows,
                           RowNumbers* numbers) {
  uint32_t* const ids = numbers->ids.data();
  if (!vector.has_nulls) return words_.FindOrAddAll(words, rows.count(), ids);
  rows.ForEach([&](size_t i, int64_t row) {
    ids[i] = vector.valid.Get(row) ? words_.FindOrAdd(words[i]) : OfNull();
  });
}

absl::Status ValueNumbers::Absorb(const ValueNumbers& other, MeteredArray<uint32_t>* map) {
  const size_t count = other.size();
  RETURN_IF_ERROR(map->Reserve(count));
  for (uint32_t number = 0; number < count; ++number) {
    // Room for all of them at once might be twice what those that are new here need.
    if (number % kZoneRows == 0) RETURN_IF_ERROR(Reserve(kZoneRows));
    map->values.push_back(number == other.null_number_ ? OfNull()
                          : is_bytes() ? bytes_.FindOrAdd(other.bytes_.bytes(number))
                                       : words_.FindOrAdd(other.words_.word(number)));
  }
  return status();
}

absl::Status ValueNumbers::Append(uint32_t number, ColumnBuilder* builder) const {
  if (number == null_number_) {
    builder->AppendNull();
    return absl::OkStatus();
  }
  if (type_.id() == TypeId::kUtf8) return builder->AppendValidatedUtf8(bytes_.bytes(number));
  if (is_bytes()) return builder->AppendBytes(bytes_.bytes(number));
  const uint64_t word = words_.word(number);
  switch (physical_) {
    case Physical::kBool:
      return builder->AppendBool(word != 0);
    case Physical::kInt64:
      return builder->AppendInt64(static_cast<int64_t>(word));
    case Physical::kUInt64:
      return builder->AppendUInt64(word);
    default:
      return builder->AppendDouble(std::bit_cast<double>(word));
  }
}

}  // namespace ashlar::query
