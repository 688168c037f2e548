// Chunk table values: what can be counted in them, and their encoding. Decoding, with its
// suspicion, is chunk_table_decoder.cc's.
#include "src/segment/chunk_table.h"

#include <algorithm>

#include "src/base/bytes.h"
#include "src/segment/fixed_record.h"
#include "src/segment/format.h"

namespace ashlar::segment {
namespace {

namespace f = format;

void EncodeNode(const ChunkNode& node, base::ByteWriter& out) {
  FixedRecord<f::node::kSize> record;
  record.Put(f::node::kEncoding, static_cast<uint8_t>(node.encoding));
  record.Put(f::node::kCodeWidth, node.code_width);
  record.Put(f::node::kValidityForm, static_cast<uint8_t>(node.validity_form));
  record.Put(f::node::kOffsetsForm, static_cast<uint8_t>(node.offsets_form));
  record.Put(f::node::kValuesForm, static_cast<uint8_t>(node.values_form));
  record.Put(f::node::kLength, node.length);
  record.Put(f::node::kNullCount, node.null_count);
  record.Put(f::node::kValidityOffset, node.validity.offset);
  record.Put(f::node::kValiditySize, node.validity.size);
  record.Put(f::node::kOffsetsOffset, node.offsets.offset);
  record.Put(f::node::kOffsetsSize, node.offsets.size);
  record.Put(f::node::kValuesOffset, node.values.offset);
  record.Put(f::node::kValuesSize, node.values.size);
  record.Put(f::node::kDecodedValues, node.decoded_values);
  record.Put(f::node::kZoneMapOffset, node.zone_map.offset);
  record.Put(f::node::kZones, node.zones());
  out.PutBytes(record.bytes());
  for (const ChunkNode& dictionary : node.dictionary) EncodeNode(dictionary, out);
  for (const ChunkNode& child : node.children) EncodeNode(child, out);
}

void AppendPresent(const BufferRange& range, std::vector<BufferRange>* ranges) {
  if (range.size > 0) ranges->push_back(range);
}

}  // namespace

uint64_t ChunkNode::zones() const { return zone_map.size / f::zone::kSize; }

bool ChunkNode::is_raw() const {
  return validity_form == BufferForm::kRaw && offsets_form == BufferForm::kRaw &&
         values_form == BufferForm::kRaw;
}

std::vector<base::Digest> ChunkTable::Digests() const {
  std::vector<base::Digest> digests;
  digests.reserve(entries.size());
  for (const ChunkEntry& entry : entries) digests.push_back(entry.digest);
  return digests;
}

uint32_t ChunkTable::CountReferences() const {
  uint32_t references = 0;
  for (const ChunkEntry& entry : entries) {
    if (entry.kind == ChunkKind::kReference) ++references;
  }
  return references;
}

void EncodeChunkTable(const ChunkTable& table, base::ByteWriter& out) {
  for (const ChunkEntry& entry : table.entries) {
    FixedRecord<f::entry::kSize> head;
    head.PutBytes(f::entry::kDigest, entry.digest.bytes);
    head.Put(f::entry::kKind, static_cast<uint8_t>(entry.kind));
    out.PutBytes(head.bytes());
    if (entry.kind == ChunkKind::kReference) {
      FixedRecord<f::reference::kSize> reference;
      reference.Put(f::reference::kFileId, entry.holder.file_id);
      reference.Put(f::reference::kOrdinal, entry.holder.ordinal);
      out.PutBytes(reference.bytes());
      continue;
    }
    FixedRecord<f::here::kSize> here;
    here.Put(f::here::kStoredBytes, entry.stored_bytes);
    here.Put(f::here::kDictionaryBytes, entry.dictionary_bytes);
    here.Put(f::here::kNodes, CountNodes(entry.root));
    out.PutBytes(here.bytes());
    EncodeNode(entry.root, out);
  }
}

NodeBytes CountNodeBytes(const ChunkNode& node) {
  NodeBytes bytes{.stored = node.validity.size + node.offsets.size + node.values.size};
  for (const ChunkNode& dictionary : node.dictionary) {
    bytes.dictionary += CountNodeBytes(dictionary).stored;
  }
  for (const ChunkNode& child : node.children) {
    const NodeBytes below = CountNodeBytes(child);
    bytes.stored += below.stored;
    bytes.dictionary += below.dictionary;
  }
  return bytes;
}

uint32_t CountNodes(const ChunkNode& node) {
  uint32_t nodes = 1;
  for (const ChunkNode& dictionary : node.dictionary) nodes += CountNodes(dictionary);
  for (const ChunkNode& child : node.children) nodes += CountNodes(child);
  return nodes;
}

bool IsViewable(const ChunkNode& node) {
  return node.is_raw() && std::ranges::all_of(node.dictionary, IsViewable) &&
         std::ranges::all_of(node.children, IsViewable);
}

void AppendBuffers(const ChunkNode& node, std::vector<BufferRange>* ranges) {
  AppendPresent(node.validity, ranges);
  AppendPresent(node.offsets, ranges);
  AppendPresent(node.values, ranges);
  for (const ChunkNode& dictionary : node.dictionary) AppendBuffers(dictionary, ranges);
  for (const ChunkNode& child : node.children) AppendBuffers(child, ranges);
}

void AppendZoneMaps(const ChunkNode& node, std::vector<BufferRange>* ranges) {
  AppendPresent(node.zone_map, ranges);
  for (const ChunkNode& child : node.children) AppendZoneMaps(child, ranges);
}

}  // namespace ashlar::segment
