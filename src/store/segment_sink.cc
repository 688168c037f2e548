// Deciding what a run of rows costs, and writing it.

#include "src/store/segment_sink.h"
#include "src/store/free_segment_id.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/segment/key_pages.h"
#include "src/store/free_segment_id.h"
#include "src/store/held_chunks.h"

namespace ashlar::store {
namespace {

std::vector<columnar::ColumnPiece> PiecesOfField(const RowRun& run, size_t field) {
  std::vector<columnar::ColumnPiece> pieces;
  pieces.reserve(run.pieces.size());
  for (const RowPiece& piece : run.pieces) {
    pieces.push_back({&piece.batch->column(field), piece.offset, piece.length});
  }
  return pieces;
}

// Reading the new file's footer back proves it before the manifest names it.
absl::Status WriteAndProve(segment::SegmentWriter& writer, const manifest::SegmentMeta& meta,
                           SegmentCache& cache) {
  RETURN_IF_ERROR(writer.Sync());
  ASSIGN_OR_RETURN(const auto opened, cache.OpenWritten(meta));
  return writer.bypasses_cache() ? segment::PopulateKeyPages(*opened) : absl::OkStatus();
}

}  // namespace

void AddWriteStats(const WriteStats& more, WriteStats* sum) {
  sum->rows += more.rows;
  sum->logical_bytes += more.logical_bytes;
  sum->batch_bytes += more.batch_bytes;
  sum->dictionary_bytes += more.dictionary_bytes;
  sum->key_index_bytes += more.key_index_bytes;
  sum->metadata_bytes += more.metadata_bytes;
  sum->segments_written += more.segments_written;
  sum->segments_skipped += more.segments_skipped;
  sum->chunks_written += more.chunks_written;
  sum->chunks_skipped += more.chunks_skipped;
}

SegmentSink::SegmentSink(SinkContext context)
    : context_(std::move(context)), pins_(context_.reuse), behind_(*context_.writers) {
  ASHLAR_CHECK(context_.cache != nullptr && context_.next_segment_id != nullptr);
  ASHLAR_CHECK(context_.publisher != nullptr && context_.buffers != nullptr);
}

absl::StatusOr<SegmentSink::Measured> SegmentSink::Measure(const Schema& schema, const RowRun& run,
                                                           WriteStats* stats) {
  ASHLAR_CHECK(run.rows > 0);
  Measured measured;
  for (size_t field = 0; field < schema.size(); ++field) {
    measured.pieces.push_back(PiecesOfField(run, field));
    ASSIGN_OR_RETURN(const base::Digest digest,
                     columnar::DigestOfPieces(schema.field(field).type, measured.pieces.back()));
    measured.digests.push_back(digest);
    measured.logical_bytes += columnar::LogicalBytesOfPieces(measured.pieces.back());
  }
  stats->rows += run.rows;
  stats->logical_bytes += measured.logical_bytes;
  return measured;
}

absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> SegmentSink::Write(
    const Schema& schema, Storage storage, const RowRun& run, WriteStats* stats) {
  ASSIGN_OR_RETURN(const Measured measured, Measure(schema, run, stats));
  const base::Digest digest = segment::SegmentDigest(schema, run.rows, measured.digests);
  if (auto known = FindSegment(digest, run.rows)) {
    ++stats->segments_skipped;
    stats->chunks_skipped += schema.size();
    return known;
  }
  return WriteFile(schema, storage, measured, run.rows, nullptr, stats);
}

absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> SegmentSink::WriteSorted(
    const Schema& schema, Storage storage, const RowRun& run, const SortedKeys& keys,
    WriteStats* stats) {
  ASHLAR_CHECK(keys.keys != nullptr && keys.first + run.rows <= keys.keys->rows);
  ASSIGN_OR_RETURN(const Measured measured, Measure(schema, run, stats));
  return WriteFile(schema, storage, measured, run.rows, &keys, stats);
}

absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> SegmentSink::WriteFile(
    const Schema& schema, Storage storage, const Measured& measured, uint64_t rows,
    const SortedKeys* keys, WriteStats* stats) {
  RETURN_IF_ERROR(context_.publisher->BeginWriting());
  std::optional<NewFile> file;
  // A taken name is found after the file is built, and its id is among the bytes: it is built
  // again.
  const auto make = [&](uint64_t id) -> absl::Status {
    ASSIGN_OR_RETURN(file, BuildFile(id, schema, storage, measured, rows, keys));
    const absl::Status created = file->writer->CreateFile();
    if (!absl::IsAlreadyExists(created)) created_files_.push_back(id);
    return created;
  };
  RETURN_IF_ERROR(MakeWithFreeId(*context_.next_segment_id, pins_, make));
  const WriteStats of_file = file->stats;
  ASSIGN_OR_RETURN(auto meta, SendFile(*std::move(file)));
  AddWriteStats(of_file, stats);
  return meta;
}

std::shared_ptr<const manifest::SegmentMeta> SegmentSink::FindSegment(const base::Digest& digest,
                                                                      uint64_t rows) {
  if (auto own = own_.FindSegment(digest, rows)) return own;
  return context_.reuse->FindSegment(digest, rows, &pins_);
}

std::optional<manifest::KnownChunk> SegmentSink::FindChunk(const base::Digest& digest,
                                                           uint64_t rows) {
  if (auto own = own_.FindChunk(digest, rows)) return own;
  auto known = context_.reuse->FindChunk(digest, rows, &pins_);
  if (known.has_value() && left_out_.contains(known->holder->file.id)) return std::nullopt;
  return known;
}

uint64_t SegmentSink::DirectAbove() const {
  // Of the smallest files, reading keys back costs more than the copy that is saved.
  constexpr uint64_t kLeastPart = 8;
  const uint64_t limit = context_.direct_above;
  if (!context_.loads) return limit;
  return std::max(limit / kLeastPart, limit - std::min(limit, sent_bytes_));
}

absl::StatusOr<SegmentSink::NewFile> SegmentSink::BuildFile(uint64_t id, const Schema& schema,
                                                            Storage storage,
                                                            const Measured& measured, uint64_t rows,
                                                            const SortedKeys* keys) {
  NewFile file;
  file.id = id;
  const int64_t now_us = base::NowMicros(*context_.clock);
  ASSIGN_OR_RETURN(file.writer,
                   segment::SegmentWriter::Create(context_.cache->files(), schema, rows,
                                                  {.segment_id = id,
                                                   .created_us = now_us,
                                                   .compacted_us = context_.compacts ? now_us : 0,
                                                   .storage = storage,
                                                   .direct_above = DirectAbove(),
                                                   .buffers = context_.buffers}));
  file.meta.rows = rows;
  file.meta.logical_bytes = measured.logical_bytes;
  RETURN_IF_ERROR(AddChunks(schema, measured.pieces, measured.digests, &file));
  if (keys != nullptr) {
    RETURN_IF_ERROR(file.writer->AddKeys(
        {.hashes = std::span(keys->keys->hashes).subspan(keys->first, rows),
         .prefixes = std::span(keys->keys->prefixes).subspan(keys->first, rows),
         .key_chunks = keys->key_fields,
         .hash_index = keys->hash_index}));
  }
  ASSIGN_OR_RETURN(const segment::WrittenSegment written, file.writer->Finish());
  file.meta.file = written.file;
  file.meta.digest = written.digest;
  file.meta.own_chunk_bytes = written.batch_bytes + written.dictionary_bytes;
  file.stats.segments_written = 1;
  file.stats.batch_bytes = written.batch_bytes;
  file.stats.dictionary_bytes = written.dictionary_bytes;
  file.stats.key_index_bytes = written.key_index_bytes;
  file.stats.metadata_bytes = written.metadata_bytes;
  return file;
}

absl::Status SegmentSink::AddChunks(const Schema& schema, const Pieces& pieces,
                                    std::span<const base::Digest> digests, NewFile* file) {
  for (size_t field = 0; field < schema.size(); ++field) {
    // Only older files are referred to, so that references can never form a ring.
    if (auto known = FindChunk(digests[field], file->meta.rows);
        known.has_value() && known->holder->file.id < file->id) {
      RETURN_IF_ERROR(
          file->writer->AddReference(digests[field], {known->holder->file.id, known->ordinal}));
      file->meta.uses.push_back({known->holder, known->ordinal, known->bytes});
      ++file->stats.chunks_skipped;
      continue;
    }
    ASSIGN_OR_RETURN(const Column canonical,
                     columnar::MakeCanonical(schema.field(field).type, pieces[field]));
    RETURN_IF_ERROR(file->writer->AddChunk(digests[field], canonical));
    ++file->stats.chunks_written;
  }
  std::sort(file->meta.uses.begin(), file->meta.uses.end(),
            [](const manifest::ChunkUse& a, const manifest::ChunkUse& b) {
              return std::pair(a.holder->file.id, a.ordinal) <
                     std::pair(b.holder->file.id, b.ordinal);
            });
  const auto repeated =
      std::unique(file->meta.uses.begin(), file->meta.uses.end(),
                  [](const manifest::ChunkUse& a, const manifest::ChunkUse& b) {
                    return a.holder->file.id == b.holder->file.id && a.ordinal == b.ordinal;
                  });
  file->meta.uses.erase(repeated, file->meta.uses.end());
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> SegmentSink::SendFile(NewFile file) {
  const auto meta = std::make_shared<const manifest::SegmentMeta>(std::move(file.meta));
  NewSegment segment{meta, HeldChunks(file.writer->chunks())};
  // It borrows nothing from the sink but the pins, which outlive it.
  const auto write = [meta, writer = std::move(file.writer), cache = context_.cache] {
    const absl::Status written = WriteAndProve(*writer, *meta, *cache);
    cache->EndWrite(meta->file.id, written);
    return written;
  };
  context_.cache->BeginWrite(meta->file.id);
  sent_bytes_ += meta->file.bytes;
  // One buffer is written sooner than handed over.
  RETURN_IF_ERROR(meta->file.bytes > context_.buffers->buffer_size() ? behind_.Start(write)
                                                                     : write());
  own_.AddSegment(meta);
  own_.AddChunks(meta, segment.chunks);
  written_.push_back(std::move(segment));
  return meta;
}

}  // namespace ashlar::store
