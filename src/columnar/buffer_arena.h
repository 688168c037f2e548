// BufferArena: many small Arrow buffers in few pieces of memory.
//
// Owns: aligned, zero-padded room for the buffers of one batch, which all share its memory. Does
// not own: growth of a single buffer (buffer_builder.h). Why: a batch of one row has a dozen
// buffers of eight bytes; an allocation and a shared pointer for each would cost more than the
// rest of decoding. The price: whoever keeps one buffer keeps its neighbours.
#ifndef ASHLAR_SRC_COLUMNAR_BUFFER_ARENA_H_
#define ASHLAR_SRC_COLUMNAR_BUFFER_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "ashlar/pinned_bytes.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/io/aligned_buffer.h"

namespace ashlar::columnar {

// Stops the process when memory is short: callers bound what they ask for. Not thread-safe; the
// buffers are.
class BufferArena {
 public:
  // `first_piece`: bytes that are needed at least, alignment included. Later pieces are larger.
  explicit BufferArena(size_t first_piece) : next_piece_(first_piece) {}
  BufferArena(const BufferArena&) = delete;
  BufferArena& operator=(const BufferArena&) = delete;

  // A new buffer and where to write it, which the caller does before anybody reads. Bytes up to
  // the next multiple of 64 are zero.
  struct Room {
    std::byte* data = nullptr;
    PinnedBytes buffer;
  };
  [[nodiscard]] Room Allocate(size_t size) {
    if (size == 0) return {};
    const size_t padded = base::AlignUp(size, base::kBufferAlignment);
    if (padded >= kLargeBuffer) return Finish(NewPiece(padded), 0, size, padded);
    if (piece_ == nullptr || padded > piece_->size() - used_) {
      piece_ = NewPiece(std::max(padded, next_piece_));
      next_piece_ = std::min(2 * piece_->size(), kLargestPiece);
      used_ = 0;
    }
    return Finish(piece_, std::exchange(used_, used_ + padded), size, padded);
  }

  [[nodiscard]] PinnedBytes Copy(std::span<const std::byte> bytes) {
    Room room = Allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(room.data, bytes.data(), bytes.size());
    return std::move(room.buffer);
  }

 private:
  using Piece = std::shared_ptr<const io::AlignedBuffer>;

  // A buffer of this size has a piece to itself and leaves the current one as it is.
  static constexpr size_t kLargeBuffer = size_t{16} << 10;
  static constexpr size_t kLargestPiece = size_t{64} << 10;

  static Piece NewPiece(size_t size) {
    io::AlignedBuffer memory = io::AlignedBuffer::Allocate(
        base::AlignUp(size, base::kBufferAlignment), base::kBufferAlignment);
    ASHLAR_CHECK(memory.valid());
    return std::make_shared<const io::AlignedBuffer>(std::move(memory));
  }

  static Room Finish(Piece piece, size_t offset, size_t size, size_t padded) {
    ASHLAR_CHECK(padded <= piece->size() - offset);
    std::byte* const data = piece->data() + offset;
    std::memset(data + size, 0, padded - size);
    return {data, PinnedBytes(std::move(piece), {data, size})};
  }

  size_t next_piece_;
  Piece piece_;
  size_t used_ = 0;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BUFFER_ARENA_H_
