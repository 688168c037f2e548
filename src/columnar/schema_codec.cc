// Bytes of a schema; see the header for their layout. What is decoded passes every rule of
// Schema::Make and is written back as the same bytes, so that equal schemas are equal bytes.
#include "src/columnar/schema_codec.h"

#include <string>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/type_text.h"

namespace ashlar::columnar {
namespace {

constexpr uint8_t kNullableFlag = 1;
constexpr uint64_t kFingerprintSeed = 0;
// An id, an empty name, a type and the flags take a byte each.
constexpr uint64_t kMinFieldBytes = 4;

bool HasWidth(TypeId id) { return id == TypeId::kFixedSizeBinary || id == TypeId::kFixedSizeList; }

void EncodeFields(const std::vector<Field>& fields, base::ByteWriter& out);

void EncodeType(const DataType& type, base::ByteWriter& out) {
  out.PutU8(static_cast<uint8_t>(type.id()));
  if (HasWidth(type.id())) out.PutVarint64(static_cast<uint64_t>(type.width()));
  if (type.is_nested()) EncodeFields(type.fields(), out);
}

void EncodeFields(const std::vector<Field>& fields, base::ByteWriter& out) {
  out.PutVarint64(fields.size());
  for (const Field& field : fields) {
    out.PutVarint64(field.id);
    out.PutString(field.name);
    EncodeType(field.type, out);
    out.PutU8(field.nullable ? kNullableFlag : 0);
  }
}

// A failed read yields a harmless value: the reader remembers the failure.
class SchemaDecoder {
 public:
  explicit SchemaDecoder(base::ByteReader& in) : in_(in) {}

  std::vector<Field> ReadFields(uint32_t depth) {
    std::vector<Field> fields;
    const uint64_t count = in_.ReadCount(base::kMaxColumns, kMinFieldBytes);
    for (uint64_t i = 0; i < count && in_.ok(); ++i) fields.push_back(ReadField(depth));
    return fields;
  }

 private:
  Field ReadField(uint32_t depth) {
    Field field;
    const uint64_t id = in_.ReadVarint64();
    const bool top_level = depth == 1;
    if (id > UINT32_MAX || (id != 0) != top_level) in_.Fail("invalid field id");
    field.id = static_cast<uint32_t>(id);
    field.name = in_.ReadString(base::kMaxNameBytes);
    field.type = ReadType(depth);
    const uint8_t flags = in_.ReadU8();
    if ((flags & ~kNullableFlag) != 0) in_.Fail("unknown field flags");
    field.nullable = (flags & kNullableFlag) != 0;
    return field;
  }

  DataType ReadType(uint32_t depth) {
    const auto id = static_cast<TypeId>(in_.ReadU8());
    if (in_.ok() && !TypeByName(TypeName(id)).has_value()) in_.Fail("unknown type");
    if (depth > base::kMaxNestingDepth) in_.Fail("types nest too deep");
    if (!in_.ok()) return {};
    if (id == TypeId::kList) return ReadList(depth);
    if (id == TypeId::kStruct) return Struct(ReadFields(depth + 1));
    return MakeDataType(id, HasWidth(id) ? ReadWidth() : 0, {});
  }

  DataType ReadList(uint32_t depth) {
    std::vector<Field> fields = ReadFields(depth + 1);
    if (!in_.ok()) return {};
    if (fields.size() != 1) {
      in_.Fail("a list without one element field");
      return {};
    }
    const std::string name = fields[0].name;
    DataType type = MakeDataType(TypeId::kList, 0, std::move(fields));
    if (type.fields()[0].name != name) in_.Fail("a list with a named element");
    return type;
  }

  int32_t ReadWidth() {
    const uint64_t width = in_.ReadVarint64();
    if (width <= INT32_MAX) return static_cast<int32_t>(width);
    in_.Fail("the width of a type is too large");
    return 0;
  }

  base::ByteReader& in_;
};

}  // namespace

void EncodeSchema(const Schema& schema, base::ByteWriter& out) {
  EncodeFields(schema.fields(), out);
}

absl::StatusOr<Schema> DecodeSchema(base::ByteReader& in) {
  std::vector<Field> fields = SchemaDecoder(in).ReadFields(1);
  if (!in.ok()) return in.status();
  absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  if (schema.ok()) return schema;
  in.Fail(base::StrCat("invalid schema: ", schema.status().message()));
  return in.status();
}

uint64_t SchemaFingerprint(const Schema& schema) {
  base::ByteWriter bytes;
  EncodeSchema(schema, bytes);
  return base::Hash64(bytes.bytes(), kFingerprintSeed);
}

}  // namespace ashlar::columnar
