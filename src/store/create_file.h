// Small files of a store that are made once.
#ifndef ASHLAR_SRC_STORE_CREATE_FILE_H_
#define ASHLAR_SRC_STORE_CREATE_FILE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "src/io/file_system.h"

namespace ashlar::store {

// A synced file of `bytes` zeros. One of that name that exists is left as it is; one that could not
// be written whole is removed again.
[[nodiscard]] absl::Status CreateFileIfMissing(io::FileSystem& files, std::string_view name,
                                               uint64_t bytes);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_CREATE_FILE_H_
