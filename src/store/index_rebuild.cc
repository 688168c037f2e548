// Judge, rebuild, publish, collect; see the header.
#include "src/store/index_rebuild.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/digest_read.h"
#include "src/segment/key_pages.h"
#include "src/segment/key_rebuild.h"
#include "src/store/garbage.h"
#include "src/store/held_chunks.h"
#include "src/store/keyed_segment_check.h"
#include "src/store/new_segment_files.h"
#include "src/store/readable_manifest.h"
#include "src/store/reuse_index.h"
#include "src/store/wanted_datasets.h"

namespace ashlar::store {
namespace {

using columnar::EncodedKeys;
using Ids = absl::flat_hash_set<uint64_t>;
using manifest::SegmentMeta;
using manifest::SegmentMove;
using manifest::VersionSet;
using segment::SegmentFile;

absl::Status CheckDatasets(const std::vector<std::string>& names, const VersionSet& set) {
  RETURN_IF_ERROR(CheckKnown(names, set.current()->datasets));
  for (const std::string& name : names) {
    if (!set.current()->datasets.at(name)->is_keyed()) {
      return absl::InvalidArgumentError(
          base::StrCat("dataset ", base::QuoteForMessage(name), " has no key, and so no index"));
    }
  }
  return absl::OkStatus();
}

class Rebuilder {
 public:
  Rebuilder(StoreCore& core, const RebuildOptions& options)
      : core_(core), options_(options), files_(core) {}

  absl::StatusOr<RebuildReport> Run() {
    const std::shared_ptr<const VersionSet> set = core_.current();
    RETURN_IF_ERROR(CheckDatasets(options_.datasets, *set));
    for (const auto& [id, place] : FindKeyedSegments(*set)) {
      if (!IsWanted(options_.datasets, place.state->name)) continue;
      ++report_.segments_checked;
      RETURN_IF_ERROR(Look(place));
    }
    if (moves_.empty()) return std::move(report_);
    RETURN_IF_ERROR(Publish());
    return std::move(report_);
  }

 private:
  absl::Status Look(const KeyedSegment& place) {
    const auto& meta = place.entry.meta;
    RebuiltSegment found;
    found.dataset = place.state->name;
    found.segment = meta->file.id;
    found.rows = meta->rows;
    const absl::Status looked = Judge(place, &found);
    // Whatever else failed says nothing of the segment.
    if (!looked.ok() && !absl::IsDataLoss(looked)) return looked;
    if (!looked.ok()) {
      found.problem = MessageFor(io::SegmentName(meta->file.id), looked);
      if (found.what.empty()) found.what = "its indexes cannot be read";
    }
    if (!found.what.empty()) report_.segments.push_back(std::move(found));
    return absl::OkStatus();
  }

  // Says what is wrong, if anything is. DataLoss when that cannot be mended here.
  absl::Status Judge(const KeyedSegment& place, RebuiltSegment* found) {
    const SegmentMeta& meta = *place.entry.meta;
    const auto stats = std::make_shared<segment::ReadStats>();
    // Not those of the cache: what they have proven once may be damaged by now.
    const absl::StatusOr<std::shared_ptr<SegmentFile>> file =
        SegmentFile::Open(*core_.files, meta.file, stats);
    // A compaction or an expiry removes what nobody lists any more.
    if (absl::IsNotFound(file.status()) && !IsListed(meta.file.id)) return absl::OkStatus();
    // The manifest promised a regular file.
    if (absl::IsNotFound(file.status()) || absl::IsFailedPrecondition(file.status())) {
      return absl::DataLossError(file.status().message());
    }
    RETURN_IF_ERROR(file.status());
    ASSIGN_OR_RETURN(const std::shared_ptr<SegmentFile> raw,
                     SegmentFile::Open(*core_.files, meta.file, stats, segment::PageProof::kNone));
    const ColumnSource columns = [&](const Field& field) { return ReadColumn(place, raw, field); };
    ASSIGN_OR_RETURN(const KeyDamage damage, CheckSegmentKeys(*file, place, columns));
    if (damage.sections.empty()) return absl::OkStatus();
    found->what = MessageFor(raw->name(), absl::DataLossError(damage.sections.front().what));
    if (!damage.rows.empty()) return absl::DataLossError(damage.rows.front().what);
    ASSIGN_OR_RETURN(const EncodedKeys keys, ReadRowKeys(*place.state, columns));
    ASSIGN_OR_RETURN(const segment::KeySections sections, KeySectionsFor(*raw, *place.state, keys));
    return options_.dry_run ? absl::OkStatus() : Rebuild(place, raw, sections, found);
  }

  [[nodiscard]] bool IsListed(uint64_t id) const {
    return FindKeyedSegments(*core_.current()).contains(id);
  }

  absl::StatusOr<Column> ReadColumn(const KeyedSegment& place,
                                    const std::shared_ptr<SegmentFile>& raw, const Field& field) {
    ASSIGN_OR_RETURN(const std::optional<uint32_t> chunk, segment::FindChunk(*raw, field));
    if (chunk.has_value() && raw->chunks()[*chunk].kind == segment::ChunkKind::kHere) {
      return segment::ReadChunkByDigest(raw, *chunk);
    }
    const segment::FileProvider holders = core_.cache->ProviderFor(place.entry.meta);
    return segment::SegmentReader(raw, holders).ReadColumn(field);
  }

  absl::Status Rebuild(const KeyedSegment& place, const std::shared_ptr<SegmentFile>& raw,
                       const segment::KeySections& sections, RebuiltSegment* found) {
    const auto& old = place.entry.meta;
    const int64_t now_us = base::NowMicros(*core_.clock);
    absl::StatusOr<segment::WrittenSegment> written = absl::InternalError("no file was made");
    const auto write = [&](uint64_t id) {
      written = segment::RebuildKeySections(*core_.files, raw, sections,
                                            {.segment_id = id,
                                             .created_us = now_us,
                                             .compacted_us = now_us,
                                             .storage = place.state->storage,
                                             .direct_above = core_.direct_above,
                                             .buffers = core_.write_buffers});
      return written.status();
    };
    RETURN_IF_ERROR(files_.Make(write));
    SegmentMeta meta = *old;
    meta.file = written->file;
    meta.own_chunk_bytes = written->batch_bytes + written->dictionary_bytes;
    auto shared = std::make_shared<const SegmentMeta>(std::move(meta));
    // Reading the new file's footer back proves it before the manifest names it.
    ASSIGN_OR_RETURN(const auto opened, core_.cache->Open(*shared));
    // What was written around the page cache is cold.
    if (shared->file.bytes > core_.direct_above) {
      RETURN_IF_ERROR(segment::PopulateKeyPages(*opened));
    }
    found->replacement = shared->file.id;
    found->bytes = shared->file.bytes;
    moves_.push_back({old->file.id, shared});
    reusable_.push_back({std::move(shared), HeldChunks(opened->chunks())});
    return absl::OkStatus();
  }

  absl::Status Publish() {
    RETURN_IF_ERROR(core_.publisher->SyncDirectory(*core_.files, io::kSegmentsDirectory));
    std::vector<SegmentMove> moved;
    const auto make_edit = [&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
      // What nobody lists any more needs no replacement.
      const std::map<uint64_t, KeyedSegment> listed = FindKeyedSegments(base);
      for (const SegmentMove& move : moves_) {
        if (listed.contains(move.segment_id)) moved.push_back(move);
      }
      manifest::ManifestEdit edit;
      edit.moves = moved;
      if (!moved.empty()) edit.next_segment_id = core_.next_segment_id.load();
      return edit;
    };
    const auto published = core_.publisher->Publish(make_edit);
    // After an unknown outcome the files may be named by the durable manifest: they must stay.
    if (!published.ok() && core_.publisher->failed()) files_.KeepAll();
    RETURN_IF_ERROR(published.status());
    // Nothing can fail from here on: the durable manifest names these files.
    std::vector<uint64_t> replaced;
    Ids made;
    for (const SegmentMove& move : moved) {
      files_.Keep(move.to->file.id);
      made.insert(move.to->file.id);
      replaced.push_back(move.segment_id);
    }
    ForgetUnpublished(made);
    core_.reuse->AddPublished(reusable_);
    // It is durable; garbage that cannot be removed now is removed later.
    const absl::StatusOr<ExpireReport> collected = CollectReplaced(core_, replaced);
    if (collected.ok()) report_.files_removed = collected->files_removed;
    return absl::OkStatus();
  }

  // Segments that nobody listed any more have no replacement: the file made for them goes.
  void ForgetUnpublished(const Ids& made) {
    std::erase_if(reusable_,
                  [&](const NewSegment& segment) { return !made.contains(segment.meta->file.id); });
    for (RebuiltSegment& segment : report_.segments) {
      if (made.contains(segment.replacement)) continue;
      segment.replacement = 0;
      segment.bytes = 0;
    }
  }

  StoreCore& core_;
  const RebuildOptions& options_;
  NewSegmentFiles files_;
  std::vector<SegmentMove> moves_;  // ascending ids
  std::vector<NewSegment> reusable_;
  RebuildReport report_;
};

}  // namespace

absl::StatusOr<RebuildReport> RebuildIndexes(StoreCore& core, const RebuildOptions& options) {
  RETURN_IF_ERROR(core.CheckWritable());
  return Rebuilder(core, options).Run();
}

}  // namespace ashlar::store
