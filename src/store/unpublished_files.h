// UnpublishedFiles: the segments that a transaction or a flush writes, until they are published.
//
// Owns: removing them when they are not. Does not own: writing them (segment_sink.h).
#ifndef ASHLAR_SRC_STORE_UNPUBLISHED_FILES_H_
#define ASHLAR_SRC_STORE_UNPUBLISHED_FILES_H_

#include <memory>

#include "src/store/garbage.h"
#include "src/store/segment_sink.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// Outlived by the core.
class UnpublishedFiles {
 public:
  explicit UnpublishedFiles(StoreCore& core)
      : core_(core),
        sink_({.cache = core.cache,
               .reuse = core.reuse,
               .clock = core.clock,
               .next_segment_id = &core.next_segment_id,
               .publisher = core.publisher.get(),
               .writers = core.segment_writers,
               .buffers = core.write_buffers,
               .direct_above = core.direct_above}) {}
  // Whatever cannot be removed now is an orphan that the next collection removes.
  ~UnpublishedFiles() {
    if (kept_) return;
    sink_.Settle().IgnoreError();  // nothing is written any more to what is removed
    RemoveUnpublished(core_, sink_.created_files()).IgnoreError();
  }
  UnpublishedFiles(const UnpublishedFiles&) = delete;
  UnpublishedFiles& operator=(const UnpublishedFiles&) = delete;

  [[nodiscard]] SegmentSink& sink() { return sink_; }
  // They are published, or may be.
  void Keep() { kept_ = true; }

 private:
  StoreCore& core_;
  SegmentSink sink_;
  bool kept_ = false;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_UNPUBLISHED_FILES_H_
