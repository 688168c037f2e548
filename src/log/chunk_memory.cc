// Taking memory for chunks; see the header.
#include "src/log/chunk_memory.h"

#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"

namespace ashlar::log {
namespace {

// A piece serves a dozen chunks of common rows; of its last one what is not taken is hardly
// touched.
constexpr uint64_t kPieceBytes = uint64_t{8} << 20;
constexpr uint64_t kMostOfPiece = kPieceBytes / 8;

}  // namespace

std::byte* ChunkPieces::Take(uint64_t bytes, Piece* piece) {
  const uint64_t padded = base::AlignUp(bytes, base::kBufferAlignment);
  if (padded > kMostOfPiece) return nullptr;
  if (newest_ == nullptr || padded > kPieceBytes - used_) {
    auto made = std::make_shared<const io::ZeroedMemory>(io::ZeroedMemory::Allocate(kPieceBytes));
    if (!made->valid()) return nullptr;
    newest_ = std::move(made);
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
