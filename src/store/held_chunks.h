// Which chunks a segment file holds itself, as the digest index wants to know it.
#ifndef ASHLAR_SRC_STORE_HELD_CHUNKS_H_
#define ASHLAR_SRC_STORE_HELD_CHUNKS_H_

#include <vector>

#include "src/manifest/digest_index.h"
#include "src/segment/chunk_table.h"

namespace ashlar::store {

// References are left out.
[[nodiscard]] std::vector<manifest::HeldChunk> HeldChunks(const segment::ChunkTable& table);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_HELD_CHUNKS_H_
