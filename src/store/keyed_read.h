// From a key to its row, in memory or in a segment, as a dataset handle sees it.
//
// Owns: the order: the newest version in memory counts, else the live row of a segment. Does not
// own: either search (memory_rows.h, dataset_keys.h).
#ifndef ASHLAR_SRC_STORE_KEYED_READ_H_
#define ASHLAR_SRC_STORE_KEYED_READ_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/row_ref.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

// Of an encoded key and its hash. The row is borrowed from the handle.
[[nodiscard]] absl::StatusOr<std::optional<RowRef>> FindRow(const Dataset::Impl& dataset,
                                                            std::string_view key, uint64_t hash);
[[nodiscard]] absl::StatusOr<bool> HasRow(const Dataset::Impl& dataset, std::string_view key,
                                          uint64_t hash);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEYED_READ_H_
