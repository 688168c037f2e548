// Decoding of chunk tables: nothing in the bytes is believed.
//
// Owns: DecodeChunkTable(). The walk follows the schema's types, which are bounded in depth, so
// hostile bytes cannot deepen it; the places of all buffers must be exactly those that a writer
// gives them (aligned, in order, without gaps), which rules out overlap and strays at once.
#include <algorithm>
#include <string>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_table.h"
#include "src/segment/fixed_record.h"
#include "src/segment/format.h"

namespace ashlar::segment {
namespace {

namespace f = format;

class Decoder {
 public:
  Decoder(const ChunkTableLimits& limits, base::ByteReader& in)
      : limits_(limits), in_(in), position_(f::kBodyOffset) {}

  // An entry's errors are kept in the reader.
  ChunkEntry ReadEntry(const DataType& type) {
    ChunkEntry entry;
    const std::span<const std::byte> head = in_.ReadBytes(f::entry::kSize);
    if (!in_.ok()) return entry;
    const std::span<const std::byte> digest = FieldBytes(head, f::entry::kDigest);
    std::copy(digest.begin(), digest.end(), entry.digest.bytes.begin());
    const uint64_t kind = ReadNumber(head, f::entry::kKind);
    if (kind == static_cast<uint8_t>(ChunkKind::kReference)) {
      ReadReference(&entry);
    } else if (kind == static_cast<uint8_t>(ChunkKind::kHere)) {
      ReadHere(type, &entry);
    } else {
      in_.Fail(base::StrCat("chunk kind ", kind, " is unknown"));
    }
    return entry;
  }

  // After the last entry: the body must end where the tail begins.
  void CheckEnd() {
    if (in_.ok() && base::AlignUp(position_, f::kAlignment) != limits_.body_end) {
      in_.Fail("the chunks do not fill the body");
    }
  }

 private:
  void ReadReference(ChunkEntry* entry) {
    const std::span<const std::byte> bytes = in_.ReadBytes(f::reference::kSize);
    if (!in_.ok()) return;
    entry->kind = ChunkKind::kReference;
    entry->holder.file_id = ReadField<uint64_t>(bytes, f::reference::kFileId);
    entry->holder.ordinal = ReadField<uint32_t>(bytes, f::reference::kOrdinal);
    if (entry->holder.file_id == limits_.segment_id) in_.Fail("a chunk refers to its own file");
    if (entry->holder.ordinal >= base::kMaxColumns) in_.Fail("the ordinal is out of range");
  }

  void ReadHere(const DataType& type, ChunkEntry* entry) {
    const std::span<const std::byte> bytes = in_.ReadBytes(f::here::kSize);
    if (!in_.ok()) return;
    entry->stored_bytes = ReadField<uint64_t>(bytes, f::here::kStoredBytes);
    entry->dictionary_bytes = ReadField<uint64_t>(bytes, f::here::kDictionaryBytes);
    const auto nodes = ReadField<uint32_t>(bytes, f::here::kNodes);
    entry->root = ReadNode(type, /*is_dictionary=*/false, /*is_element=*/false);
    if (!in_.ok()) return;
    if (nodes != CountNodes(entry->root)) return in_.Fail("the node count is wrong");
    if (entry->root.length != limits_.rows) return in_.Fail("the chunk has other rows");
    const absl::Status shape = CheckNode(type, entry->root);
    if (!shape.ok()) return in_.Fail(base::StrCat("bad node: ", shape.message()));
    CheckPlaces(*entry);
  }

  ChunkNode ReadNode(const DataType& type, bool is_dictionary, bool is_element) {
    ChunkNode node;
    const std::span<const std::byte> bytes = in_.ReadBytes(f::node::kSize);
    if (!in_.ok()) return node;
    const uint64_t encoding = ReadNumber(bytes, f::node::kEncoding);
    if (encoding < static_cast<uint8_t>(Encoding::kPlain) ||
        encoding > static_cast<uint8_t>(Encoding::kDictionary)) {
      in_.Fail(base::StrCat("encoding ", encoding, " is unknown"));
      return node;
    }
    node.encoding = static_cast<Encoding>(encoding);
    node.code_width = ReadField<uint8_t>(bytes, f::node::kCodeWidth);
    node.validity_form = ReadForm(bytes, f::node::kValidityForm);
    node.offsets_form = ReadForm(bytes, f::node::kOffsetsForm);
    node.values_form = ReadForm(bytes, f::node::kValuesForm);
    node.length = ReadField<uint64_t>(bytes, f::node::kLength);
    node.null_count = ReadField<uint64_t>(bytes, f::node::kNullCount);
    node.validity = ReadRange(bytes, f::node::kValidityOffset, f::node::kValiditySize);
    node.offsets = ReadRange(bytes, f::node::kOffsetsOffset, f::node::kOffsetsSize);
    node.values = ReadRange(bytes, f::node::kValuesOffset, f::node::kValuesSize);
    node.decoded_values = ReadField<uint64_t>(bytes, f::node::kDecodedValues);
    ReadZoneMap(bytes, IsLeaf(type) && !is_dictionary && !is_element, &node);
    if (node.encoding != Encoding::kPlain) {
      // A dictionary is plain: it has none itself.
      if (is_dictionary) in_.Fail("a dictionary has a dictionary");
      if (in_.ok()) node.dictionary.push_back(ReadNode(type, true, is_element));
      return node;
    }
    if (is_dictionary) return node;
    const bool is_vector = ShapeOf(type) == Shape::kVector;
    for (const DataType& child : ChildTypes(type)) {
      if (!in_.ok()) break;
      node.children.push_back(ReadNode(child, false, is_vector));
    }
    return node;
  }

  BufferForm ReadForm(std::span<const std::byte> record, const f::FixedField& field) {
    const uint64_t form = ReadNumber(record, field);
    if (form < static_cast<uint8_t>(BufferForm::kRaw) ||
        form > static_cast<uint8_t>(BufferForm::kPlanes)) {
      in_.Fail(base::StrCat("buffer form ", form, " is unknown"));
      return BufferForm::kRaw;
    }
    return static_cast<BufferForm>(form);
  }

  static BufferRange ReadRange(std::span<const std::byte> record, const f::FixedField& offset,
                               const f::FixedField& size) {
    return {ReadField<uint64_t>(record, offset), ReadField<uint64_t>(record, size)};
  }

  void ReadZoneMap(std::span<const std::byte> record, bool has_zones, ChunkNode* node) {
    const uint64_t expected =
        has_zones ? (limits_.rows + f::kZoneRows - 1) / f::kZoneRows : uint64_t{0};
    if (ReadField<uint64_t>(record, f::node::kZones) != expected) {
      return in_.Fail("the number of zones is wrong");
    }
    node->zone_map = {ReadField<uint64_t>(record, f::node::kZoneMapOffset),
                      expected * f::zone::kSize};
  }

  void CheckPlaces(const ChunkEntry& entry) {
    if (!AllAbsentAtZero(entry.root)) return in_.Fail("an absent buffer has a place");
    std::vector<BufferRange> ranges;
    AppendBuffers(entry.root, &ranges);
    AppendZoneMaps(entry.root, &ranges);
    for (const BufferRange& range : ranges) {
      const uint64_t expected = base::AlignUp(position_, f::kAlignment);
      if (range.offset != expected) {
        return in_.Fail(base::StrCat("a buffer lies at ", range.offset, " instead of ", expected));
      }
      if (range.offset > limits_.body_end || range.size > limits_.body_end - range.offset) {
        return in_.Fail("a buffer reaches out of the body");
      }
      position_ = range.offset + range.size;
    }
    // Only now is every size known to be sane enough to be summed up.
    const NodeBytes bytes = CountNodeBytes(entry.root);
    if (bytes.stored != entry.stored_bytes || bytes.dictionary != entry.dictionary_bytes) {
      in_.Fail("the chunk's byte counts are wrong");
    }
  }

  static bool AllAbsentAtZero(const ChunkNode& node) {
    for (const BufferRange& range : {node.validity, node.offsets, node.values, node.zone_map}) {
      if (range.size == 0 && range.offset != 0) return false;
    }
    return std::ranges::all_of(node.dictionary, AllAbsentAtZero) &&
           std::ranges::all_of(node.children, AllAbsentAtZero);
  }

  const ChunkTableLimits limits_;
  base::ByteReader& in_;
  uint64_t position_;  // the end of the last buffer; at most body_end
};

}  // namespace

absl::StatusOr<ChunkTable> DecodeChunkTable(const Schema& schema, const ChunkTableLimits& limits,
                                            base::ByteReader& in) {
  if (limits.rows > base::kMaxSegmentRows || limits.body_end > base::kMaxSegmentBytes) {
    return absl::DataLossError("the segment is larger than any segment may be");
  }
  ChunkTable table;
  Decoder decoder(limits, in);
  for (const Field& field : schema.fields()) {
    if (!in.ok()) break;
    table.entries.push_back(decoder.ReadEntry(field.type));
  }
  decoder.CheckEnd();
  RETURN_IF_ERROR(in.Finish());
  return table;
}

}  // namespace ashlar::segment
