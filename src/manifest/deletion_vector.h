// DeletionVector: which rows of one segment are dead; an immutable set of row numbers.
//
// Owns: the set, sharing between a vector and the ones made from it, and decoding at first use.
// Does not own: which segment it belongs to (manifest.h), or when rows die. Why not CRoaring: what
// is asked most is the mask of one zone, and what is done most is adding a few rows to a large set
// that older versions keep; both want the blocks themselves (dead_block.h).
//
// A vector read from a MANIFEST holds the proven bytes of the file and makes its blocks when they
// are first asked for. Thread-safe. Never empty: a segment without dead rows has no vector.
#ifndef ASHLAR_SRC_MANIFEST_DELETION_VECTOR_H_
#define ASHLAR_SRC_MANIFEST_DELETION_VECTOR_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "src/base/coding.h"
#include "src/base/mutex.h"
#include "src/manifest/dead_block.h"
#include "src/manifest/dead_block_codec.h"

namespace ashlar::manifest {

class DeletionVector;
using DeletionVectorPtr = std::shared_ptr<const DeletionVector>;

class DeletionVector {
 public:
  // One bit a row of a zone, set: alive.
  using ZoneMaskBits = std::array<uint64_t, kZoneMaskWords>;
  struct Encoded {
    std::span<const std::byte> body;
    std::shared_ptr<const void> owner;  // of the bytes
  };

  // `dead` ascends strictly, is not empty, and lies within the segment (checked: the caller's bug).
  [[nodiscard]] static DeletionVectorPtr Make(uint64_t segment_rows,
                                              std::span<const uint32_t> dead);
  // What ProveDeadBlocks() accepted, with the number it returned.
  [[nodiscard]] static DeletionVectorPtr FromProven(uint64_t segment_rows, uint64_t cardinality,
                                                    Encoded encoded);

  [[nodiscard]] uint64_t segment_rows() const { return segment_rows_; }
  [[nodiscard]] uint64_t cardinality() const { return cardinality_; }

  [[nodiscard]] bool Contains(uint32_t row) const;
  // Rows [zone * 1024, …) of the segment; rows behind its end are not alive.
  [[nodiscard]] ZoneMaskBits ZoneMask(uint64_t zone) const;
  // Dead rows in [begin, end).
  [[nodiscard]] uint64_t CountIn(uint64_t begin, uint64_t end) const;
  // Ascending.
  void ForEach(const std::function<void(uint32_t row)>& visit) const;
  [[nodiscard]] std::vector<uint32_t> Rows() const;
  // Runs of rows in [begin, end) that are alive, ascending, as long as they can be.
  void ForEachLiveRun(uint64_t begin, uint64_t end,
                      const std::function<void(uint64_t first, uint64_t rows)>& visit) const;

  // The union with rows of the same segment; costs what `more` holds, not what this one does,
  // until a block's list of late rows is full.
  [[nodiscard]] DeletionVectorPtr With(const DeletionVector& more) const;
  // Rows of this vector that `older` lacks; null when there are none.
  [[nodiscard]] DeletionVectorPtr Without(const DeletionVector& older) const;
  [[nodiscard]] bool Includes(const DeletionVector& other) const;
  [[nodiscard]] bool Intersects(const DeletionVector& other) const;

  // Equal sets over equally many rows give equal bytes.
  void EncodeBody(base::ByteWriter& out) const;

  friend bool operator==(const DeletionVector& a, const DeletionVector& b);

 private:
  DeletionVector(uint64_t segment_rows, DeadBlockList blocks);
  DeletionVector(uint64_t segment_rows, uint64_t cardinality, Encoded encoded);

  [[nodiscard]] const DeadBlockList& blocks() const {
    if (!decoded_.load(std::memory_order_acquire)) Decode();
    return blocks_;
  }
  void Decode() const;
  [[nodiscard]] const DeadBlock* FindBlock(uint32_t number) const;  // null: all of it is alive

  const uint64_t segment_rows_;
  uint64_t cardinality_ = 0;
  const Encoded encoded_;  // empty unless read from a file
  // Written once, under the mutex, before `decoded_` says so; only read ever after.
  mutable base::Mutex mutex_;
  mutable std::atomic<bool> decoded_;
  mutable DeadBlockList blocks_;
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DELETION_VECTOR_H_
