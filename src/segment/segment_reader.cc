// Fields to columns; see the header.
#include "src/segment/segment_reader.h"

#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/chunk_view.h"
#include "src/segment/null_column.h"

namespace ashlar::segment {
namespace {

absl::Status ProveBuffers(SegmentFile& file, const std::vector<BufferRange>& ranges) {
  for (const BufferRange& range : ranges) RETURN_IF_ERROR(file.Prove(range.offset, range.size));
  return absl::OkStatus();
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

absl::StatusOr<Column> ReadChunk(const ResolvedChunk& chunk) {
  SegmentFile& file = *chunk.file;
  const ChunkEntry& entry = file.chunks()[chunk.ordinal];
  std::vector<BufferRange> ranges;
  AppendBuffers(entry.root, &ranges);
  RETURN_IF_ERROR(ProveBuffers(file, ranges));
  const uint64_t bytes = entry.stored_bytes + entry.dictionary_bytes;
  std::shared_ptr<const ColumnData> data = ViewChunk(file.schema().field(chunk.ordinal).type,
                                                     entry.root, file.body(), file.MakePin(bytes));
  if (!file.IsStructureProven(chunk.ordinal)) {
    const absl::Status proof = ProveStructure(*data);
    if (!proof.ok()) {
      return absl::DataLossError(base::StrCat(file.name(), ": chunk ", chunk.ordinal, ": ",
                                              proof.message(), ", in the buffers at offset ",
                                              ranges.empty() ? 0 : ranges[0].offset));
    }
    file.SetStructureProven(chunk.ordinal);
  }
  file.stats().chunks_touched.fetch_add(1, std::memory_order_relaxed);
  file.stats().bytes_borrowed.fetch_add(bytes, std::memory_order_relaxed);
  return Column(std::move(data));
}

absl::StatusOr<std::vector<ZoneMap>> ReadChunkZoneMaps(const ResolvedChunk& chunk) {
  SegmentFile& file = *chunk.file;
  std::vector<std::pair<DataType, BufferRange>> maps;
  AppendLeafMaps(file.schema().field(chunk.ordinal).type, file.chunks()[chunk.ordinal].root, &maps);
  std::vector<ZoneMap> zone_maps;
  for (const auto& [type, range] : maps) {
    PinnedBytes bytes;
    if (range.size > 0) {
      ASSIGN_OR_RETURN(bytes, file.Pin(range.offset, range.size));
    }
    absl::StatusOr<ZoneMap> zone_map = ZoneMap::Make(type, std::move(bytes));
    if (!zone_map.ok()) {
      return absl::DataLossError(base::StrCat(file.name(), ": ", zone_map.status().message(),
                                              " at offset ", range.offset));
    }
    zone_maps.push_back(*std::move(zone_map));
  }
  return zone_maps;
}

SegmentReader::SegmentReader(std::shared_ptr<SegmentFile> file, FileProvider provider)
    : file_(std::move(file)), provider_(std::move(provider)) {
  ASHLAR_CHECK(file_ != nullptr);
}

uint64_t SegmentReader::rows() const { return file_->rows(); }

absl::StatusOr<Column> SegmentReader::ReadColumn(const Field& field) const {
  ASSIGN_OR_RETURN(const std::optional<uint32_t> ordinal, FindChunk(*file_, field));
  if (!ordinal.has_value()) return MakeNullColumn(field.type, static_cast<int64_t>(rows()));
  ASSIGN_OR_RETURN(const ResolvedChunk chunk, ResolveChunk(file_, *ordinal, provider_));
  return ReadChunk(chunk);
}

absl::StatusOr<std::vector<ZoneMap>> SegmentReader::ReadZoneMaps(const Field& field) const {
  ASSIGN_OR_RETURN(const std::optional<uint32_t> ordinal, FindChunk(*file_, field));
  if (!ordinal.has_value()) return std::vector<ZoneMap>();
  ASSIGN_OR_RETURN(const ResolvedChunk chunk, ResolveChunk(file_, *ordinal, provider_));
  return ReadChunkZoneMaps(chunk);
}

}  // namespace ashlar::segment
