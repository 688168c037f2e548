// Equality of columns by value.
//
// Owns: the comparison, whatever the encodings and offsets of both sides. Does not own: hashing
// (row_hash.h). NaN equals NaN whatever its payload, and -0.0 differs from 0.0; so bytes decide but
// for NaNs, and runs of plain values without nulls are compared by memcmp first.
#include <cmath>
#include <cstring>

#include "ashlar/column.h"
#include "src/base/check.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/column_data.h"

namespace ashlar {
namespace {

bool SameDouble(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && std::signbit(a) == std::signbit(b);
}

// True only when equal for sure; false says nothing.
bool SameBytes(const Column& a, const Column& b) {
  const ColumnData& x = *a.data();
  const ColumnData& y = *b.data();
  const TypeId id = x.type.id();
  const int64_t width = x.type.byte_width();
  if (x.encoding != Encoding::kPlain || y.encoding != Encoding::kPlain) return false;
  if (!x.validity.empty() || !y.validity.empty()) return false;
  if (width == 0 || id == TypeId::kFixedSizeList) return false;
  if (x.length == 0) return true;
  return std::memcmp(x.values.data() + x.offset * width, y.values.data() + y.offset * width,
                     static_cast<size_t>(x.length * width)) == 0;
}

bool SameLeafValue(const Column& a, int64_t row_a, const Column& b, int64_t row_b) {
  const DataType& type = a.type();
  if (type.is_floating()) return SameDouble(a.GetDouble(row_a), b.GetDouble(row_b));
  if (type.is_unsigned_integer()) return a.GetUInt64(row_a) == b.GetUInt64(row_b);
  switch (type.id()) {
    case TypeId::kBool:
      return a.GetBool(row_a) == b.GetBool(row_b);
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary:
      return a.GetBytes(row_a) == b.GetBytes(row_b);
    default:
      return a.GetInt64(row_a) == b.GetInt64(row_b);
  }
}

// The two sides of one node of the type tree, with the children's made once.
class Comparer {
 public:
  Comparer(Column a, Column b) : a_(std::move(a)), b_(std::move(b)) {
    const size_t count = a_.data()->children.size();
    ASHLAR_CHECK(count == b_.data()->children.size());
    children_.reserve(count);
    for (size_t i = 0; i < count; ++i) children_.emplace_back(a_.child(i), b_.child(i));
  }

  [[nodiscard]] bool SameRow(int64_t row_a, int64_t row_b) const {
    const bool null = a_.IsNull(row_a);
    if (null != b_.IsNull(row_b)) return false;
    if (null) return true;
    if (children_.empty()) return SameLeafValue(a_, row_a, b_, row_b);
    if (a_.type().id() != TypeId::kStruct) return SameElements(row_a, row_b);
    for (const Comparer& child : children_) {
      if (!child.SameRow(row_a, row_b)) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] bool SameElements(int64_t row_a, int64_t row_b) const {
    const auto [begin_a, end_a] = a_.GetListRange(row_a);
    const auto [begin_b, end_b] = b_.GetListRange(row_b);
    if (end_a - begin_a != end_b - begin_b) return false;
    for (int64_t i = 0; i < end_a - begin_a; ++i) {
      if (!children_[0].SameRow(begin_a + i, begin_b + i)) return false;
    }
    return true;
  }

  Column a_;
  Column b_;
  std::vector<Comparer> children_;
};

}  // namespace

bool Column::Equals(const Column& other) const {
  if (data_ == other.data_) return true;
  if (data_ == nullptr || other.data_ == nullptr) return false;
  if (type() != other.type() || length() != other.length()) return false;
  if (SameBytes(*this, other)) return true;
  const Comparer comparer(*this, other);
  for (int64_t row = 0; row < length(); ++row) {
    if (!comparer.SameRow(row, row)) return false;
  }
  return true;
}

}  // namespace ashlar
