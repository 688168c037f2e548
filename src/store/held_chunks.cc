// Walking a chunk table for what is really there.

#include "src/store/held_chunks.h"

#include <cstdint>

namespace ashlar::store {

std::vector<manifest::HeldChunk> HeldChunks(const segment::ChunkTable& table) {
  std::vector<manifest::HeldChunk> held;
  for (uint32_t ordinal = 0; ordinal < table.size(); ++ordinal) {
    const segment::ChunkEntry& entry = table[ordinal];
    if (entry.kind != segment::ChunkKind::kHere) continue;
    held.push_back({entry.digest, ordinal, entry.stored_bytes + entry.dictionary_bytes});
  }
  return held;
}

}  // namespace ashlar::store
