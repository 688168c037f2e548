// What becomes of files that were written; see the header.
#include "src/store/unpublished_files.h"

#include <vector>

#include "absl/container/flat_hash_set.h"

namespace ashlar::store {

UnpublishedFiles::~UnpublishedFiles() {
  if (kept_) return;
  sink_.Settle().IgnoreError();  // nothing is written any more to what is removed
  RemoveUnpublished(core_, sink_.created_files()).IgnoreError();
}

void UnpublishedFiles::Settle(std::span<const MetaPointer> listed) {
  absl::flat_hash_set<uint64_t> ids;
  absl::flat_hash_set<uint64_t> needed;
  for (const MetaPointer& meta : listed) {
    ids.insert(meta->file.id);
    needed.insert(meta->file.id);
    for (const manifest::ChunkUse& use : meta->uses) needed.insert(use.holder->file.id);
  }
  std::vector<NewSegment> reusable;
  for (const NewSegment& segment : sink_.written()) {
    if (ids.contains(segment.meta->file.id)) reusable.push_back(segment);
  }
  core_.reuse->AddPublished(reusable);
  std::vector<uint64_t> useless = sink_.created_files();
  std::erase_if(useless, [&](uint64_t id) { return needed.contains(id); });
  // What cannot be removed now is an orphan that the next collection removes.
  RemoveUnpublished(core_, useless).IgnoreError();
  kept_ = true;
}

}  // namespace ashlar::store
