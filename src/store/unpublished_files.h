// UnpublishedFiles: the segments that a transaction, a flush or a compaction writes, until they are
// published.
//
// Owns: removing those that are not. Does not own: writing them (segment_sink.h).
#ifndef ASHLAR_SRC_STORE_UNPUBLISHED_FILES_H_
#define ASHLAR_SRC_STORE_UNPUBLISHED_FILES_H_

#include <cstdint>
#include <memory>
#include <span>

#include "src/store/garbage.h"
#include "src/store/segment_sink.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// Outlived by the core.
class UnpublishedFiles {
 public:
  enum class Purpose : uint8_t { kWrite, kFlush, kCompact };

  explicit UnpublishedFiles(StoreCore& core, Purpose purpose = Purpose::kWrite)
      : core_(core),
        sink_({.cache = core.cache,
               .reuse = core.reuse,
               .clock = core.clock,
               .next_segment_id = &core.next_segment_id,
               .publisher = core.publisher.get(),
               .writers = core.segment_writers,
               .buffers = core.write_buffers,
               .direct_above = core.direct_above,
               .loads = purpose == Purpose::kWrite,
               .compacts = purpose == Purpose::kCompact}) {}
  // Whatever cannot be removed now is an orphan that the next collection removes.
  ~UnpublishedFiles();
  UnpublishedFiles(const UnpublishedFiles&) = delete;
  UnpublishedFiles& operator=(const UnpublishedFiles&) = delete;

  [[nodiscard]] SegmentSink& sink() { return sink_; }
  using MetaPointer = std::shared_ptr<const manifest::SegmentMeta>;
  // After the publication. Those of the files whose segments are `listed` can be reused from now
  // on; those that no listed segment needs go: of calls that failed halfway, or that were
  // superseded before it. `listed` may name other segments, too.
  void Settle(std::span<const MetaPointer> listed);
  // They may be published.
  void Keep() { kept_ = true; }

 private:
  StoreCore& core_;
  SegmentSink sink_;
  bool kept_ = false;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_UNPUBLISHED_FILES_H_
