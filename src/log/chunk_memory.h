// ChunkMemory: the memory of one memtable chunk, which goes with the chunk.
//
// Owns: taking it, from the heap or, once a memtable is large, from pieces of huge pages that its
// chunks share. Does not own: what is in it, nor how much of it the store counts (chunks say what
// they took). Why pieces: the first touch of a small page costs as much as copying ten rows, and a
// memtable would be nothing but memory that was never touched before. So pieces that a flush has
// freed serve the next memtables, as long as there are any.
#ifndef ASHLAR_SRC_LOG_CHUNK_MEMORY_H_
#define ASHLAR_SRC_LOG_CHUNK_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "src/io/aligned_buffer.h"
#include "src/io/zeroed_memory.h"

namespace ashlar::log {

// Of one memtable's writer: where its chunks take their memory from. A piece goes when the last
// chunk that has some of it does.
class ChunkPieces {
 public:
  using Piece = std::shared_ptr<const io::ZeroedMemory>;
  ChunkPieces();
  ~ChunkPieces();
  ChunkPieces(const ChunkPieces&) = delete;
  ChunkPieces& operator=(const ChunkPieces&) = delete;
  // Aligned like Arrow's buffers. Null for what is too large, or when the system has none.
  [[nodiscard]] std::byte* Take(uint64_t bytes, Piece* piece);

 private:
  Piece newest_;
  uint64_t used_ = 0;  // of the newest
};

// Used by one thread; kept by any.
class ChunkMemory {
 public:
  // Null: all from the heap.
  explicit ChunkMemory(ChunkPieces* pieces) : pieces_(pieces) {}
  ChunkMemory(const ChunkMemory&) = delete;
  ChunkMemory& operator=(const ChunkMemory&) = delete;

  // At least one byte, aligned like Arrow's buffers, not initialised. Stops the process when there
  // is no memory.
  [[nodiscard]] std::byte* Take(uint64_t bytes);
  // For values that need no constructor, or get it when they are put there.
  template <typename T>
  [[nodiscard]] T* TakeArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return reinterpret_cast<T*>(Take(count * sizeof(T)));
  }

 private:
  ChunkPieces* const pieces_;
  std::vector<io::AlignedBuffer> own_;
  std::vector<ChunkPieces::Piece> shared_;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_CHUNK_MEMORY_H_
