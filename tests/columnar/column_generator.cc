// Random columns, their pieces, and the naive digest.
#include "tests/columnar/column_generator.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <string>
#include <string_view>

#include "src/base/bytes.h"
#include "src/base/check.h"

namespace ashlar::columnar {
namespace {

void Must(const absl::Status& status) { ASHLAR_CHECK_OK(status); }

void AppendValue(ColumnBuilder& builder, bool nulls, uint64_t distinct, base::Random& random) {
  const DataType& type = builder.type();
  if (nulls && random.OneIn(5)) return builder.AppendNull();
  const uint64_t value = base::Mix64(random.Uniform(distinct));
  std::string text = std::to_string(value % 1000000);
  text.resize(value % 13 % (text.size() + 1));
  switch (type.id()) {
    case TypeId::kBool:
      return Must(builder.AppendBool((value & 1) != 0));
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return Must(builder.AppendDouble(static_cast<float>(value % 97) - 48.5F));
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return Must(builder.AppendBytes(text));
    case TypeId::kFixedSizeBinary:
      text.resize(static_cast<size_t>(type.width()), 'x');
      return Must(builder.AppendBytes(text));
    case TypeId::kFixedSizeList: {
      std::vector<float> vector(static_cast<size_t>(type.width()));
      for (float& element : vector) element = static_cast<float>(random.Uniform(distinct)) - 1;
      return Must(builder.AppendVector(vector));
    }
    case TypeId::kList:
      for (uint64_t i = random.Uniform(4); i > 0; --i) {
        AppendValue(builder.child(0), nulls, distinct, random);
      }
      return Must(builder.AppendNested());
    case TypeId::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        AppendValue(builder.child(i), nulls && type.fields()[i].nullable, distinct, random);
      }
      return Must(builder.AppendNested());
    default:
      break;
  }
  if (type.is_unsigned_integer()) return Must(builder.AppendUInt64(value % 251));
  Must(builder.AppendInt64(static_cast<int64_t>(value % 251) - 125));
}

// A value of a column, a null (no column), or the zero element of a null vector.
struct Cell {
  std::shared_ptr<const Column> column;
  int64_t row = 0;
  bool zero = false;

  [[nodiscard]] bool is_null() const { return !zero && (column == nullptr || column->IsNull(row)); }
};

template <typename T>
void AppendRaw(std::string* bytes, T value) {
  bytes->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void AppendFixed(const DataType& type, const Cell& cell, std::string* bytes) {
  const bool empty = cell.zero || cell.is_null();
  if (empty) {
    bytes->append(static_cast<size_t>(type.byte_width()), '\0');
    return;
  }
  const Column& column = *cell.column;
  if (type.id() == TypeId::kFixedSizeBinary) {
    bytes->append(column.GetBytes(cell.row));
    return;
  }
  if (type.id() == TypeId::kFloat64) return AppendRaw(bytes, column.GetDouble(cell.row));
  if (type.id() == TypeId::kFloat32) {
    return AppendRaw(bytes, static_cast<float>(column.GetDouble(cell.row)));
  }
  const uint64_t value = type.is_unsigned_integer()
                             ? column.GetUInt64(cell.row)
                             : static_cast<uint64_t>(column.GetInt64(cell.row));
  bytes->append(reinterpret_cast<const char*>(&value), static_cast<size_t>(type.byte_width()));
}

std::string Bits(const std::vector<bool>& bits) {
  std::string bytes((bits.size() + 7) / 8, '\0');
  for (size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) bytes[i / 8] = static_cast<char>(bytes[i / 8] | (1 << (i % 8)));
  }
  return bytes;
}

std::vector<Cell> ChildCells(const DataType& type, const std::vector<Cell>& cells, size_t index) {
  std::vector<Cell> result;
  for (const Cell& cell : cells) {
    const bool is_null = cell.is_null();
    std::shared_ptr<const Column> child;
    if (!is_null) child = std::make_shared<const Column>(cell.column->child(index));
    if (type.id() == TypeId::kStruct) {
      result.push_back({child, cell.row, false});
    } else if (!is_null) {
      const auto [begin, end] = cell.column->GetListRange(cell.row);
      for (int64_t row = begin; row < end; ++row) result.push_back({child, row, false});
    } else if (type.id() == TypeId::kFixedSizeList) {
      result.resize(result.size() + static_cast<size_t>(type.width()), {nullptr, 0, true});
    }
  }
  return result;
}

void AppendNode(const DataType& type, const std::vector<Cell>& cells, std::string* out) {
  std::vector<bool> valid;
  for (const Cell& cell : cells) valid.push_back(!cell.is_null());
  const auto nulls = static_cast<uint64_t>(std::count(valid.begin(), valid.end(), false));
  std::string offsets;
  std::string values;
  std::vector<bool> bools;
  int32_t end = 0;
  const bool has_offsets = type.is_variable_size() || type.id() == TypeId::kList;
  if (has_offsets) AppendRaw(&offsets, end);
  for (const Cell& cell : cells) {
    const bool is_null = cell.is_null();
    if (type.id() == TypeId::kBool) {
      bools.push_back(!is_null && cell.column->GetBool(cell.row));
    } else if (type.is_variable_size()) {
      if (!is_null) values += cell.column->GetBytes(cell.row);
      end = static_cast<int32_t>(values.size());
    } else if (type.id() == TypeId::kList) {
      if (!is_null) {
        const auto [from, to] = cell.column->GetListRange(cell.row);
        end += static_cast<int32_t>(to - from);
      }
    } else if (type.id() != TypeId::kStruct && type.id() != TypeId::kFixedSizeList) {
      AppendFixed(type, cell, &values);
    }
    if (has_offsets) AppendRaw(&offsets, end);
  }
  if (type.id() == TypeId::kBool) values = Bits(bools);
  AppendRaw(out, nulls);
  for (const std::string& buffer : {nulls == 0 ? std::string() : Bits(valid), offsets, values}) {
    AppendRaw(out, static_cast<uint64_t>(buffer.size()));
    *out += buffer;
  }
  for (size_t i = 0; i < type.fields().size(); ++i) {
    AppendNode(type.fields()[i].type, ChildCells(type, cells, i), out);
  }
}

}  // namespace

std::vector<DataType> TypesToTest() {
  const DataType point = Struct({{"x", Int32(), /*nullable=*/false}, {"name", Utf8()}});
  return {Bool(),
          Int8(),
          Int16(),
          Int32(),
          Int64(),
          UInt8(),
          UInt16(),
          UInt32(),
          UInt64(),
          Float32(),
          Float64(),
          Utf8(),
          Binary(),
          Date32(),
          Timestamp(),
          FixedSizeBinary(5),
          Vector(3),
          List(Utf8()),
          List(Bool()),
          point,
          List(point),
          Struct({{"tags", List(Utf8())}, {"at", Vector(2)}, {"ok", Bool()}}),
          List(List(Struct({{"deep", List(Int16())}, {"v", Vector(2)}})))};
}

Column RandomColumn(const DataType& type, int64_t rows, bool nulls, uint64_t distinct,
                    base::Random& random) {
  ColumnBuilder builder(type);
  for (int64_t row = 0; row < rows; ++row) AppendValue(builder, nulls, distinct, random);
  return builder.Finish();
}

ColumnPiece Whole(const Column& column) { return {&column, 0, column.length()}; }

std::vector<ColumnPiece> RandomPieces(const Column& column, base::Random& random) {
  std::vector<ColumnPiece> pieces;
  int64_t begin = 0;
  while (begin < column.length()) {
    const auto left = static_cast<uint64_t>(column.length() - begin);
    const auto length = static_cast<int64_t>(random.Uniform(left + 1));
    pieces.push_back({&column, begin, length});
    begin += length;
  }
  return pieces;
}

Column AtAnotherOffset(const Column& column, base::Random& random) {
  const auto before = static_cast<int64_t>(random.Uniform(20));
  const Column other = RandomColumn(column.type(), before, true, 9, random);
  const std::vector<ColumnPiece> pieces = {Whole(other), Whole(column), Whole(other)};
  const Column joined = MakeCanonical(column.type(), pieces).value();
  return joined.Slice(before, column.length()).value();
}

base::Digest NaiveDigest(const Column& column) {
  const std::string type = column.type().ToString();
  std::string bytes = "ashlar.chunk.1";
  AppendRaw(&bytes, static_cast<uint64_t>(type.size()));
  bytes += type;
  AppendRaw(&bytes, static_cast<uint64_t>(column.length()));
  std::vector<Cell> cells;
  const auto shared = std::make_shared<const Column>(column);
  for (int64_t row = 0; row < column.length(); ++row) cells.push_back({shared, row, false});
  AppendNode(column.type(), cells, &bytes);
  return base::DigestOf(base::AsBytes(bytes));
}

}  // namespace ashlar::columnar
