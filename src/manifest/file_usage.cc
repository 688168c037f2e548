// CountFileUsage: who needs which file, and how much of it.
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {
namespace {

using MetaPointer = std::shared_ptr<const SegmentMeta>;

class UsageCounter {
 public:
  void AddListed(const MetaPointer& meta) {
    if (!listed_.insert(meta->file.id).second) return;
    FileUsage& usage = usage_[meta->file.id];
    usage.meta = meta;
    ++usage.references;
    absl::flat_hash_set<uint64_t> holders;
    for (const ChunkUse& use : meta->uses) {
      FileUsage& held = usage_[use.holder->file.id];
      if (held.meta == nullptr) held.meta = use.holder;
      if (holders.insert(use.holder->file.id).second) ++held.references;
      used_chunks_.try_emplace({use.holder->file.id, use.ordinal}, use.bytes);
    }
  }

  std::map<uint64_t, FileUsage> Finish() && {
    for (const auto& [chunk, bytes] : used_chunks_) usage_[chunk.first].live_bytes += bytes;
    // A listed segment reaches all of its own chunks, whoever else uses some of them.
    for (const uint64_t id : listed_) usage_[id].live_bytes = usage_[id].meta->own_chunk_bytes;
    return std::move(usage_);
  }

 private:
  std::map<uint64_t, FileUsage> usage_;
  absl::flat_hash_set<uint64_t> listed_;
  absl::flat_hash_map<std::pair<uint64_t, uint32_t>, uint64_t> used_chunks_;
};

}  // namespace

std::map<uint64_t, FileUsage> CountFileUsage(
    const std::vector<std::shared_ptr<const Manifest>>& versions) {
  UsageCounter counter;
  ForEachListed(versions, [&](const MetaPointer& meta) { counter.AddListed(meta); });
  return std::move(counter).Finish();
}

}  // namespace ashlar::manifest
