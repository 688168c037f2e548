// Names, pins and the removal of unpublished files; see the header.
#include "src/store/new_segment_files.h"

#include "ashlar/status_macros.h"
#include "src/store/garbage.h"

namespace ashlar::store {

NewSegmentFiles::NewSegmentFiles(StoreCore& core) : core_(core), pins_(core.reuse) {}

NewSegmentFiles::~NewSegmentFiles() { RemoveUnpublished(core_, unpublished_).IgnoreError(); }

absl::Status NewSegmentFiles::Make(const std::function<absl::Status(uint64_t id)>& write) {
  // Names beyond the counter can be taken only by what a crash or a foreign hand left behind.
  constexpr int kAttempts = 1024;
  RETURN_IF_ERROR(core_.publisher->BeginWriting());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const uint64_t id = core_.next_segment_id.fetch_add(1);
    pins_.Pin(id);
    const absl::Status written = write(id);
    if (absl::IsAlreadyExists(written)) continue;
    if (written.ok()) {
      unpublished_.push_back(id);
    } else {
      RemoveUnpublished(core_, {id}).IgnoreError();
    }
    return written;
  }
  return absl::AlreadyExistsError("no free segment file name within 1024 attempts");
}

void NewSegmentFiles::Keep(uint64_t id) { std::erase(unpublished_, id); }

}  // namespace ashlar::store
