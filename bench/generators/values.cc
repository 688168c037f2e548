// Turns random words into values.
#include "bench/generators/values.h"

#include <utility>
#include <vector>

namespace ashlar::bench {
namespace {

constexpr uint64_t kManyIntegers = 1'000'000;
constexpr uint64_t kManyFractions = 10'000 * 128;
constexpr uint64_t kManyDays = 20'000;
constexpr int64_t kFirstMicros = 1'577'836'800'000'000;  // 2020-01-01
constexpr uint64_t kManyMicros = uint64_t{4} * 365 * 86'400 * 1'000'000;

double Fraction(uint64_t word) { return static_cast<double>(word % kManyFractions) / 128; }

void AppendInteger(uint64_t word, ColumnBuilder& builder) {
  const int bits = builder.type().byte_width() * 8;
  const uint64_t value = bits < 32 ? word >> (64 - bits) : word % kManyIntegers;
  if (builder.type().is_unsigned_integer()) {
    Must(builder.AppendUInt64(value));
  } else {
    const int64_t middle = bits < 32 ? int64_t{1} << (bits - 1) : 0;
    Must(builder.AppendInt64(static_cast<int64_t>(value) - middle));
  }
}

void AppendVector(uint64_t word, ColumnBuilder& builder) {
  std::vector<float> elements(static_cast<size_t>(builder.type().width()));
  for (size_t i = 0; i < elements.size(); ++i) {
    elements[i] = static_cast<float>(Fraction(base::Combine(word, i))) - 5'000.0F;
  }
  Must(builder.AppendVector(elements));
}

}  // namespace

void WriteText(uint64_t word, size_t size, std::string* text) {
  static constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz012345";
  constexpr size_t kDigitsAWord = 12;
  text->resize(size);
  uint64_t bits = 0;
  for (size_t i = 0; i < size; ++i) {
    if (i % kDigitsAWord == 0) bits = base::Mix64(word + i);
    (*text)[i] = kDigits[bits & 31];
    bits >>= 5;
  }
}

void AppendWord(uint64_t word, ColumnBuilder& builder) {
  const DataType& type = builder.type();
  switch (type.id()) {
    case TypeId::kBool:
      return Must(builder.AppendBool((word >> 63) != 0));
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return Must(builder.AppendDouble(Fraction(word)));
    case TypeId::kDate32:
      return Must(builder.AppendInt64(static_cast<int64_t>(word % kManyDays)));
    case TypeId::kTimestamp:
      return Must(builder.AppendInt64(kFirstMicros + static_cast<int64_t>(word % kManyMicros)));
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary: {
      const bool fixed = type.id() == TypeId::kFixedSizeBinary;
      std::string text;
      WriteText(word, fixed ? static_cast<size_t>(type.width()) : 3 + word % 12, &text);
      return Must(builder.AppendValidatedUtf8(text));
    }
    case TypeId::kFixedSizeList:
      return AppendVector(word, builder);
    default:
      ASHLAR_CHECK(type.is_signed_integer() || type.is_unsigned_integer());
      return AppendInteger(word, builder);
  }
}

Schema CheckedSchema(std::vector<Field> fields) {
  absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  return *std::move(schema);
}

}  // namespace ashlar::bench
