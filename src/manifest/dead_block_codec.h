// The bytes of a deletion vector's blocks (docs/FORMAT.md, "Deletion vectors").
//
// Owns: encoding, and the proof that bytes from disk are exactly what the encoder would have
// written: ascending, within the segment, in the smallest form. Does not own: where they are put.
// Why not CRoaring's portable format: equal sets must be equal bytes, and its reader does not prove
// what it reads.
#ifndef ASHLAR_SRC_MANIFEST_DEAD_BLOCK_CODEC_H_
#define ASHLAR_SRC_MANIFEST_DEAD_BLOCK_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "src/base/coding.h"
#include "src/manifest/dead_block.h"

namespace ashlar::manifest {

// Blocks by number, ascending; none is empty.
using DeadBlockList = std::vector<std::pair<uint32_t, std::shared_ptr<const DeadBlock>>>;

// Values reach disk: never renumber. Of forms of equal size the lowest is taken.
enum class DeadBlockForm : uint8_t { kRows = 1, kBitmap = 2, kRuns = 3 };

void EncodeDeadBlocks(uint64_t segment_rows, const DeadBlockList& blocks, base::ByteWriter& out);

// Reads all that is left and proves it without making blocks. The number of dead rows, at least
// one; 0 after a failure of the reader.
[[nodiscard]] uint64_t ProveDeadBlocks(uint64_t segment_rows, base::ByteReader& in);
// Of bytes that were proven.
[[nodiscard]] DeadBlockList DecodeDeadBlocks(uint64_t segment_rows,
                                             std::span<const std::byte> proven);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DEAD_BLOCK_CODEC_H_
