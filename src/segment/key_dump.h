// The key sections and the key table in a segment's dump.
//
// Owns: naming their bytes. Does not own: the rest of the file (segment_dump.h).
#ifndef ASHLAR_SRC_SEGMENT_KEY_DUMP_H_
#define ASHLAR_SRC_SEGMENT_KEY_DUMP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "src/segment/dump_lines.h"
#include "src/segment/key_table.h"

namespace ashlar::segment {

// `keys` was decoded from `file`, which is the whole file. The first blocks, fences and buckets are
// listed; a section whose checksum is wrong is marked.
void DumpKeySections(std::span<const std::byte> file, const KeyTable& keys, DumpLines& lines);
// The table itself, which lies at `offset`.
void DumpKeyTable(std::span<const std::byte> file, uint64_t offset, const KeyTable& keys,
                  DumpLines& lines);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_DUMP_H_
