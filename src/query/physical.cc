// Which physical kind a type is computed in.
#include "src/query/bound_expression.h"

namespace ashlar::query {

Physical PhysicalOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kBool:
      return Physical::kBool;
    case TypeId::kDate32:
    case TypeId::kTimestamp:
      return Physical::kInt64;
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary:
      return Physical::kBytes;
    case TypeId::kList:
    case TypeId::kStruct:
    case TypeId::kFixedSizeList:
      return Physical::kNested;
    default:
      break;
  }
  if (type.is_signed_integer()) return Physical::kInt64;
  if (type.is_unsigned_integer()) return Physical::kUInt64;
  if (type.is_floating()) return Physical::kDouble;
  return Physical::kNull;
}

}  // namespace ashlar::query
