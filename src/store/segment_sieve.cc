// Memory for a sieve; see the header.
#include "src/store/segment_sieve.h"

#include <algorithm>

namespace ashlar::store {
namespace {

// Keys of an average segment in a block: a fifth of its bits are set then.
constexpr uint64_t kKeysOfBlock = 2;

}  // namespace

std::optional<SegmentSieve> SegmentSieve::Make(uint64_t rows, size_t segments) {
  ASHLAR_CHECK(segments > 0 && segments <= kMostSegments);
  constexpr uint64_t kMostBlocks = uint64_t{1} << 31;
  const uint64_t blocks = std::clamp<uint64_t>(rows / segments / kKeysOfBlock, 1, kMostBlocks);
  io::ZeroedMemory memory = io::ZeroedMemory::Allocate(blocks * kBlockBytes);
  if (!memory.valid()) return std::nullopt;
  return SegmentSieve(std::move(memory), blocks);
}

}  // namespace ashlar::store
