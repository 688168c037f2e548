// The walks over manifest values.
#include "src/manifest/manifest.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "src/base/check.h"

namespace ashlar::manifest {

std::shared_ptr<const Manifest> VersionSet::Find(uint64_t version) const {
  const auto at = std::lower_bound(
      versions.begin(), versions.end(), version,
      [](const std::shared_ptr<const Manifest>& m, uint64_t v) { return m->version < v; });
  if (at == versions.end() || (*at)->version != version) return nullptr;
  return *at;
}

const DurableLog* VersionSet::FindDurableLog(uint64_t log_number) const {
  const auto at =
      std::lower_bound(durable_logs.begin(), durable_logs.end(), log_number,
                       [](const DurableLog& log, uint64_t number) { return log.number < number; });
  return at != durable_logs.end() && at->number == log_number ? &*at : nullptr;
}

void CountRows(DatasetState* state) {
  state->rows = 0;
  state->logical_bytes = 0;
  for (const SegmentEntry& entry : state->segments) {
    state->rows += LiveRows(entry);
    state->logical_bytes += entry.meta->logical_bytes;
  }
}

std::shared_ptr<const SegmentMeta> AsHolder(const std::shared_ptr<const SegmentMeta>& meta) {
  ASHLAR_CHECK(meta != nullptr);
  if (meta->uses.empty()) return meta;
  auto holder = std::make_shared<SegmentMeta>(*meta);
  holder->uses.clear();
  return holder;
}

bool SameButUses(const SegmentMeta& a, const SegmentMeta& b) {
  return a.file == b.file && a.rows == b.rows && a.logical_bytes == b.logical_bytes &&
         a.own_chunk_bytes == b.own_chunk_bytes && a.digest == b.digest;
}

void ForEachFile(const Manifest& manifest,
                 const std::function<void(const std::shared_ptr<const SegmentMeta>&)>& visit) {
  for (const auto& [name, dataset] : manifest.datasets) {
    for (const SegmentEntry& entry : dataset->segments) {
      visit(entry.meta);
      for (const ChunkUse& use : entry.meta->uses) visit(use.holder);
    }
  }
}

void ForEachListed(const std::vector<std::shared_ptr<const Manifest>>& versions,
                   const std::function<void(const std::shared_ptr<const SegmentMeta>&)>& visit) {
  absl::flat_hash_map<uint64_t, const DatasetState*> previous;
  for (const auto& manifest : versions) {
    for (const auto& [name, dataset] : manifest->datasets) {
      const DatasetState*& before = previous[dataset->id];
      if (before == dataset.get()) continue;
      static const std::vector<SegmentEntry> kNothing;
      const auto [begin, end] =
          ChangedRange(before == nullptr ? kNothing : before->segments, dataset->segments);
      for (size_t i = begin; i < end; ++i) visit(dataset->segments[i].meta);
      before = dataset.get();
    }
  }
}

std::pair<size_t, size_t> ChangedRange(const std::vector<SegmentEntry>& from,
                                       const std::vector<SegmentEntry>& to) {
  const size_t shorter = std::min(from.size(), to.size());
  size_t front = 0;
  while (front < shorter && from[front].meta == to[front].meta) ++front;
  size_t back = 0;
  while (back < shorter - front &&
         from[from.size() - 1 - back].meta == to[to.size() - 1 - back].meta) {
    ++back;
  }
  return {front, to.size() - back};
}

}  // namespace ashlar::manifest
