// Pin, then look again; see the header.
#include "src/store/pinned_view.h"

#include "src/store/current_view.h"
#include "src/store/snapshot_pins.h"

namespace ashlar::store {

PinnedView PinCurrent(StoreCore& core) {
  while (true) {
    PinnedView pinned;
    pinned.view = core.view->current();
    pinned.pin = SnapshotPins::TakeVersion(core.pins, pinned.view->manifest);
    // It was the newest when it was pinned, for it still is: whoever replaces it and collects has
    // not begun to look for pins.
    if (core.view->current()->manifest == pinned.view->manifest) return pinned;
  }
}

}  // namespace ashlar::store
