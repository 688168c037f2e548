// SegmentSink: runs of rows become segments of one transaction: skipped, referred to, or written.
//
// Owns: the decision what is written (DESIGN section 3, "Digests") and the files that a transaction
// has written and not yet published. Does not own: cutting (segment_cutter.h), bytes
// (segment/segment_writer.h), how many files are on their way (write_behind.h), publication
// (commit.h). One thread.
//
// A file of several buffers is written behind: what is returned is known before its bytes are on
// the disk. Whoever opens it waits for it (segment_cache.h); whoever publishes it settles the sink
// first. When such a file cannot be written, the sink is of no more use.
#ifndef ASHLAR_SRC_STORE_SEGMENT_SINK_H_
#define ASHLAR_SRC_STORE_SEGMENT_SINK_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/options.h"
#include "ashlar/stats.h"
#include "src/base/clock.h"
#include "src/base/executor.h"
#include "src/columnar/canonical.h"
#include "src/columnar/encoded_keys.h"
#include "src/io/buffer_pool.h"
#include "src/manifest/digest_index.h"
#include "src/manifest/publisher.h"
#include "src/segment/segment_writer.h"
#include "src/store/reuse_index.h"
#include "src/store/segment_cache.h"
#include "src/store/segment_cutter.h"
#include "src/store/write_behind.h"

namespace ashlar::store {

// What a sink works with; all of it outlives the sink.
struct SinkContext {
  std::shared_ptr<SegmentCache> cache;
  std::shared_ptr<ReuseIndex> reuse;
  base::Clock* clock = nullptr;
  std::atomic<uint64_t>* next_segment_id = nullptr;
  manifest::Publisher* publisher = nullptr;
  base::Executor* writers = nullptr;
  std::shared_ptr<io::BufferPool> buffers;
  uint64_t direct_above = 0;  // see SegmentWriterOptions
  bool loads = false;         // a transaction writes: no flush and no compaction
  bool compacts = false;      // the rows were in segments before
};

// The keys of a run of rows that are sorted by key, for a segment of a keyed dataset.
struct SortedKeys {
  const columnar::EncodedKeys* keys = nullptr;
  size_t first = 0;                       // of the run's rows in `keys`
  std::vector<uint32_t> key_fields = {};  // their places in the schema, in key order
  bool hash_index = false;
};

// Adds what one call has written.
void AddWriteStats(const WriteStats& more, WriteStats* sum);

class SegmentSink {
 public:
  explicit SegmentSink(SinkContext context);

  // The segment that holds exactly these rows, written as `storage` asks if it is not known.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> Write(
      const Schema& schema, Storage storage, const RowRun& run, WriteStats* stats);
  // The same for sorted rows, with key sections. Always a segment of its own: one that is known may
  // have dead rows, or no keys; chunks that are known are still referred to.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> WriteSorted(
      const Schema& schema, Storage storage, const RowRun& run, const SortedKeys& keys,
      WriteStats* stats);

  // No chunk of this file is referred to: it is to be removed.
  void LeaveOut(uint64_t file_id) { left_out_.insert(file_id); }

  // Waits until all files are synced; their directory entries are not. An error is one of a file
  // that was written behind, and stays.
  [[nodiscard]] absl::Status Settle() { return behind_.Settle(); }

  // Files of this transaction, in the order of their ids.
  [[nodiscard]] const std::vector<NewSegment>& written() const { return written_; }
  // Every id whose file may exist: also of writes that failed halfway.
  [[nodiscard]] const std::vector<uint64_t>& created_files() const { return created_files_; }

 private:
  using Pieces = std::vector<std::vector<columnar::ColumnPiece>>;  // by field
  // What is known of a run before anything is written.
  struct Measured {
    Pieces pieces;
    std::vector<base::Digest> digests;
    uint64_t logical_bytes = 0;
  };
  struct NewFile {
    uint64_t id = 0;
    std::shared_ptr<segment::SegmentWriter> writer;
    manifest::SegmentMeta meta;
    WriteStats stats;
  };

  [[nodiscard]] static absl::StatusOr<Measured> Measure(const Schema& schema, const RowRun& run,
                                                        WriteStats* stats);
  // `keys` is null in ordered datasets.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> WriteFile(
      const Schema& schema, Storage storage, const Measured& measured, uint64_t rows,
      const SortedKeys* keys, WriteStats* stats);
  [[nodiscard]] std::shared_ptr<const manifest::SegmentMeta> FindSegment(const base::Digest& digest,
                                                                         uint64_t rows);
  [[nodiscard]] std::optional<manifest::KnownChunk> FindChunk(const base::Digest& digest,
                                                              uint64_t rows);
  // Above what size the next file bypasses the page cache. A transaction leaves there about what
  // one file may, for a bulk load would drive out what is read; a flush all that was in memory.
  [[nodiscard]] uint64_t DirectAbove() const;
  // The file of segment `id`, all of it in memory.
  [[nodiscard]] absl::StatusOr<NewFile> BuildFile(uint64_t id, const Schema& schema,
                                                  Storage storage, const Measured& measured,
                                                  uint64_t rows, const SortedKeys* keys);
  [[nodiscard]] absl::Status AddChunks(const Schema& schema, const Pieces& pieces,
                                       std::span<const base::Digest> digests, NewFile* file);
  // Writes it to the file that was created for it, at once or behind.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const manifest::SegmentMeta>> SendFile(NewFile file);

  const SinkContext context_;
  FilePins pins_;
  absl::flat_hash_set<uint64_t> left_out_;
  manifest::DigestIndex own_;  // what this transaction wrote itself
  std::vector<NewSegment> written_;
  std::vector<uint64_t> created_files_;
  uint64_t sent_bytes_ = 0;  // of files
  WriteBehind behind_;       // the last one: its writes use none of the others
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_SINK_H_
