// The core's parts end in the order that their threads need.

#include "src/store/store_core.h"

#include "src/store/flush_scheduler.h"

namespace ashlar::store {

StoreCore::StoreCore() = default;

StoreCore::~StoreCore() {
  // A flush that runs uses all parts.
  if (flushes != nullptr) flushes->Stop();
}

}  // namespace ashlar::store
