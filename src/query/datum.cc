// Reading, ordering and printing single values.
#include "src/query/datum.h"

#include "src/base/check.h"
#include "src/base/names.h"
#include "src/query/expression_text.h"
#include "src/query/scalar_math.h"

namespace ashlar::query {

Datum DatumOf(const Column& column, int64_t row) {
  const Physical physical = PhysicalOf(column.type());
  if (column.IsNull(row)) return Datum::Null(physical);
  switch (physical) {
    case Physical::kBool:
      return Datum::OfBool(column.GetBool(row));
    case Physical::kInt64:
      return Datum::OfInt64(column.GetInt64(row));
    case Physical::kUInt64:
      return Datum::OfUInt64(column.GetUInt64(row));
    case Physical::kDouble:
      return Datum::OfDouble(column.GetDouble(row));
    case Physical::kBytes:
      return Datum::OfBytes(column.GetBytes(row));
    default: {
      Datum datum{Physical::kNested, false};
      datum.nested = &column;
      datum.row = row;
      return datum;
    }
  }
}

Datum DatumOf(const LiteralValue& literal, Physical physical) {
  Datum datum{physical, literal.is_null};
  datum.boolean = literal.boolean;
  datum.int64 = literal.int64;
  datum.uint64 = literal.uint64;
  datum.real = literal.real;
  datum.bytes = literal.bytes;
  return datum;
}

LiteralValue LiteralOf(const Datum& datum) {
  LiteralValue literal;
  literal.is_null = datum.is_null;
  literal.boolean = datum.boolean;
  literal.int64 = datum.int64;
  literal.uint64 = datum.uint64;
  literal.real = datum.real;
  literal.bytes = std::string(datum.bytes);
  return literal;
}

int CompareDatums(const Datum& a, const Datum& b) {
  if (a.physical == Physical::kInt64 && b.physical == Physical::kUInt64) {
    return CompareMixed(a.int64, b.uint64);
  }
  if (a.physical == Physical::kUInt64 && b.physical == Physical::kInt64) {
    return -CompareMixed(b.int64, a.uint64);
  }
  ASHLAR_CHECK(a.physical == b.physical);
  switch (a.physical) {
    case Physical::kBool:
      return static_cast<int>(a.boolean) - static_cast<int>(b.boolean);
    case Physical::kInt64:
      return CompareInteger(a.int64, b.int64);
    case Physical::kUInt64:
      return CompareInteger(a.uint64, b.uint64);
    case Physical::kDouble:
      return CompareDouble(a.real, b.real);
    case Physical::kBytes:
      return CompareBytes(a.bytes, b.bytes);
    default:
      ASHLAR_CHECK(false && "values of this kind have no order");
  }
  return 0;
}

std::string DatumText(const DataType& type, const Datum& datum) {
  constexpr size_t kBytes = 40;
  if (datum.is_null) return "null";
  if (datum.physical == Physical::kNested) return "a " + type.ToString();
  LiteralValue literal = LiteralOf(datum);
  const bool cut = literal.bytes.size() > kBytes;
  if (cut) literal.bytes.resize(kBytes);
  std::string text;
  AppendLiteralText(type, literal, &text);
  if (cut) text += "...";
  return base::EscapeForTerminal(text);
}

}  // namespace ashlar::query
