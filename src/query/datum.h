// Datum: one value of one row, borrowed from where it lies.
//
// Owns: the form in which the interpreter handles values, and their order. Does not own: memory;
// bytes and nested values point into columns, literals or the interpreter.
#ifndef ASHLAR_SRC_QUERY_DATUM_H_
#define ASHLAR_SRC_QUERY_DATUM_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ashlar/column.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

struct Datum {
  Physical physical = Physical::kNull;
  bool is_null = true;
  bool boolean = false;
  int64_t int64 = 0;
  uint64_t uint64 = 0;
  double real = 0;
  std::string_view bytes = {};
  // kNested: row `row` of a column.
  const Column* nested = nullptr;
  int64_t row = 0;

  static Datum Null(Physical physical) {
    Datum datum;
    datum.physical = physical;
    return datum;
  }
  static Datum OfBool(bool value) {
    Datum datum{Physical::kBool, false};
    datum.boolean = value;
    return datum;
  }
  static Datum OfInt64(int64_t value) {
    Datum datum{Physical::kInt64, false};
    datum.int64 = value;
    return datum;
  }
  static Datum OfUInt64(uint64_t value) {
    Datum datum{Physical::kUInt64, false};
    datum.uint64 = value;
    return datum;
  }
  static Datum OfDouble(double value) {
    Datum datum{Physical::kDouble, false};
    datum.real = value;
    return datum;
  }
  static Datum OfBytes(std::string_view value) {
    Datum datum{Physical::kBytes, false};
    datum.bytes = value;
    return datum;
  }

  [[nodiscard]] bool is_true() const { return !is_null && boolean; }
  [[nodiscard]] bool is_false() const { return !is_null && !boolean; }
};

// Row `row` of a column, which must outlive the datum.
[[nodiscard]] Datum DatumOf(const Column& column, int64_t row);
// Vectors have no datum: what takes a literal vector reads the literal.
[[nodiscard]] Datum DatumOf(const LiteralValue& literal, Physical physical);
[[nodiscard]] LiteralValue LiteralOf(const Datum& datum);

// The order of two values of one physical kind (not nested), or of kInt64 and kUInt64; neither is
// null. Numbers exactly, bytes as unsigned, false before true.
[[nodiscard]] int CompareDatums(const Datum& a, const Datum& b);

// For messages: as a literal of `type`, cut when it is long.
[[nodiscard]] std::string DatumText(const DataType& type, const Datum& datum);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_DATUM_H_
