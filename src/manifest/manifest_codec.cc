// The pieces that checkpoints and edits share: versions, datasets, tags.
#include "src/manifest/manifest_codec.h"

#include <utility>

#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/schema_codec.h"
#include "src/manifest/format.h"

namespace ashlar::manifest {
namespace {

constexpr uint64_t kMinEntryBytes = 2;
constexpr uint64_t kMinSpliceBytes = 3;
constexpr uint64_t kMinDatasetBytes = 3;
constexpr uint64_t kMinAttributeBytes = 2;

void EncodeDefinition(const DatasetState& definition, base::ByteWriter& out) {
  out.PutString(definition.name);
  columnar::EncodeSchema(definition.schema, out);
  out.PutVarint64(definition.next_field_id);
  out.PutU8(static_cast<uint8_t>(definition.chunker.mode));
  out.PutVarint64(definition.chunker.target_rows);
  out.PutVarint64(definition.chunker.max_bytes);
  out.PutU8(static_cast<uint8_t>(definition.storage));
  out.PutVarint64(definition.flushed_up_to);
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
  definition.flushed_up_to = in.Varint("flushed up to sequence");
  return definition;
}

void EncodeSplice(const SegmentSplice& splice, base::ByteWriter& out) {
  out.PutVarint64(splice.begin);
  out.PutVarint64(splice.removed);
  out.PutVarint64(splice.inserted.size());
  for (const SegmentEntry& entry : splice.inserted) {
    out.PutVarint64(entry.meta->file.id);
    out.PutVarint64(entry.level);
  }
}

SegmentSplice DecodeSplice(FieldReader& in, SegmentTable& table) {
  SegmentSplice splice;
  splice.begin = in.Varint("splice begins at");
  splice.removed = in.Varint("entries removed");
  const uint64_t count = in.Count("entries inserted", kMinEntryBytes);
  splice.inserted.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint64_t id = in.Varint("segment id");
    const uint64_t level = in.Varint("level", UINT32_MAX);
    if (!in.ok()) break;
    splice.inserted.push_back({table.FindWhole(id, in), static_cast<uint32_t>(level)});
  }
  return splice;
}

void EncodeDatasetEdit(const DatasetEdit& edit, base::ByteWriter& out) {
  const bool defined = edit.definition.has_value();
  out.PutVarint64(edit.dataset_id);
  out.PutU8(static_cast<uint8_t>((edit.drop ? format::kDatasetDropped : 0) |
                                 (defined ? format::kDatasetDefined : 0)));
  if (defined) EncodeDefinition(*edit.definition, out);
  out.PutVarint64(edit.splices.size());
  for (const SegmentSplice& splice : edit.splices) EncodeSplice(splice, out);
}

DatasetEdit DecodeDatasetEdit(FieldReader& in, SegmentTable& table) {
  DatasetEdit edit;
  edit.dataset_id = in.Varint("dataset id");
  const uint8_t bits = in.U8("dataset edit bits (1 dropped, 2 defined)");
  if ((bits & ~(format::kDatasetDropped | format::kDatasetDefined)) != 0) {
    in.Fail("unknown bits of a dataset edit");
  }
  edit.drop = (bits & format::kDatasetDropped) != 0;
  if (in.ok() && (bits & format::kDatasetDefined) != 0) {
    edit.definition = DecodeDefinition(edit.dataset_id, in);
  }
  const uint64_t count = in.Count("splices", kMinSpliceBytes);
  edit.splices.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) edit.splices.push_back(DecodeSplice(in, table));
  return edit;
}

}  // namespace

void EncodeVersionEdit(const VersionEdit& edit, base::ByteWriter& out) {
  out.PutVarint64(edit.version);
  out.PutVarint64(edit.sequence);
  out.PutI64(edit.committed_us);
  out.PutVarint64(edit.datasets.size());
  for (const DatasetEdit& dataset : edit.datasets) EncodeDatasetEdit(dataset, out);
}

VersionEdit DecodeVersionEdit(FieldReader& in, SegmentTable& table) {
  VersionEdit edit;
  edit.version = in.Varint("version");
  edit.sequence = in.Varint("sequence");
  edit.committed_us = in.I64("committed, microseconds since 1970");
  const uint64_t count = in.Count("dataset edits", kMinDatasetBytes);
  edit.datasets.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    edit.datasets.push_back(DecodeDatasetEdit(in, table));
  }
  return edit;
}

void EncodeTag(const std::string& name, const TagState& tag, base::ByteWriter& out) {
  out.PutString(name);
  out.PutVarint64(tag.version);
  out.PutVarint64(tag.attributes.size());
  for (const auto& [key, value] : tag.attributes) {
    out.PutString(key);
    out.PutString(value);
  }
}

std::pair<std::string, TagState> DecodeTag(FieldReader& in) {
  std::string name(in.String("tag name", base::kMaxNameBytes));
  TagState tag;
  tag.version = in.Varint("tagged version");
  const uint64_t count = in.Count("attributes", kMinAttributeBytes);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string key(in.String("attribute name", UINT32_MAX));
    std::string value(in.String("attribute value", UINT32_MAX));
    if (!tag.attributes.empty() && key <= tag.attributes.rbegin()->first) {
      in.Fail("attributes do not ascend");
    }
    tag.attributes.emplace_hint(tag.attributes.end(), std::move(key), std::move(value));
  }
  return {std::move(name), std::move(tag)};
}

}  // namespace ashlar::manifest
