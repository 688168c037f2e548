// Implicit casts and common types.
#include "src/query/coercion.h"

#include <algorithm>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/base/time_text.h"
#include "src/query/casts.h"
#include "src/query/datum.h"

namespace ashlar::query {
namespace {

// The types that values have by themselves: not null literals, nor literals that adapt to others.
std::vector<DataType> FirmTypes(const std::vector<BoundPtr*>& values) {
  std::vector<DataType> types;
  for (const BoundPtr* value : values) {
    if (!IsUntyped(**value)) types.push_back((*value)->type);
  }
  return types;
}

bool AllAre(const std::vector<DataType>& types, bool (*predicate)(const DataType&)) {
  return std::all_of(types.begin(), types.end(), predicate);
}

// Literals that are not negative go with unsigned integers.
DataType CommonInteger(const std::vector<BoundPtr*>& values) {
  bool fits_unsigned = true;
  bool any_unsigned = false;
  for (const BoundPtr* value : values) {
    const BoundExpression& e = **value;
    if (IsUntyped(e)) continue;
    const bool is_unsigned = e.type.is_unsigned_integer();
    any_unsigned |= is_unsigned;
    fits_unsigned &= is_unsigned || (IsLiteral(e) && e.literal.int64 >= 0);
  }
  return any_unsigned && fits_unsigned ? UInt64() : Int64();
}

// Nothing when there is none.
std::optional<DataType> CommonType(const std::vector<BoundPtr*>& values) {
  const std::vector<DataType> types = FirmTypes(values);
  if (types.empty()) return DataType();
  const auto same = [&types](const DataType& type) { return type == types[0]; };
  if (std::all_of(types.begin(), types.end(), same)) return types[0];
  if (AllAre(types, IsNumber)) {
    return AllAre(types, IsInteger) ? CommonInteger(values) : Float64();
  }
  if (AllAre(types, IsTime)) return Timestamp();
  const auto is_bytes = [](const DataType& type) { return PhysicalOf(type) == Physical::kBytes; };
  if (AllAre(types, is_bytes)) return Binary();
  return std::nullopt;
}

}  // namespace

BoundPtr CastTo(BoundPtr e, const DataType& type) {
  if (e->type == type) return e;
  if (IsNullLiteral(*e)) return MakeBoundNull(e->source, type);
  ASHLAR_CHECK(CastExists(e->type, type));
  NodePtr source = e->source;
  return MakeBound(source, Op::kCast, type, {std::move(e)});
}

absl::StatusOr<BoundPtr> AdaptText(BoundPtr e, const DataType& facing) {
  if (!IsText(*e) || !IsLiteral(*e) || e->literal.is_null || !IsTime(facing)) return e;
  LiteralValue value;
  value.is_null = false;
  if (facing.id() == TypeId::kDate32) {
    if (const std::optional<int32_t> days = base::ParseDate32(e->literal.bytes)) {
      value.int64 = *days;
      return MakeBoundLiteral(e->source, Date32(), std::move(value));
    }
  }
  const std::optional<int64_t> micros = TextToTimestamp(e->literal.bytes);
  if (!micros.has_value()) {
    const Datum text = DatumOf(e->literal, Physical::kBytes);
    return ErrorAt(*e->source,
                   base::StrCat(DatumText(Utf8(), text), " is no ",
                                facing.id() == TypeId::kDate32 ? "date" : "date or timestamp"));
  }
  value.int64 = *micros;
  return MakeBoundLiteral(e->source, Timestamp(), std::move(value));
}

absl::StatusOr<DataType> Unify(const NodePtr& source, std::string_view what,
                               const std::vector<BoundPtr*>& values) {
  for (const BoundPtr* value : values) {
    if (IsLiteral(**value) && (*value)->physical == Physical::kNested && !IsNullLiteral(**value)) {
      return ErrorAt(*(*value)->source, "a vector literal can only stand in distance()");
    }
  }
  const auto is_time = [](const BoundPtr* value) { return IsTime((*value)->type); };
  const auto time = std::find_if(values.begin(), values.end(), is_time);
  if (time != values.end()) {
    const DataType facing = (**time)->type;
    for (BoundPtr* value : values) {
      ASSIGN_OR_RETURN(*value, AdaptText(*value, facing));
    }
  }
  const std::optional<DataType> type = CommonType(values);
  if (!type.has_value()) {
    const std::vector<DataType> types = FirmTypes(values);
    const auto differs = [&types](const DataType& other) { return !(other == types[0]); };
    const auto other = std::find_if(types.begin(), types.end(), differs);
    return ErrorAt(*source, base::StrCat(what, " have no common type: ", types[0].ToString(),
                                         " and ", other->ToString()));
  }
  for (BoundPtr* value : values) *value = CastTo(*value, *type);
  return *type;
}

std::string TypeText(const DataType& type) {
  return type.id() == TypeId{} ? "null" : type.ToString();
}

}  // namespace ashlar::query
