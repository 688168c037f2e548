// Adding up a store's statistics.

#include "src/store/store_stats.h"

#include <memory>
#include <vector>

#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/manifest/manifest.h"
#include "src/store/flush_scheduler.h"

namespace ashlar::store {
namespace {

uint64_t FileBytes(io::FileSystem& files, std::string_view name) {
  const auto file = files.OpenForRead(name);
  return file.ok() ? (*file)->size() : 0;
}

void AddDatasets(const manifest::Manifest& newest, StoreStats* stats) {
  for (const auto& [name, state] : newest.datasets) {
    DatasetStats dataset{.name = name,
                         .rows = state->rows,
                         .segments = state->segments.size(),
                         .logical_bytes = state->logical_bytes,
                         .live_bytes = 0};
    auto alone = std::make_shared<manifest::Manifest>();
    alone->datasets.emplace(name, state);
    for (const auto& [id, usage] : manifest::CountFileUsage({std::move(alone)})) {
      dataset.live_bytes += usage.live_bytes;
    }
    stats->datasets.push_back(std::move(dataset));
  }
}

void AddFiles(StoreCore& core, const manifest::VersionSet& set, StoreStats* stats) {
  std::vector<std::shared_ptr<const manifest::Manifest>> all = set.versions;
  for (auto& pinned : core.pins[0]->PinnedVersions()) all.push_back(std::move(pinned));
  const auto live = manifest::CountFileUsage({set.current()});
  for (const auto& [id, usage] : manifest::CountFileUsage(all)) {
    ++stats->segment_files;
    stats->segment_file_bytes += usage.meta->file.bytes;
    (live.contains(id) ? stats->live_file_bytes : stats->pinned_file_bytes) +=
        usage.meta->file.bytes;
  }
}

void AddReads(StoreCore& core, StoreStats* stats) {
  const segment::ReadStats& reads = *core.cache->read_stats();
  stats->reads = {.segments_opened = reads.segments_opened,
                  .chunks_touched = reads.chunks_touched,
                  .chunks_decoded = reads.chunks_decoded,
                  .chunks_packed = reads.chunks_packed,
                  .pages_verified = reads.pages_verified,
                  .bytes_borrowed = reads.bytes_borrowed,
                  .bytes_copied = reads.bytes_copied,
                  .rows_materialized = reads.rows_materialized};
  stats->key_directory = core.cache->directories().Stats();
  stats->pins = {.snapshots = core.pins[0]->snapshots(),
                 .views = reads.pinned_views,
                 .bytes = reads.pinned_bytes,
                 .oldest_version = core.pins[0]->oldest_pinned_version()};
}

void AddMemory(StoreCore& core, StoreStats* stats) {
  const Snapshot now = SnapshotPins::Take(core.pins);
  for (const auto& [id, memtables] : SnapshotPins::ViewOf(now).memtables) {
    for (const MemtableRef& ref : memtables) {
      stats->memory_rows += ref.memtable->stats().rows;
      stats->memory_bytes += ref.memtable->bytes();
    }
  }
  if (core.flushes != nullptr) stats->flushes = core.flushes->flushes();
  const auto logs = core.files->List(io::kLogDirectory);
  if (!logs.ok()) return;
  for (const io::DirectoryEntry& entry : *logs) {
    stats->log_file_bytes +=
        FileBytes(*core.files, base::StrCat(io::kLogDirectory, "/", entry.name));
  }
}

}  // namespace

StoreStats CollectStats(StoreCore& core) {
  const std::shared_ptr<const manifest::VersionSet> set = core.current();
  StoreStats stats;
  stats.version = set->current()->version;
  // The empty store before the first commit is no version to anybody.
  stats.versions_retained = set->versions.size() - (set->versions.front()->version == 0 ? 1 : 0);
  stats.tags = set->tags.size();
  stats.open_microseconds = core.open_microseconds;
  stats.commits = core.commits;
  AddFiles(core, *set, &stats);
  AddDatasets(*set->current(), &stats);
  AddReads(core, &stats);
  AddMemory(core, &stats);
  uint64_t manifest_number = 0;
  if (core.publisher != nullptr) {
    manifest_number = core.publisher->manifest_number();
  } else {
    base::MutexLock lock(core.mutex);
    manifest_number = core.read_only_manifest;
  }
  for (const uint64_t number : {manifest_number, manifest_number - 1}) {
    if (number != 0) stats.manifest_bytes += FileBytes(*core.files, io::ManifestName(number));
  }
  for (const std::string_view name :
       {io::kLockName, io::kReadersName, io::kReserveName, io::kCurrentName}) {
    stats.other_bytes += FileBytes(*core.files, name);
  }
  return stats;
}

}  // namespace ashlar::store
