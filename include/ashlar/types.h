// Types, fields and schemas: what a dataset's rows look like.
//
// Owns: the logical type system (DESIGN section 2) and its rules. Does not own: values (column.h).
// All classes are immutable values, cheap to copy, safe on any thread.
#ifndef ASHLAR_TYPES_H_
#define ASHLAR_TYPES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace ashlar {

// Values reach disk: never renumber. Zero is reserved, so that zeroed bytes are no type.
enum class TypeId : uint8_t {
  kBool = 1,
  kInt8 = 2,
  kInt16 = 3,
  kInt32 = 4,
  kInt64 = 5,
  kUInt8 = 6,
  kUInt16 = 7,
  kUInt32 = 8,
  kUInt64 = 9,
  kFloat32 = 10,
  kFloat64 = 11,
  kUtf8 = 12,
  kBinary = 13,
  kFixedSizeBinary = 14,  // width bytes a value
  kDate32 = 15,           // days since 1970-01-01
  kTimestamp = 16,        // microseconds since 1970-01-01T00:00:00Z
  kFixedSizeList = 17,    // width float32 a value: a vector
  kList = 18,             // one child field
  kStruct = 19,           // child fields
};

struct Field;

class DataType {
 public:
  DataType() = default;  // no type; only a placeholder

  [[nodiscard]] TypeId id() const { return id_; }
  // Bytes of a fixed_size_binary, dimensions of a fixed_size_list; otherwise 0.
  [[nodiscard]] int32_t width() const { return width_; }
  // The element of a list or fixed_size_list, the members of a struct; otherwise empty.
  [[nodiscard]] const std::vector<Field>& fields() const;

  [[nodiscard]] bool is_nested() const;            // list or struct
  [[nodiscard]] bool is_signed_integer() const;    // int8 to int64
  [[nodiscard]] bool is_unsigned_integer() const;  // uint8 to uint64
  [[nodiscard]] bool is_floating() const;
  [[nodiscard]] bool is_variable_size() const;  // utf8 or binary
  // Bytes of one value of a fixed-width type (bool: 0, for its values are bits); 0 for utf8,
  // binary, list and struct.
  [[nodiscard]] int32_t byte_width() const;

  // "int64", "fixed_size_binary(16)", "list<struct<year: int64 not null, team: utf8>>".
  [[nodiscard]] std::string ToString() const;
  // The inverse of ToString(). InvalidArgument with the position of the mistake.
  [[nodiscard]] static absl::StatusOr<DataType> Parse(std::string_view text);

  friend bool operator==(const DataType& a, const DataType& b);

 private:
  friend DataType MakeDataType(TypeId id, int32_t width, std::vector<Field> fields);
  TypeId id_ = TypeId{};
  int32_t width_ = 0;
  std::shared_ptr<const std::vector<Field>> fields_;
};

// `id` is stable through renames; 0 lets Schema::Make or the store assign one. Only top-level
// fields have ids.
struct Field {
  std::string name;
  DataType type;
  bool nullable = true;
  uint32_t id = 0;

  friend bool operator==(const Field& a, const Field& b);
};

DataType MakeDataType(TypeId id, int32_t width, std::vector<Field> fields);

DataType Bool();
DataType Int8();
DataType Int16();
DataType Int32();
DataType Int64();
DataType UInt8();
DataType UInt16();
DataType UInt32();
DataType UInt64();
DataType Float32();
DataType Float64();
DataType Utf8();
DataType Binary();
DataType FixedSizeBinary(int32_t width);
DataType Date32();
DataType Timestamp();
DataType Vector(int32_t dimensions);  // fixed_size_list<float32>(dimensions)
DataType List(DataType element, bool element_nullable = true);
DataType Struct(std::vector<Field> fields);

class Schema {
 public:
  Schema() : fields_(std::make_shared<const std::vector<Field>>()) {}

  // Checks names (UTF-8, 1 to 255 bytes, no control characters, no duplicates among siblings, no
  // '.' ambiguity left open), widths, nesting depth (at most 64) and column count; assigns ids 1,
  // 2, … to fields that have none.
  [[nodiscard]] static absl::StatusOr<Schema> Make(std::vector<Field> fields);

  [[nodiscard]] const std::vector<Field>& fields() const { return *fields_; }
  [[nodiscard]] size_t size() const { return fields_->size(); }
  [[nodiscard]] const Field& field(size_t index) const { return (*fields_)[index]; }
  [[nodiscard]] std::optional<size_t> FindField(std::string_view name) const;
  [[nodiscard]] uint32_t max_field_id() const;
  // "id: int64 not null, city: utf8".
  [[nodiscard]] std::string ToString() const;
  // Includes the field ids.
  friend bool operator==(const Schema& a, const Schema& b);
  // Names, types and nullability only.
  [[nodiscard]] bool EqualsIgnoringIds(const Schema& other) const;

 private:
  std::shared_ptr<const std::vector<Field>> fields_;
};

}  // namespace ashlar

#endif  // ASHLAR_TYPES_H_
