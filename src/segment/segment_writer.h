// SegmentWriter: one new immutable segment file, built in memory front to back, then written.
//
// Owns: the order of bytes (header, chunks, zone maps, key sections, tables, page checksums,
// footer), their checksums, and whether they go through the page cache. Does not own: choosing what
// is written or referred to (that is src/store), encodings (chunk_codec.h, chunk_compact.h),
// durability order beyond Sync().
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
#include "src/io/buffer_pool.h"
#include "src/io/file_system.h"
#include "src/segment/chunk_table.h"
#include "src/segment/key_sections.h"
#include "src/segment/segment_id.h"

namespace ashlar::segment {

inline constexpr uint64_t kDirectAbove = uint64_t{8} << 20;

struct SegmentWriterOptions {
  uint64_t segment_id = 0;
  int64_t created_us = 0;
  int64_t compacted_us = 0;  // 0: never
  Storage storage = Storage::kFast;
  // Larger files bypass the page cache where the file system allows it; smaller ones are better
  // kept there, for what was just written is soon read.
  uint64_t direct_above = kDirectAbove;
  std::shared_ptr<io::BufferPool> buffers = nullptr;  // null: buffers of its own, not recycled
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

// One chunk per schema field, in order, each either added or referred to. Nothing is on the disk
// before CreateFile(); an error of that or of Sync() leaves a partial file for the caller to
// unlink. One thread at a time.
class SegmentWriter {
 public:
  // `files` outlives the writer.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(
      io::FileSystem& files, const Schema& schema, uint64_t rows,
      const SegmentWriterOptions& options);
  ~SegmentWriter();

  // Adds the next field's chunk. `canonical` is plain and canonical; it is encoded here as the
  // storage asks (EncodeLeaves() or CompactColumn()) and its zone maps are computed here. `digest`
  // is its canonical digest.
  [[nodiscard]] absl::Status AddChunk(const base::Digest& digest, const Column& canonical);
  // Refers to chunk `ordinal` of another file, which must hold it physically.
  [[nodiscard]] absl::Status AddReference(const base::Digest& digest, const ChunkLocation& holder);
  // Adds the key sections of a keyed dataset, behind the last chunk, once. InvalidArgument where
  // `keys` do not fit the rows and the schema.
  [[nodiscard]] absl::Status AddKeys(const KeySections& keys);
  // Adds the tail.
  [[nodiscard]] absl::StatusOr<WrittenSegment> Finish();
  // Of a finished segment, as of those below.
  [[nodiscard]] const ChunkTable& chunks() const;
  [[nodiscard]] bool bypasses_cache() const;
  // Makes the finished segment's file, with its space and no bytes. AlreadyExists when the name is
  // taken: then the other file is left alone.
  [[nodiscard]] absl::Status CreateFile();
  // Writes the file, which it creates unless CreateFile() did; fdatasync and close. The directory
  // entry is the caller's to sync, once for all files of a commit.
  [[nodiscard]] absl::Status Sync();

 private:
  struct State;
  explicit SegmentWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_WRITER_H_
