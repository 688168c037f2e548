// The stored source: a dataset's segments as the morsels of a query.
//
// Owns: reading only the chunks that are asked for, and their zone maps, through the store's cache,
// and showing deletion vectors as masks.
// Does not own: any query logic (src/query). A source keeps what its dataset handle keeps, so it
// outlives snapshot and store.
#ifndef ASHLAR_SRC_STORE_SEGMENT_SOURCE_H_
#define ASHLAR_SRC_STORE_SEGMENT_SOURCE_H_

#include <memory>

#include "src/query/morsel.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

[[nodiscard]] std::shared_ptr<const query::Source> MakeSegmentSource(
    std::shared_ptr<const Dataset::Impl> dataset);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_SOURCE_H_
