// Building a segment file front to back; see the header.
#include "src/segment/segment_writer.h"

#include <optional>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/schema_codec.h"
#include "src/io/file_names.h"
#include "src/segment/body_writer.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_compact.h"
#include "src/segment/segment_tail.h"
#include "src/segment/zone_map_builder.h"

namespace ashlar::segment {
namespace {

// Gives the ranges of a node and all below it their places, as AppendBuffers() orders them.
void PlaceBuffers(ChunkNode* node, uint64_t* position) {
  for (BufferRange* range : {&node->validity, &node->offsets, &node->values}) {
    if (range->size == 0) continue;
    range->offset = base::AlignUp(*position, format::kAlignment);
    *position = range->offset + range->size;
  }
  for (ChunkNode& dictionary : node->dictionary) PlaceBuffers(&dictionary, position);
  for (ChunkNode& child : node->children) PlaceBuffers(&child, position);
}

void PlaceZoneMaps(const DataType& type, const std::vector<std::string>& maps, ChunkNode* node,
                   size_t* next, uint64_t* position) {
  if (IsLeaf(type)) {
    const uint64_t size = maps[(*next)++].size();
    if (size == 0) return;
    node->zone_map = {base::AlignUp(*position, format::kAlignment), size};
    *position = node->zone_map.offset + size;
    return;
  }
  const std::vector<DataType> types = ChildTypes(type);
  for (size_t i = 0; i < types.size(); ++i) {
    PlaceZoneMaps(types[i], maps, &node->children[i], next, position);
  }
}

}  // namespace

struct SegmentWriter::State {
  explicit State(io::FileSystem& file_system) : files(file_system) {}

  io::FileSystem& files;
  Schema schema;
  SegmentHeader header;
  SegmentTail tail;
  std::optional<BodyWriter> body;
  std::unique_ptr<io::WritableFile> file;  // once it is created
  uint64_t direct_above = 0;
  uint64_t batch_bytes = 0;
  uint64_t dictionary_bytes = 0;
  bool finished = false;
  std::optional<ZstdCompressor> compressor;  // where storage is compact

  // The field whose chunk comes next.
  [[nodiscard]] absl::StatusOr<Field> NextField() const {
    if (finished || tail.table.size() == schema.size()) {
      return absl::FailedPreconditionError("every field of the segment has its chunk already");
    }
    return schema.field(tail.table.size());
  }

  [[nodiscard]] absl::Status WriteChunk(const Field& field, const Column& canonical,
                                        ChunkEntry* entry) {
    std::vector<PinnedBytes> buffers;
    if (compressor.has_value()) {
      ASSIGN_OR_RETURN(entry->root, CompactColumn(canonical, *compressor, &buffers));
    } else {
      ASSIGN_OR_RETURN(entry->root, DescribeColumn(EncodeLeaves(canonical), &buffers));
    }
    RETURN_IF_ERROR(CheckNode(field.type, entry->root));
    const std::vector<std::string> maps = BuildZoneMaps(canonical);
    uint64_t position = body->position();
    PlaceBuffers(&entry->root, &position);
    size_t next = 0;
    PlaceZoneMaps(field.type, maps, &entry->root, &next, &position);
    ASHLAR_CHECK(next == maps.size());
    for (const PinnedBytes& buffer : buffers) RETURN_IF_ERROR(body->AppendAligned(buffer.bytes()));
    for (const std::string& map : maps) RETURN_IF_ERROR(body->AppendAligned(base::AsBytes(map)));
    ASHLAR_CHECK(body->position() == position);
    return absl::OkStatus();
  }
};

SegmentWriter::SegmentWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SegmentWriter::~SegmentWriter() = default;

absl::StatusOr<std::unique_ptr<SegmentWriter>> SegmentWriter::Create(
    io::FileSystem& files, const Schema& schema, uint64_t rows,
    const SegmentWriterOptions& options) {
  if (rows > base::kMaxSegmentRows) {
    return absl::InvalidArgumentError(base::StrCat("a segment cannot have ", rows, " rows"));
  }
  if (options.segment_id > io::kMaxFileNumber) {
    return absl::InvalidArgumentError("the segment id is too large");
  }
  auto state = std::make_unique<State>(files);
  state->schema = schema;
  state->header = {.id = options.segment_id,
                   .fingerprint = columnar::SchemaFingerprint(schema),
                   .rows = rows,
                   .created_us = options.created_us,
                   .compacted_us = options.compacted_us};
  if (options.storage == Storage::kCompact) state->compressor.emplace();
  state->direct_above = options.direct_above;
  state->body.emplace(options.buffers != nullptr ? options.buffers
                                                 : io::BufferPool::Create(io::kDirectBufferBytes,
                                                                          io::kDirectAlignment, 0));
  RETURN_IF_ERROR(state->body->AppendAligned(base::AsBytes(EncodeHeader(state->header))));
  return std::unique_ptr<SegmentWriter>(new SegmentWriter(std::move(state)));
}

absl::Status SegmentWriter::AddChunk(const base::Digest& digest, const Column& canonical) {
  ASSIGN_OR_RETURN(const Field field, state_->NextField());
  if (canonical.type() != field.type) {
    return absl::InvalidArgumentError(base::StrCat("the chunk of ",
                                                   base::QuoteForMessage(field.name), " has type ",
                                                   canonical.type().ToString()));
  }
  if (static_cast<uint64_t>(canonical.length()) != state_->header.rows) {
    return absl::InvalidArgumentError(
        base::StrCat("the chunk of ", base::QuoteForMessage(field.name), " has ",
                     canonical.length(), " rows instead of ", state_->header.rows));
  }
  ChunkEntry entry;
  entry.digest = digest;
  RETURN_IF_ERROR(state_->WriteChunk(field, canonical, &entry));
  const NodeBytes bytes = CountNodeBytes(entry.root);
  entry.stored_bytes = bytes.stored;
  entry.dictionary_bytes = bytes.dictionary;
  state_->batch_bytes += bytes.stored;
  state_->dictionary_bytes += bytes.dictionary;
  state_->tail.table.entries.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::Status SegmentWriter::AddReference(const base::Digest& digest, const ChunkLocation& holder) {
  ASSIGN_OR_RETURN(const Field field, state_->NextField());
  if (holder.file_id == state_->header.id || holder.ordinal >= base::kMaxColumns) {
    return absl::InvalidArgumentError(base::StrCat("the chunk of ",
                                                   base::QuoteForMessage(field.name),
                                                   " refers to a place that cannot hold it"));
  }
  ChunkEntry entry;
  entry.digest = digest;
  entry.kind = ChunkKind::kReference;
  entry.holder = holder;
  state_->tail.table.entries.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::Status SegmentWriter::AddKeys(const KeySections& keys) {
  State& state = *state_;
  KeyTable& table = state.tail.keys;
  if (state.finished || state.tail.table.size() != state.schema.size() || !table.empty()) {
    return absl::FailedPreconditionError("keys are added once, behind the chunk of the last field");
  }
  RETURN_IF_ERROR(CheckKeyChunks(keys.key_chunks, state.schema.size()));
  RETURN_IF_ERROR(CheckKeySections(keys, state.header.rows));
  table.chunks = keys.key_chunks;
  const base::Digest stamp = KeyStamp(state.tail.table, table.chunks);
  for (const KeySectionBytes& section : BuildKeySections(keys)) {
    const std::span<const std::byte> bytes = base::AsBytes(section.bytes);
    const uint64_t offset = base::AlignUp(state.body->position(), format::kAlignment);
    RETURN_IF_ERROR(state.body->AppendAligned(bytes));
    table.sections.push_back({.kind = section.kind,
                              .range = {offset, bytes.size()},
                              .crc = base::Crc32c(bytes),
                              .stamp = stamp});
  }
  return absl::OkStatus();
}

absl::StatusOr<WrittenSegment> SegmentWriter::Finish() {
  State& state = *state_;
  if (state.finished || state.tail.table.size() != state.schema.size()) {
    return absl::FailedPreconditionError("a segment is finished once, with a chunk for each field");
  }
  state.finished = true;
  ASSIGN_OR_RETURN(state.tail.page_crcs, state.body->FinishBody());
  state.tail.schema = state.schema;
  state.tail.footer.id = state.header.id;
  state.tail.footer.rows = state.header.rows;
  state.tail.footer.tail_offset = state.body->position();
  WrittenSegment written;
  written.rows = state.header.rows;
  written.digest = SegmentDigest(state.schema, written.rows, state.tail.table.Digests());
  state.tail.footer.digest = written.digest;
  ASSIGN_OR_RETURN(const std::string tail, EncodeTail(&state.tail));
  RETURN_IF_ERROR(state.body->AppendTail(base::AsBytes(tail)));
  written.file = {.id = state.header.id,
                  .bytes = state.body->position(),
                  .footer_digest = base::DigestOf(base::AsBytes(tail))};
  written.batch_bytes = state.batch_bytes;
  written.dictionary_bytes = state.dictionary_bytes;
  written.key_index_bytes = state.tail.keys.section_bytes();
  written.metadata_bytes =
      written.file.bytes - state.batch_bytes - state.dictionary_bytes - written.key_index_bytes;
  return written;
}

const ChunkTable& SegmentWriter::chunks() const {
  ASHLAR_CHECK(state_->finished);
  return state_->tail.table;
}

bool SegmentWriter::bypasses_cache() const {
  ASHLAR_CHECK(state_->finished);
  return state_->body->position() > state_->direct_above;
}

absl::Status SegmentWriter::CreateFile() {
  State& state = *state_;
  if (!state.finished) return absl::FailedPreconditionError("the segment is not finished");
  ASHLAR_CHECK(state.file == nullptr);
  // The page cache allocates when it writes back, and knows then how much.
  const bool direct = bypasses_cache();
  ASSIGN_OR_RETURN(
      state.file,
      state.files.Create(io::SegmentName(state.header.id),
                         {.expected_size = direct ? state.body->position() : 0, .direct = direct}));
  return absl::OkStatus();
}

absl::Status SegmentWriter::Sync() {
  State& state = *state_;
  if (state.file == nullptr) RETURN_IF_ERROR(CreateFile());
  RETURN_IF_ERROR(state.body->WriteTo(*state.file));
  RETURN_IF_ERROR(state.file->Sync());
  return state.file->Close();
}

}  // namespace ashlar::segment
