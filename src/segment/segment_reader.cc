// Fields to columns; see the header.
#include "src/segment/segment_reader.h"

#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/null_column.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/chunk_view.h"
#include "src/segment/packed_leaf.h"

namespace ashlar::segment {
namespace {

// Bytes of the buffers that a column of the node views where they lie.
uint64_t RawBytes(const ChunkNode& node) {
  uint64_t bytes = 0;
  if (node.validity_form == BufferForm::kRaw) bytes += node.validity.size;
  if (node.offsets_form == BufferForm::kRaw) bytes += node.offsets.size;
  if (node.values_form == BufferForm::kRaw) bytes += node.values.size;
  for (const ChunkNode& dictionary : node.dictionary) bytes += RawBytes(dictionary);
  for (const ChunkNode& child : node.children) bytes += RawBytes(child);
  return bytes;
}

absl::Status ProveBuffers(SegmentFile& file, const std::vector<BufferRange>& ranges) {
  for (const BufferRange& range : ranges) RETURN_IF_ERROR(file.Prove(range.offset, range.size));
  return absl::OkStatus();
}

absl::Status Broken(const ResolvedChunk& chunk, const std::vector<BufferRange>& ranges,
                    const absl::Status& why) {
  return absl::DataLossError(base::StrCat(chunk.file->name(), ": chunk ", chunk.ordinal, ": ",
                                          why.message(), ", in the buffers at offset ",
                                          ranges.empty() ? 0 : ranges[0].offset));
}

// The types of the leaves in the order of AppendZoneMaps().
void AppendLeafMaps(const DataType& type, const ChunkNode& node,
                    std::vector<std::pair<DataType, BufferRange>>* maps) {
  if (IsLeaf(type)) {
    maps->emplace_back(type, node.zone_map);
    return;
  }
  const std::vector<DataType> types = ChildTypes(type);
  for (size_t i = 0; i < types.size(); ++i) AppendLeafMaps(types[i], node.children[i], maps);
}

}  // namespace

absl::StatusOr<Column> ReadChunk(const ResolvedChunk& chunk, ReadCost* cost) {
  SegmentFile& file = *chunk.file;
  const ChunkEntry& entry = file.chunks()[chunk.ordinal];
  std::vector<BufferRange> ranges;
  AppendBuffers(entry.root, &ranges);
  RETURN_IF_ERROR(ProveBuffers(file, ranges));
  const bool is_view = IsViewable(entry.root);
  const uint64_t bytes = entry.stored_bytes + entry.dictionary_bytes;
  uint64_t decoded_bytes = 0;
  absl::StatusOr<std::shared_ptr<const ColumnData>> data = ViewChunk(
      file.schema().field(chunk.ordinal).type, entry.root,
      {file.body(), file.MakePin(is_view ? bytes : RawBytes(entry.root))}, &decoded_bytes);
  if (!data.ok()) return Broken(chunk, ranges, data.status());
  if (!file.IsProven(chunk.ordinal, SegmentFile::Proof::kStructure)) {
    const absl::Status proof = ProveStructure(**data);
    if (!proof.ok()) return Broken(chunk, ranges, proof);
    file.SetProven(chunk.ordinal, SegmentFile::Proof::kStructure);
  }
  ReadStats& stats = file.stats();
  stats.chunks_touched.fetch_add(1, std::memory_order_relaxed);
  if (is_view) {
    stats.bytes_borrowed.fetch_add(bytes, std::memory_order_relaxed);
  } else {
    stats.chunks_decoded.fetch_add(1, std::memory_order_relaxed);
    stats.bytes_copied.fetch_add(decoded_bytes, std::memory_order_relaxed);
  }
  if (cost != nullptr) {
    cost->bytes_borrowed += is_view ? bytes : 0;
    cost->bytes_copied += decoded_bytes;
    cost->decoded = cost->decoded || !is_view;
  }
  return Column(*std::move(data));
}

absl::StatusOr<std::vector<ZoneMap>> ReadChunkZoneMaps(const ResolvedChunk& chunk) {
  SegmentFile& file = *chunk.file;
  std::vector<std::pair<DataType, BufferRange>> maps;
  AppendLeafMaps(file.schema().field(chunk.ordinal).type, file.chunks()[chunk.ordinal].root, &maps);
  const bool proven = file.IsProven(chunk.ordinal, SegmentFile::Proof::kZoneMaps);
  std::vector<ZoneMap> zone_maps;
  for (const auto& [type, range] : maps) {
    PinnedBytes bytes;
    if (range.size > 0) {
      ASSIGN_OR_RETURN(bytes, file.Pin(range.offset, range.size));
    }
    absl::StatusOr<ZoneMap> zone_map = ZoneMap::Make(type, std::move(bytes), proven);
    if (!zone_map.ok()) {
      return absl::DataLossError(base::StrCat(file.name(), ": ", zone_map.status().message(),
                                              " at offset ", range.offset));
    }
    zone_maps.push_back(*std::move(zone_map));
  }
  file.SetProven(chunk.ordinal, SegmentFile::Proof::kZoneMaps);
  return zone_maps;
}

SegmentReader::SegmentReader(std::shared_ptr<SegmentFile> file, FileProvider provider)
    : file_(std::move(file)), provider_(std::move(provider)) {
  ASHLAR_CHECK(file_ != nullptr);
}

uint64_t SegmentReader::rows() const { return file_->rows(); }

absl::StatusOr<Column> SegmentReader::ReadColumn(const Field& field, ReadCost* cost) const {
  ASSIGN_OR_RETURN(const std::optional<uint32_t> ordinal, FindChunk(*file_, field));
  if (!ordinal.has_value())
    return columnar::MakeNullColumn(field.type, static_cast<int64_t>(rows()));
  ASSIGN_OR_RETURN(const ResolvedChunk chunk, ResolveChunk(file_, *ordinal, provider_));
  return ReadChunk(chunk, cost);
}

absl::StatusOr<std::optional<columnar::PackedColumn>> SegmentReader::ReadPacked(
    const Field& field, std::span<const size_t> members) const {
  ASSIGN_OR_RETURN(const std::optional<uint32_t> ordinal, FindChunk(*file_, field));
  if (!ordinal.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const ResolvedChunk chunk, ResolveChunk(file_, *ordinal, provider_));
  return ReadPackedLeaf(chunk, members);
}

absl::StatusOr<std::vector<ZoneMap>> SegmentReader::ReadZoneMaps(const Field& field) const {
  ASSIGN_OR_RETURN(const std::optional<uint32_t> ordinal, FindChunk(*file_, field));
  if (!ordinal.has_value()) return std::vector<ZoneMap>();
  ASSIGN_OR_RETURN(const ResolvedChunk chunk, ResolveChunk(file_, *ordinal, provider_));
  return ReadChunkZoneMaps(chunk);
}

}  // namespace ashlar::segment
