// Trying names one after the other; see the header.
#include "src/store/free_segment_id.h"

namespace ashlar::store {

absl::Status MakeWithFreeId(std::atomic<uint64_t>& next_id, FilePins& pins,
                            const std::function<absl::Status(uint64_t id)>& make) {
  constexpr int kAttempts = 1024;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const uint64_t id = next_id.fetch_add(1);
    pins.Pin(id);
    const absl::Status made = make(id);
    if (!absl::IsAlreadyExists(made)) return made;
  }
  return absl::AlreadyExistsError("no free segment file name within 1024 attempts");
}

}  // namespace ashlar::store
