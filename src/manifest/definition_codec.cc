// Definitions: name, schema, how segments are cut and stored, and the key.
#include "src/manifest/definition_codec.h"

#include <string_view>
#include <utility>
#include <vector>

#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/schema_codec.h"
#include "src/manifest/format.h"

namespace ashlar::manifest {
namespace {

void EncodeFieldIds(const std::vector<uint32_t>& ids, base::ByteWriter& out) {
  out.PutVarint64(ids.size());
  for (const uint32_t id : ids) out.PutVarint64(id);
}

std::vector<uint32_t> DecodeFieldIds(std::string_view name, FieldReader& in) {
  std::vector<uint32_t> ids;
  const uint64_t count = in.Count(name, 1);
  if (count > base::kMaxKeyFields) in.Fail(base::StrCat(count, " ", name, " are too many"));
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    ids.push_back(static_cast<uint32_t>(in.Varint("field id", UINT32_MAX)));
  }
  return ids;
}

columnar::ChunkerParams DecodeChunker(FieldReader& in) {
  columnar::ChunkerParams chunker;
  const uint8_t mode = in.U8("chunking mode (1 content-defined, 2 fixed rows)");
  if (in.ok() && mode != 1 && mode != 2) in.Fail("unknown chunking mode");
  chunker.mode = static_cast<columnar::ChunkingMode>(mode);
  chunker.target_rows = static_cast<uint32_t>(in.Varint("target rows", UINT32_MAX));
  if (chunker.mode == columnar::ChunkingMode::kContentDefined && chunker.target_rows != 0 &&
      chunker.target_rows < columnar::kSmallestTarget) {
    in.Fail("a target that no boundary can have");
  }
  chunker.max_bytes = in.Varint("max bytes of a segment");
  return chunker;
}

Storage DecodeStorage(FieldReader& in) {
  const uint8_t storage = in.U8("storage (1 fast, 2 compact)");
  if (in.ok() && storage != 1 && storage != 2) in.Fail("unknown storage");
  return static_cast<Storage>(storage);
}

}  // namespace

void EncodeDefinition(const DatasetState& definition, base::ByteWriter& out) {
  out.PutString(definition.name);
  columnar::EncodeSchema(definition.schema, out);
  out.PutVarint64(definition.next_field_id);
  out.PutU8(static_cast<uint8_t>(definition.chunker.mode));
  out.PutVarint64(definition.chunker.target_rows);
  out.PutVarint64(definition.chunker.max_bytes);
  out.PutU8(static_cast<uint8_t>(definition.storage));
  EncodeFieldIds(definition.key, out);
  EncodeFieldIds(definition.partition_by, out);
  out.PutU8(definition.hash_index ? format::kHashIndex : 0);
}

DatasetState DecodeDefinition(uint64_t id, FieldReader& in) {
  DatasetState definition;
  definition.id = id;
  definition.name = in.String("dataset name", base::kMaxNameBytes);
  if (!in.ok()) return definition;
  const uint64_t begin = in.raw().offset();
  absl::StatusOr<Schema> schema = columnar::DecodeSchema(in.raw());
  if (!schema.ok()) {
    in.Fail(base::StrCat("bad schema (", schema.status().message(), ")"));
    return definition;
  }
  in.Note("schema", begin, schema->ToString());
  definition.schema = *std::move(schema);
  definition.next_field_id = static_cast<uint32_t>(in.Varint("next field id", UINT32_MAX));
  definition.chunker = DecodeChunker(in);
  definition.storage = DecodeStorage(in);
  definition.key = DecodeFieldIds("key fields", in);
  definition.partition_by = DecodeFieldIds("partition fields", in);
  const uint8_t bits = in.U8("definition bits (1 hash index)");
  if ((bits & ~format::kHashIndex) != 0) in.Fail("unknown bits of a definition");
  definition.hash_index = (bits & format::kHashIndex) != 0;
  return definition;
}

}  // namespace ashlar::manifest
