// Names, pins and the removal of unpublished files; see the header.
#include "src/store/new_segment_files.h"

#include "ashlar/status_macros.h"
#include "src/store/free_segment_id.h"
#include "src/store/garbage.h"

namespace ashlar::store {

NewSegmentFiles::NewSegmentFiles(StoreCore& core) : core_(core), pins_(core.reuse) {}

NewSegmentFiles::~NewSegmentFiles() { RemoveUnpublished(core_, unpublished_).IgnoreError(); }

absl::Status NewSegmentFiles::Make(const std::function<absl::Status(uint64_t id)>& write) {
  RETURN_IF_ERROR(core_.publisher->BeginWriting());
  return MakeWithFreeId(core_.next_segment_id, pins_, [&](uint64_t id) {
    const absl::Status written = write(id);
    if (written.ok()) {
      unpublished_.push_back(id);
    } else if (!absl::IsAlreadyExists(written)) {
      RemoveUnpublished(core_, {id}).IgnoreError();
    }
    return written;
  });
}

void NewSegmentFiles::Keep(uint64_t id) { std::erase(unpublished_, id); }

}  // namespace ashlar::store
