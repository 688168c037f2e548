// The segment files that lie in a store's directory, whoever made them.
#ifndef ASHLAR_SRC_STORE_SEGMENT_FILES_H_
#define ASHLAR_SRC_STORE_SEGMENT_FILES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::store {

// Ids of all regular files that are spelled like segments, ascending.
[[nodiscard]] absl::StatusOr<std::vector<uint64_t>> ListSegmentIds(io::FileSystem& files);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_FILES_H_
