// One file after the other; see the header.

#include "src/store/segment_check.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/segment/segment_reader.h"
#include "src/segment/segment_verifier.h"
#include "src/store/held_chunks.h"
#include "src/store/readable_manifest.h"

namespace ashlar::store {
namespace {

using manifest::ChunkUse;
using manifest::SegmentMeta;
using segment::ChunkEntry;
using segment::ChunkKind;
using segment::Damage;
using segment::SegmentFile;

// Open files cost a map each; holders are older than those who refer to them, so few stay needed.
constexpr size_t kMaxOpenFiles = 4096;

// Damage that costs every row.
Damage LossOfAll(const SegmentMeta& meta, const absl::Status& status) {
  const std::string name = io::SegmentName(meta.file.id);
  const DamagedRange range = DamageOf(name, status);
  Damage damage{.file = name,
                .offset = range.offset,
                .size = 0,
                .chunk = std::nullopt,
                .what = range.what,
                .lost = {}};
  if (meta.rows > 0) damage.lost.push_back({0, meta.rows});
  return damage;
}

Damage Disagreement(const SegmentFile& file, std::string what) {
  return {.file = file.name(),
          .offset = file.body().size(),
          .size = 0,
          .chunk = std::nullopt,
          .what = std::move(what),
          .lost = {}};
}

const ChunkUse* FindUse(const SegmentMeta& meta, const segment::ChunkLocation& place) {
  for (const ChunkUse& use : meta.uses) {
    if (use.holder->file.id == place.file_id && use.ordinal == place.ordinal) return &use;
  }
  return nullptr;
}

uint64_t BytesOf(const ChunkEntry& entry) { return entry.stored_bytes + entry.dictionary_bytes; }

// What the manifest says about the file itself.
void CompareWithManifest(const SegmentMeta& meta, const SegmentFile& file,
                         std::vector<Damage>* damage) {
  if (file.rows() != meta.rows) {
    damage->push_back(
        LossOfAll(meta, absl::DataLossError(base::StrCat("the file has ", file.rows(),
                                                         " rows, the manifest says ", meta.rows))));
  }
  if (file.digest() != meta.digest) {
    damage->push_back(Disagreement(file, "the manifest names another segment digest"));
  }
  uint64_t own_bytes = 0;
  for (const manifest::HeldChunk& chunk : HeldChunks(file.chunks())) own_bytes += chunk.bytes;
  if (own_bytes != meta.own_chunk_bytes) {
    damage->push_back(Disagreement(
        file, base::StrCat("the file holds ", own_bytes, " bytes of chunks, the manifest says ",
                           meta.own_chunk_bytes)));
  }
}

absl::Status CheckKeys(const std::shared_ptr<SegmentFile>& file,
                       const segment::FileProvider& provider, const KeyedSegment& place,
                       std::vector<Damage>* damages) {
  const segment::SegmentReader reader(file, provider);
  ASSIGN_OR_RETURN(KeyDamage found, CheckSegmentKeys(file, place, [&](const Field& field) {
                     return reader.ReadColumn(field);
                   }));
  for (std::vector<Damage>* of : {&found.sections, &found.rows}) {
    std::move(of->begin(), of->end(), std::back_inserter(*damages));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SegmentChecker::FilePointer> SegmentChecker::Open(const SegmentMeta& meta) {
  const uint64_t id = meta.file.id;
  if (const auto failed = failed_.find(id); failed != failed_.end()) return failed->second;
  if (const auto found = open_.find(id); found != open_.end()) return found->second;
  absl::StatusOr<FilePointer> file =
      SegmentFile::Open(files_, meta.file, std::make_shared<segment::ReadStats>());
  if (!file.ok()) {
    failed_.emplace(id, file.status());
    return file;
  }
  if (open_.size() == kMaxOpenFiles) open_.clear();
  open_.emplace(id, *file);
  return file;
}

absl::StatusOr<FileFindings> SegmentChecker::Check(const SegmentMeta& meta, const FileUse& use) {
  FileFindings findings;
  findings.file_id = meta.file.id;
  const absl::StatusOr<FilePointer> file = Open(meta);
  if (file.ok()) {
    RETURN_IF_ERROR(CheckContent(meta, use, *file, &findings));
    return findings;
  }
  const bool too_new = absl::IsUnimplemented(file.status());
  if (!too_new && !IsDamage(file.status())) return file.status();
  findings.missing = absl::IsNotFound(file.status());
  findings.damage.push_back(LossOfAll(meta, file.status()));
  return findings;
}

absl::Status SegmentChecker::CheckContent(const SegmentMeta& meta, const FileUse& use,
                                          const FilePointer& file, FileFindings* findings) {
  const auto provider = [&](uint64_t file_id) -> absl::StatusOr<FilePointer> {
    for (const ChunkUse& held : meta.uses) {
      if (held.holder->file.id == file_id) return Open(*held.holder);
    }
    return absl::DataLossError(
        base::StrCat("refers to segment ", file_id, ", which the manifest does not name"));
  };
  findings->bytes = meta.file.bytes;
  findings->rows = file->rows();
  for (const Field& field : file->schema().fields()) findings->field_ids.push_back(field.id);
  findings->chunks = file->chunks().size() - file->chunks().CountReferences();
  std::vector<Damage> damages;
  RETURN_IF_ERROR(segment::VerifySegment(file, provider, deep_, &damages));
  if (use.keyed != nullptr) RETURN_IF_ERROR(CheckKeys(file, provider, *use.keyed, &damages));
  CompareWithManifest(meta, *file, &damages);
  for (const ChunkEntry& entry : file->chunks().entries) {
    if (!use.listed || entry.kind != ChunkKind::kReference) continue;
    const ChunkUse* const held = FindUse(meta, entry.holder);
    if (held == nullptr) continue;
    const absl::StatusOr<FilePointer> holder = Open(*held->holder);
    if (!holder.ok() || entry.holder.ordinal >= (*holder)->chunks().size()) continue;
    if (BytesOf((*holder)->chunks()[entry.holder.ordinal]) != held->bytes) {
      damages.push_back(
          Disagreement(*file, base::StrCat("the manifest gives a wrong size of chunk ",
                                           held->ordinal, " of segment ", held->holder->file.id)));
    }
  }
  for (Damage& damage : damages) {
    const bool is_reference =
        damage.chunk.has_value() && file->chunks()[*damage.chunk].kind == ChunkKind::kReference;
    if (is_reference && (!use.listed || IsReportedElsewhere(*file, damage))) continue;
    damage.what = MessageFor(file->name(), absl::DataLossError(damage.what));
    if (damage.chunk.has_value()) {
      damage.what += base::StrCat(", in column ",
                                  base::QuoteForMessage(file->schema().field(*damage.chunk).name));
    }
    findings->damage.push_back(std::move(damage));
  }
  return absl::OkStatus();
}

bool SegmentChecker::IsReportedElsewhere(const SegmentFile& file, const Damage& damage) const {
  return failed_.contains(file.chunks()[*damage.chunk].holder.file_id);
}

}  // namespace ashlar::store
