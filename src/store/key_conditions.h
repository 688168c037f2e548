// Which segments of a keyed dataset may hold the keys that a query asks for.
//
// Owns: keys from the values that a predicate leaves to the key's fields, and asking the segments'
// key ranges and filters for them. Does not own: finding the values (query/point_conditions.h), nor
// the filters (dataset_keys.h).
#ifndef ASHLAR_SRC_STORE_KEY_CONDITIONS_H_
#define ASHLAR_SRC_STORE_KEY_CONDITIONS_H_

#include <memory>
#include <vector>

#include "src/query/morsel.h"
#include "src/query/point_conditions.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

// Null where the conditions leave too many keys, or say nothing of a field of the key.
[[nodiscard]] std::unique_ptr<query::MorselFilter> MakeKeyConditions(
    std::shared_ptr<const Dataset::Impl> dataset,
    const std::vector<query::PointCondition>& conditions);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_CONDITIONS_H_
