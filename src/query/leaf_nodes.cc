// Loading a zone of a column, encoding by encoding and width by width; see the header.
#include "src/query/leaf_nodes.h"

#include <bit>
#include <cstring>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/column_data.h"

namespace ashlar::query {
namespace {

// A 64-bit number as it lies in Vector::words.
int64_t AsWord(double value) { return std::bit_cast<int64_t>(value); }
int64_t AsWord(int64_t value) { return value; }
int64_t AsWord(uint64_t value) { return static_cast<int64_t>(value); }

// Calls load(tag) with a value of the stored type of a fixed-width number.
template <typename Load>
void WithStoredType(TypeId id, const Load& load) {
  switch (id) {
    case TypeId::kInt8:
      return load(int8_t{});
    case TypeId::kInt16:
      return load(int16_t{});
    case TypeId::kInt32:
    case TypeId::kDate32:
      return load(int32_t{});
    case TypeId::kInt64:
    case TypeId::kTimestamp:
      return load(int64_t{});
    case TypeId::kUInt8:
      return load(uint8_t{});
    case TypeId::kUInt16:
      return load(uint16_t{});
    case TypeId::kUInt32:
      return load(uint32_t{});
    case TypeId::kUInt64:
      return load(uint64_t{});
    case TypeId::kFloat32:
      return load(float{});
    default:
      ASHLAR_CHECK(id == TypeId::kFloat64);
      return load(double{});
  }
}

template <typename T>
using Widened = std::conditional_t<std::is_floating_point_v<T>, double,
                                   std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>>;

template <typename T>
int64_t LoadWord(const std::byte* values, int64_t index) {
  return AsWord(static_cast<Widened<T>>(
      base::LoadLittle<T>(values + index * static_cast<int64_t>(sizeof(T)))));
}

std::string_view LoadBytes(const ColumnData& leaf, int64_t index) {
  return leaf.type.is_variable_size() ? columnar::LoadVariableBytes(leaf, index)
                                      : columnar::LoadFixedBytes(leaf, index, leaf.type.width());
}

void FillBits(bool value, const Bits& selection, Vector* out) {
  out->bits = value ? selection : Bits();
}

}  // namespace

void UseScratch(Physical physical, Vector* out) {
  out->physical = physical;
  out->int64 = out->words.data();
  out->uint64 = reinterpret_cast<const uint64_t*>(out->words.data());
  out->real = reinterpret_cast<const double*>(out->words.data());
  out->bytes = out->views.data();
}

InputNode::InputNode(const BoundExpression& input) : ProgramNode(input), column_(input.input) {}

absl::Status InputNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  UseScratch(physical(), out);
  out->constant = false;
  ASSIGN_OR_RETURN(const columnar::PackedColumn* const packed, column_.Packed());
  if (packed != nullptr && packed->dictionary == nullptr) {
    // This zone and no other; reading would unpack the whole column.
    columnar::UnpackZone(*packed, ZoneIndex(zone->range),
                         reinterpret_cast<uint64_t*>(out->words.data()));
    out->has_nulls = ValidPackedRows(*packed, zone->range, &out->valid);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(column_.Open().status());
  out->has_nulls = column_.ValidRows(zone->range, &out->valid);
  const ColumnData& data = column_.data();
  if (physical() == Physical::kNested) {
    out->nested = column_.column();
    out->first_row = zone->range.first_row;
  } else if (data.encoding == Encoding::kConstant) {
    LoadConstant(selection, out);
  } else if (data.encoding == Encoding::kDictionary) {
    LoadDictionary(zone->range, selection, out);
  } else {
    LoadPlain(zone->range, selection, out);
  }
  return absl::OkStatus();
}

void InputNode::LoadConstant(const Bits& selection, Vector* out) const {
  const ColumnData& leaf = *column_.data().dictionary;
  out->constant = true;
  const bool null = leaf.length == 0;
  if (physical() == Physical::kBool) {
    FillBits(!null && columnar::GetBit(leaf.values.data(), leaf.offset), selection, out);
  } else if (physical() == Physical::kBytes) {
    out->views.fill(null ? std::string_view() : LoadBytes(leaf, leaf.offset));
  } else {
    WithStoredType(leaf.type.id(), [&](auto tag) {
      out->words.fill(null ? 0 : LoadWord<decltype(tag)>(leaf.values.data(), leaf.offset));
    });
  }
}

void InputNode::LoadDictionary(const ZoneRange& zone, const Bits& selection, Vector* out) const {
  const ColumnData& data = column_.data();
  const ColumnData& leaf = *data.dictionary;
  const int64_t first = data.offset + zone.first_row;
  // Codes of null rows say nothing and may even be outside of the dictionary.
  const Bits present = out->has_nulls ? And(selection, out->valid) : selection;
  if (physical() == Physical::kBytes) {
    if (out->has_nulls) out->views.fill({});
    ForSelected(present, [&](int64_t row) {
      out->views[row] = LoadBytes(leaf, leaf.offset + columnar::LoadCode(data, first + row));
    });
  } else if (physical() == Physical::kBool) {
    out->bits = Bits();
    ForSelected(present, [&](int64_t row) {
      const int64_t at = leaf.offset + columnar::LoadCode(data, first + row);
      if (columnar::GetBit(leaf.values.data(), at)) out->bits.Set(row);
    });
  } else {
    WithStoredType(leaf.type.id(), [&](auto tag) {
      ForSelected(present, [&](int64_t row) {
        out->words[row] = LoadWord<decltype(tag)>(
            leaf.values.data(), leaf.offset + columnar::LoadCode(data, first + row));
      });
    });
  }
}

void InputNode::LoadPlain(const ZoneRange& zone, const Bits& selection, Vector* out) const {
  const ColumnData& data = column_.data();
  const int64_t first = data.offset + zone.first_row;
  if (physical() == Physical::kBool) {
    out->bits = LoadZoneBits(data.values.data(), first, zone.rows);
    return;
  }
  if (physical() == Physical::kBytes) {
    ForSelected(selection, [&](int64_t row) { out->views[row] = LoadBytes(data, first + row); });
    return;
  }
  const int width = data.type.byte_width();
  const std::byte* values = column_.ValuesAt(zone, width);
  if (width == 8) {
    if (reinterpret_cast<uintptr_t>(values) % alignof(int64_t) != 0) {
      std::memcpy(out->words.data(), values, static_cast<size_t>(zone.rows) * 8);
      return;
    }
    out->int64 = reinterpret_cast<const int64_t*>(values);
    out->uint64 = reinterpret_cast<const uint64_t*>(values);
    out->real = reinterpret_cast<const double*>(values);
    return;
  }
  WithStoredType(data.type.id(), [&](auto tag) {
    using T = decltype(tag);
    ForSelected(selection, [&](int64_t row) { out->words[row] = LoadWord<T>(values, row); });
  });
}

LiteralNode::LiteralNode(BoundPtr literal) : ProgramNode(*literal), literal_(std::move(literal)) {
  const LiteralValue& value = literal_->literal;
  switch (physical()) {
    case Physical::kInt64:
      words_.fill(value.int64);
      break;
    case Physical::kUInt64:
      words_.fill(AsWord(value.uint64));
      break;
    case Physical::kDouble:
      words_.fill(AsWord(value.real));
      break;
    default:
      words_.fill(0);
  }
  views_.fill(value.bytes);
}

absl::Status LiteralNode::Evaluate(ZoneTask*, const Bits& selection, Vector* out) {
  out->physical = physical();
  out->constant = true;
  out->has_nulls = literal_->literal.is_null;
  if (out->has_nulls) out->valid = Bits();
  FillBits(literal_->literal.boolean, selection, out);
  out->int64 = words_.data();
  out->uint64 = reinterpret_cast<const uint64_t*>(words_.data());
  out->real = reinterpret_cast<const double*>(words_.data());
  out->bytes = views_.data();
  return absl::OkStatus();
}

absl::Status NullNode::Evaluate(ZoneTask*, const Bits&, Vector* out) {
  UseScratch(Physical::kNull, out);
  out->constant = true;
  out->has_nulls = true;
  out->valid = Bits();
  out->bits = Bits();
  return absl::OkStatus();
}

}  // namespace ashlar::query
