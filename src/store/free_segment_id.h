// A name for a new segment file.
#ifndef ASHLAR_SRC_STORE_FREE_SEGMENT_ID_H_
#define ASHLAR_SRC_STORE_FREE_SEGMENT_ID_H_

#include <atomic>
#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "src/store/reuse_index.h"

namespace ashlar::store {

// Calls make(id) with the next id, pinned, and again with the one after it as long as it says
// AlreadyExists: names beyond the counter can be taken by what a crash or a foreign hand left
// behind. AlreadyExists when that goes on for a thousand names.
[[nodiscard]] absl::Status MakeWithFreeId(std::atomic<uint64_t>& next_id, FilePins& pins,
                                          const std::function<absl::Status(uint64_t id)>& make);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_FREE_SEGMENT_ID_H_
