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
struct SegmentEntry {
  std::shared_ptr<const SegmentMeta> meta;
  uint32_t level = 0;
};

struct DatasetState {
  uint64_t id = 0;
  std::string name;
  Schema schema;
  uint32_t next_field_id = 1;
  columnar::ChunkerParams chunker;
  Storage storage = Storage::kFast;
  uint64_t flushed_up_to = 0;  // sequence; for the commit log
  std::vector<SegmentEntry> segments;
  uint64_t rows = 0;
  uint64_t logical_bytes = 0;
};

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

struct VersionSet {
  std::vector<std::shared_ptr<const Manifest>>
      versions;  // ascending, never empty; the last one is current
  std::map<std::string, TagState, std::less<>> tags;
  uint64_t next_segment_id = 1;
  uint64_t next_dataset_id = 1;
  uint64_t oldest_log = 0;  // first commit log still needed
  uint64_t retention_count = 10;
  int64_t retention_age_us = -1;  // -1: unlimited

  [[nodiscard]] const std::shared_ptr<const Manifest>& current() const { return versions.back(); }
  [[nodiscard]] std::shared_ptr<const Manifest> Find(
      uint64_t version) const;  // null when not retained
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
