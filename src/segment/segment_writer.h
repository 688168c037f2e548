// SegmentWriter: one new immutable segment file, front to back.
//
// Owns: the order of bytes (header, chunks, zone maps, key sections, tables, page checksums,
// footer) and their checksums. Does not own: choosing what is written or referred to (that is
// src/store), encodings (chunk_codec.h, chunk_compact.h), durability order beyond Sync().
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_WRITER_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_WRITER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/options.h"
#include "src/base/digest.h"
#include "src/io/file_system.h"
#include "src/segment/key_sections.h"
#include "src/segment/segment_id.h"

namespace ashlar::segment {

struct SegmentWriterOptions {
  uint64_t segment_id = 0;
  int64_t created_us = 0;
  int64_t compacted_us = 0;  // 0: never
  Storage storage = Storage::kFast;
  bool direct = false;  // O_DIRECT through pooled buffers; the seam for bulk ingest
  uint64_t expected_bytes = 0;
};

// What a finished file is, as the manifest records it.
struct WrittenSegment {
  FileIdentity file;
  uint64_t rows = 0;
  base::Digest digest;       // of the segment's content, see SegmentDigest()
  uint64_t batch_bytes = 0;  // chunk buffer bytes, without dictionaries
  uint64_t dictionary_bytes = 0;
  uint64_t key_index_bytes = 0;  // of the key sections
  uint64_t metadata_bytes = 0;   // all the rest of the file
};

// The content digest of a segment: over its schema's encoding, row count and chunk digests in
// schema order.
[[nodiscard]] base::Digest SegmentDigest(const Schema& schema, uint64_t rows,
                                         const std::vector<base::Digest>& chunk_digests);

// One chunk per schema field, in order, each either added or referred to. An error leaves a partial
// file for the caller to unlink.
class SegmentWriter {
 public:
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(
      io::FileSystem& files, const Schema& schema, uint64_t rows,
      const SegmentWriterOptions& options);
  ~SegmentWriter();

  // Writes the next field's chunk. `canonical` is plain and canonical; it is encoded here as the
  // storage asks (EncodeLeaves() or CompactColumn()) and its zone maps are computed here. `digest`
  // is its canonical digest.
  [[nodiscard]] absl::Status AddChunk(const base::Digest& digest, const Column& canonical);
  // Refers to chunk `ordinal` of another file, which must hold it physically.
  [[nodiscard]] absl::Status AddReference(const base::Digest& digest, const ChunkLocation& holder);
  // Writes the key sections of a keyed dataset, behind the last chunk, once. InvalidArgument where
  // `keys` do not fit the rows and the schema.
  [[nodiscard]] absl::Status AddKeys(const KeySections& keys);
  // Writes the tail. Not durable yet.
  [[nodiscard]] absl::StatusOr<WrittenSegment> Finish();
  // fdatasync and close. The directory entry is the caller's to sync, once for all files of a
  // commit.
  [[nodiscard]] absl::Status Sync();

 private:
  struct State;
  explicit SegmentWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_WRITER_H_
