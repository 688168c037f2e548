// Manifest: the immutable value that says what exists at one version, and VersionSet: the immutable
// value that says which versions exist.
//
// Owns: these values and the walks over them. Does not own: changing them (edit.h), proving them
// (invariants.h), bytes (manifest_codec.h) or durability (manifest_store.h). Everything is shared
// by pointer, so a new version costs what changed.
#ifndef ASHLAR_SRC_MANIFEST_MANIFEST_H_
#define ASHLAR_SRC_MANIFEST_MANIFEST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/options.h"
#include "ashlar/types.h"
#include "src/base/digest.h"
#include "src/columnar/chunker.h"
#include "src/manifest/deletion_vector.h"
#include "src/manifest/key_range.h"
#include "src/segment/segment_id.h"

namespace ashlar::manifest {

struct SegmentMeta;

// A chunk of another segment's file that a segment uses instead of a copy of its own. The holder
// holds it physically (references are never chained) and is older: its id is lower.
struct ChunkUse {
  std::shared_ptr<const SegmentMeta> holder;
  uint32_t ordinal = 0;
  uint64_t bytes = 0;  // stored bytes
};

// What never changes about a segment. Its file bears the same id. Alive as long as a version lists
// it or a use names it.
struct SegmentMeta {
  segment::FileIdentity file;
  uint64_t rows = 0;
  uint64_t logical_bytes = 0;
  uint64_t own_chunk_bytes = 0;  // stored bytes of the chunks in its own file
  base::Digest digest;
  std::vector<ChunkUse> uses;
};

// A segment's place in a dataset. `level` belongs to compaction; ordered datasets keep list order.
// Keyed datasets list a segment at most once, with the range of its keys, and not without a live
// row: whoever kills the last one takes the segment out in the same edit. Ordered datasets have
// neither dead rows nor key ranges.
struct SegmentEntry {
  std::shared_ptr<const SegmentMeta> meta;
  uint32_t level = 0;
  DeletionVectorPtr dead = nullptr;                // null: none
  std::shared_ptr<const KeyRange> keys = nullptr;  // of all rows, dead ones included
};

[[nodiscard]] inline uint64_t LiveRows(const SegmentEntry& entry) {
  return entry.meta->rows - (entry.dead == nullptr ? 0 : entry.dead->cardinality());
}

struct DatasetState {
  uint64_t id = 0;
  std::string name;
  Schema schema;
  uint32_t next_field_id = 1;
  columnar::ChunkerParams chunker;
  Storage storage = Storage::kFast;
  std::vector<uint32_t> key;           // field ids, in order; empty: ordered. Never changes.
  std::vector<uint32_t> partition_by;  // field ids; no segment mixes their values. Never changes.
  bool hash_index = false;             // whether segments get one. Never changes.
  // The commit log's records of this dataset are in segments up to this sequence number.
  uint64_t flushed_up_to = 0;
  std::vector<SegmentEntry> segments;
  uint64_t rows = 0;           // live ones
  uint64_t logical_bytes = 0;  // of all rows of the segments, dead ones included

  [[nodiscard]] bool is_keyed() const { return !key.empty(); }
};

// Sets rows and logical bytes to those of the segments.
void CountRows(DatasetState* state);

using DatasetMap = std::map<std::string, std::shared_ptr<const DatasetState>, std::less<>>;

struct Manifest {
  uint64_t version = 0;  // from 1; 0 is the empty store
  uint64_t sequence = 0;
  int64_t committed_us = 0;
  DatasetMap datasets;
};

struct TagState {
  uint64_t version = 0;
  TagAttributes attributes;
};

// A commit log that was begun, and how much of it was known to be durable then: its file must be
// there, and its first `bytes` must be good. What stands behind them may be more of the log.
// Without it nobody could tell a log that is gone from one that never was.
struct DurableLog {
  uint64_t number = 0;
  uint64_t bytes = 0;

  friend bool operator==(const DurableLog&, const DurableLog&) = default;
};

struct VersionSet {
  std::vector<std::shared_ptr<const Manifest>>
      versions;  // ascending, never empty; the last one is current
  std::map<std::string, TagState, std::less<>> tags;
  uint64_t next_segment_id = 1;
  uint64_t next_dataset_id = 1;
  uint64_t oldest_log = 0;               // first commit log still needed
  std::vector<DurableLog> durable_logs;  // ascending numbers, none below `oldest_log`
  uint64_t retention_count = 10;
  int64_t retention_age_us = -1;  // -1: unlimited

  [[nodiscard]] const std::shared_ptr<const Manifest>& current() const { return versions.back(); }
  [[nodiscard]] std::shared_ptr<const Manifest> Find(
      uint64_t version) const;  // null when not retained
  [[nodiscard]] const DurableLog* FindDurableLog(
      uint64_t log_number) const;  // null: not begun, as far as is known
};

// The segment as uses name it: without uses of its own, so that metas never form chains, which
// would keep every ancestor in memory.
[[nodiscard]] std::shared_ptr<const SegmentMeta> AsHolder(
    const std::shared_ptr<const SegmentMeta>& meta);

// Whether two values describe the same segment and file; a holder differs in its uses only.
[[nodiscard]] bool SameButUses(const SegmentMeta& a, const SegmentMeta& b);

// Every segment whose file `manifest` needs, holders included; possibly more than once.
void ForEachFile(const Manifest& manifest,
                 const std::function<void(const std::shared_ptr<const SegmentMeta>&)>& visit);

// Every segment that a dataset of some version lists; possibly more than once. What a version has
// in common with the one before it is not walked again.
void ForEachListed(const std::vector<std::shared_ptr<const Manifest>>& versions,
                   const std::function<void(const std::shared_ptr<const SegmentMeta>&)>& visit);

// The range of `to` that is left when what both lists begin and end with is set aside.
[[nodiscard]] std::pair<size_t, size_t> ChangedRange(const std::vector<SegmentEntry>& from,
                                                     const std::vector<SegmentEntry>& to);

// References and live bytes of one file, over some versions.
struct FileUsage {
  std::shared_ptr<const SegmentMeta> meta;
  uint64_t references = 0;  // segments listed by a dataset that need the file, itself included
  uint64_t live_bytes = 0;  // chunk bytes that some listed segment reaches
};
[[nodiscard]] std::map<uint64_t, FileUsage> CountFileUsage(
    const std::vector<std::shared_ptr<const Manifest>>& versions);

// Versions to drop now: beyond the retention, not tagged, not the newest, not in `held`.
[[nodiscard]] std::vector<uint64_t> ExpiredVersions(const VersionSet& set, uint64_t retention_count,
                                                    int64_t retention_age_us, int64_t now_us,
                                                    const std::vector<uint64_t>& held);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_MANIFEST_H_
