// Memtable: the rows that small commits have written to one dataset since its last flush.
//
// Owns: versions of rows in memory, column by column; finding the newest version of a key at a
// sequence; a consistent view for scans; sealing before a flush. Does not own: durability (the
// commit log), which sequence is visible (the store), queries (the store adapts views to sources).
//
// Rows are copied into chunks of up to 4,096 rows that never move; a row is never changed, but it
// ends when a newer version or a delete of its key begins. A hash table holds each key's newest
// row, and each row the one before it: a get at an old sequence walks back. Copies, not the
// batches of commits themselves: a commit brings a few rows, and a scan wants runs; copying costs
// less than the commit's log record did; nothing that a caller holds is pinned; and the memory held
// is known to the byte. Lists, structs and vectors are copied the same way, buffer by buffer.
//
// One writer at a time (checked), any number of readers, which never wait and never make the writer
// wait. A reader at sequence s sees exactly the commits up to s, if the store told it of s after
// Apply() of the last of them had returned (with release and acquire, as for any shared state).
#ifndef ASHLAR_SRC_LOG_MEMTABLE_H_
#define ASHLAR_SRC_LOG_MEMTABLE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/columnar/encoded_keys.h"
#include "src/log/key_table.h"
#include "src/log/memtable_chunk.h"
#include "src/log/published_list.h"

namespace ashlar::log {

class MemtableView;

// One step of a commit. With rows: upserts, or appends where there is no key. Without (no columns):
// deletes of the keys.
struct MemtableBatch {
  RecordBatch rows;
  columnar::EncodedKeys keys;  // one a row; none in datasets without a key
};

// What a memtable knows of a key.
struct MemtableHit {
  enum class Kind : uint8_t {
    kAbsent,     // nothing: older places may hold the key
    kRow,        // alive, in row `row`
    kTombstone,  // deleted: no older place counts
  };
  Kind kind = Kind::kAbsent;
  uint32_t row = kNoRow;
  uint64_t sequence = 0;  // at which it began
};

struct MemtableStats {
  uint64_t rows = 0;   // all versions and tombstones
  uint64_t keys = 0;   // different ones
  uint64_t bytes = 0;  // allocated
  uint64_t first_sequence = 0;
  uint64_t last_sequence = 0;
};

class Memtable : public std::enable_shared_from_this<Memtable> {
 public:
  [[nodiscard]] static std::shared_ptr<Memtable> Make(Schema schema, bool keyed);
  ~Memtable();

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] bool keyed() const { return keyed_; }

  // The writer's. Applies one commit, all or nothing; of one key the last step counts. Sequences
  // ascend (checked). InvalidArgument: columns that are not the schema's; FailedPrecondition: the
  // memtable is sealed; ResourceExhausted: it has no row numbers left, of 2^32, for a commit of so
  // many rows (a million at once are always too many).
  [[nodiscard]] absl::Status Apply(uint64_t sequence, std::span<const MemtableBatch> batches);
  // The same as Apply() of each row of a batch alone, row i at sequences[i], but all or nothing:
  // for recovery, which finds many such commits one behind the other.
  [[nodiscard]] absl::Status ApplyEach(std::span<const uint64_t> sequences,
                                       const MemtableBatch& batch);
  // No more rows. Readers go on.
  void Seal();
  [[nodiscard]] bool sealed() const { return sealed_.load(std::memory_order_acquire); }

  // Anyone's, from here on.
  [[nodiscard]] MemtableHit Find(std::string_view key, uint64_t hash, uint64_t sequence) const;
  // One column of a row that was found: a column of one row, zero-copy but for bits.
  [[nodiscard]] Column ReadCell(uint32_t row, size_t field) const;
  [[nodiscard]] MemtableView View(uint64_t sequence) const;
  // Numbers of the writer's last commits; of one moment only while nobody writes.
  [[nodiscard]] MemtableStats stats() const;
  [[nodiscard]] uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  // For the view.
  [[nodiscard]] size_t chunks() const { return chunks_.size(); }
  [[nodiscard]] const MemtableChunk& chunk(size_t index) const { return *chunks_.Get(index); }

 private:
  struct Writing;

  Memtable(Schema schema, bool keyed);
  [[nodiscard]] absl::Status Check(std::span<const MemtableBatch> batches) const;
  void AppendRows(ChunkRows rows);
  void StartChunk(const ChunkRows& rows);
  // Makes rows [first, first + rows.count) of the newest chunk the newest of their keys.
  void IndexRows(int64_t first, const ChunkRows& rows);
  void UpdateStats(uint64_t first_sequence, uint64_t last_sequence, uint64_t rows);
  [[nodiscard]] static uint32_t RowNumber(size_t chunk, int64_t row) {
    return static_cast<uint32_t>(chunk << kChunkRowBits) | static_cast<uint32_t>(row);
  }
  [[nodiscard]] const MemtableChunk& ChunkOf(uint32_t row) const {
    return *chunks_.Get(row >> kChunkRowBits);
  }
  [[nodiscard]] static int64_t RowIn(uint32_t row) { return row & (kMaxChunkRows - 1); }

  const Schema schema_;
  const bool keyed_;
  KeyTable newest_;
  PublishedList<MemtableChunk> chunks_;
  ChunkPieces pieces_;                                 // the writer's
  std::vector<std::shared_ptr<MemtableChunk>> owned_;  // the writer's; what chunks_ points to
  uint64_t chunk_bytes_ = 0;
  std::atomic_flag writing_;
  std::atomic<bool> sealed_{false};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> rows_{0};
  std::atomic<uint64_t> keys_{0};
  std::atomic<uint64_t> first_sequence_{0};
  std::atomic<uint64_t> last_sequence_{0};
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_MEMTABLE_H_
