// PinnedView: the store's current view, with what keeps its files from being removed.
//
// Owns: taking both so that no collection falls in between. Does not own: pins (snapshot_pins.h) or
// views (current_view.h). Who reads segments of a view for longer than a publication takes needs
// this: a compaction may replace any segment of the newest version, and remove its file at once.
#ifndef ASHLAR_SRC_STORE_PINNED_VIEW_H_
#define ASHLAR_SRC_STORE_PINNED_VIEW_H_

#include <memory>

#include "ashlar/snapshot.h"
#include "src/store/store_core.h"
#include "src/store/store_view.h"

namespace ashlar::store {

struct PinnedView {
  Snapshot pin;
  std::shared_ptr<const StoreView> view;
};

// Safe on any thread, also alone in the commit queue and under the flush mutex; not within a
// publication.
[[nodiscard]] PinnedView PinCurrent(StoreCore& core);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_PINNED_VIEW_H_
