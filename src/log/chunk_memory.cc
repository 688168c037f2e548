// Taking memory for chunks; see the header.
#include "src/log/chunk_memory.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/mutex.h"

namespace ashlar::log {
namespace {

// A piece serves a dozen chunks of common rows; of its last one what is not taken is hardly
// touched.
constexpr uint64_t kPieceBytes = uint64_t{8} << 20;
constexpr uint64_t kMostOfPiece = kPieceBytes / 8;
// As many as a memtable of the usual size has.
constexpr size_t kMostIdle = 8;

// Pieces of this process that nobody has, while there are memtables that may want them.
class IdlePieces {
 public:
  static IdlePieces& Get() {
    static auto* const pieces = new IdlePieces();
    return *pieces;
  }
  void AddUser() {
    base::MutexLock lock(mutex_);
    ++users_;
  }
  void RemoveUser() {
    std::vector<io::ZeroedMemory> freed;
    base::MutexLock lock(mutex_);
    if (--users_ == 0) freed.swap(idle_);
  }
  // Holds anything when it was somebody's.
  [[nodiscard]] ChunkPieces::Piece Take() {
    io::ZeroedMemory memory;
    {
      base::MutexLock lock(mutex_);
      if (!idle_.empty()) {
        memory = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!memory.valid()) memory = io::ZeroedMemory::Allocate(kPieceBytes);
    if (!memory.valid()) return nullptr;
    return {new io::ZeroedMemory(std::move(memory)), [this](io::ZeroedMemory* piece) {
              const std::unique_ptr<io::ZeroedMemory> owned(piece);
              base::MutexLock lock(mutex_);
              if (users_ > 0 && idle_.size() < kMostIdle) idle_.push_back(std::move(*owned));
            }};
  }

 private:
  base::Mutex mutex_;
  size_t users_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<io::ZeroedMemory> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

ChunkPieces::ChunkPieces() { IdlePieces::Get().AddUser(); }

ChunkPieces::~ChunkPieces() { IdlePieces::Get().RemoveUser(); }

std::byte* ChunkPieces::Take(uint64_t bytes, Piece* piece) {
  const uint64_t padded = base::AlignUp(bytes, base::kBufferAlignment);
  if (padded > kMostOfPiece) return nullptr;
  if (newest_ == nullptr || padded > kPieceBytes - used_) {
    Piece taken = IdlePieces::Get().Take();
    if (taken == nullptr) return nullptr;
    newest_ = std::move(taken);
    used_ = 0;
  }
  *piece = newest_;
  return newest_->data() + std::exchange(used_, used_ + padded);
}

std::byte* ChunkMemory::Take(uint64_t bytes) {
  ASHLAR_CHECK(bytes > 0);
  if (pieces_ != nullptr) {
    ChunkPieces::Piece piece;
    if (std::byte* const taken = pieces_->Take(bytes, &piece); taken != nullptr) {
      if (shared_.empty() || shared_.back() != piece) shared_.push_back(std::move(piece));
      return taken;
    }
  }
  own_.push_back(io::AlignedBuffer::Allocate(base::AlignUp(bytes, base::kBufferAlignment),
                                             base::kBufferAlignment));
  ASHLAR_CHECK(own_.back().valid());
  return own_.back().data();
}

}  // namespace ashlar::log
