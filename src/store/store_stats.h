// StoreStats: one look at everything a store counts.
#ifndef ASHLAR_SRC_STORE_STORE_STATS_H_
#define ASHLAR_SRC_STORE_STORE_STATS_H_

#include "ashlar/stats.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// Walks the manifests in memory; opens no file.
[[nodiscard]] StoreStats CollectStats(StoreCore& core);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_STORE_STATS_H_
