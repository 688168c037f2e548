// DigestIndex: which contents are in the store already, and where.
//
// Owns: digest → segment and digest → chunk of a physical file. Does not own: deciding to reuse, or
// pinning (the store does both under its own lock). Only full 256-bit digests are compared, with
// row counts beside them. Not thread-safe.
#ifndef ASHLAR_SRC_MANIFEST_DIGEST_INDEX_H_
#define ASHLAR_SRC_MANIFEST_DIGEST_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "src/base/digest.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

struct KnownChunk {
  std::shared_ptr<const SegmentMeta> holder;  // holds it physically
  uint32_t ordinal = 0;
  uint64_t bytes = 0;
  uint64_t rows = 0;
};

struct HeldChunk {
  base::Digest digest;
  uint32_t ordinal = 0;
  uint64_t bytes = 0;
};

class DigestIndex {
 public:
  // A segment that some retained version lists.
  void AddSegment(const std::shared_ptr<const SegmentMeta>& meta);
  // The chunks that the file of `holder` holds physically.
  void AddChunks(const std::shared_ptr<const SegmentMeta>& holder,
                 std::span<const HeldChunk> chunks);
  [[nodiscard]] bool HasChunksOf(uint64_t file_id) const;
  // Forgets a file that is about to be removed: its chunks, the segment of the same id, and every
  // segment that refers to it, for a segment is found only together with all that it needs.
  void RemoveFile(uint64_t file_id);
  // Forgets that the segment is listed, while its file still serves references.
  void RemoveSegment(uint64_t segment_id);

  [[nodiscard]] std::shared_ptr<const SegmentMeta> FindSegment(const base::Digest& digest,
                                                               uint64_t rows) const;
  [[nodiscard]] std::optional<KnownChunk> FindChunk(const base::Digest& digest,
                                                    uint64_t rows) const;

 private:
  absl::flat_hash_map<base::Digest, std::shared_ptr<const SegmentMeta>> segments_;
  absl::flat_hash_map<base::Digest, KnownChunk> chunks_;
  absl::flat_hash_map<uint64_t, std::vector<base::Digest>> chunks_of_file_;
  absl::flat_hash_map<uint64_t, base::Digest> digest_of_segment_;
  absl::flat_hash_map<uint64_t, absl::flat_hash_set<uint64_t>> users_of_file_;  // known segments
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DIGEST_INDEX_H_
