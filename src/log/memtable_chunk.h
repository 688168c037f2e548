// MemtableChunk: up to 4,096 rows of a memtable, column by column, with what versions need.
//
// Owns: the columns, the encoded key, hash, begin and end sequence and older row of each row. Does
// not own: which row of a key is newest (key_table.h), nor the order of chunks (memtable.h).
//
// The writer fills rows that nobody can see, then publishes them; but for a row's end sequence
// nothing of a published row changes. Columns that views pin hold a share of the chunk.
#ifndef ASHLAR_SRC_LOG_MEMTABLE_CHUNK_H_
#define ASHLAR_SRC_LOG_MEMTABLE_CHUNK_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/base/check.h"
#include "src/columnar/encoded_keys.h"
#include "src/log/chunk_memory.h"
#include "src/log/growing_column.h"

namespace ashlar::log {

inline constexpr int kChunkRowBits = 12;
inline constexpr int64_t kMaxChunkRows = int64_t{1} << kChunkRowBits;
// The end sequence of a row that nothing has superseded.
inline constexpr uint64_t kNeverEnds = UINT64_MAX;

// Rows for a chunk to take: rows [begin, begin + count) of plain columns, or deletes when there are
// no columns; `keys` is null in datasets without a key, and then nothing is deleted. All rows have
// one sequence, or each has its own: then row i is of sequences[i].
struct ChunkRows {
  std::span<const Column> columns;
  const columnar::EncodedKeys* keys = nullptr;
  int64_t begin = 0;
  int64_t count = 0;
  uint64_t sequence = 0;
  std::span<const uint64_t> sequences = {};

  [[nodiscard]] uint64_t SequenceOf(int64_t row) const {
    return sequences.empty() ? sequence : sequences[static_cast<size_t>(row)];
  }
};

class MemtableChunk : public std::enable_shared_from_this<MemtableChunk> {
 public:
  // As large as `model` suggests, which is the chunk before, and large enough for the first row of
  // `rows`. Rows have a key where `rows` has keys. Takes memory from `pieces` when it is one of
  // many.
  MemtableChunk(const Schema& schema, const ChunkRows& rows, const MemtableChunk* model,
                ChunkPieces& pieces);

  // The writer's. Appends as many of the rows as fit, and returns how many that is.
  [[nodiscard]] int64_t Append(const ChunkRows& rows);
  void SetPrevious(int64_t row, uint32_t previous) { previous_[Index(row)] = previous; }
  // Lets readers see what was appended.
  void Publish() { rows_.store(appended_, std::memory_order_release); }
  // A newer version of the row's key begins.
  void End(int64_t row, uint64_t sequence);
  // Nothing will be appended.
  void Close() { closed_.store(true, std::memory_order_release); }
  [[nodiscard]] int64_t appended() const { return appended_; }
  [[nodiscard]] int64_t capacity() const { return capacity_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

  // Anyone's, of published rows.
  [[nodiscard]] int64_t rows() const { return rows_.load(std::memory_order_acquire); }
  [[nodiscard]] bool keyed() const { return keyed_; }
  [[nodiscard]] uint64_t begin_sequence(int64_t row) const { return begins_[Index(row)]; }
  [[nodiscard]] uint64_t end_sequence(int64_t row) const {
    return ends_[Index(row)].load(std::memory_order_relaxed);
  }
  // How many of the first `rows` rows begin at `sequence` or before.
  [[nodiscard]] int64_t RowsBegunBy(uint64_t sequence, int64_t rows) const;
  [[nodiscard]] std::string_view key(int64_t row) const;
  [[nodiscard]] uint64_t hash(int64_t row) const { return hashes_[Index(row)]; }
  [[nodiscard]] uint32_t previous(int64_t row) const { return previous_[Index(row)]; }
  [[nodiscard]] bool is_tombstone(int64_t row) const { return tombstones_[Index(row)] != 0; }
  // False: all rows are alive, at every sequence at which they have begun.
  [[nodiscard]] bool has_dead_rows() const { return has_dead_.load(std::memory_order_acquire); }
  // Rows [first, end) of column `field`.
  [[nodiscard]] Column ReadColumn(size_t field, int64_t first, int64_t end) const;

 private:
  [[nodiscard]] size_t Index(int64_t row) const {
    ASHLAR_CHECK(row >= 0 && row < capacity_);
    return static_cast<size_t>(row);
  }
  [[nodiscard]] bool Fits(const ChunkRows& rows, int64_t count) const;
  void MakeKeySpace(const ChunkRows& rows, const MemtableChunk* model);
  void AppendKeys(const ChunkRows& rows, int64_t count);
  [[nodiscard]] uint64_t CountBytes() const;

  const int64_t capacity_;
  const bool keyed_;
  ChunkMemory memory_;  // of all that follows
  std::vector<std::unique_ptr<GrowingColumn>> columns_;
  uint64_t* const begins_;
  // Of keyed rows only.
  std::atomic<uint64_t>* ends_ = nullptr;
  uint64_t* hashes_ = nullptr;
  uint32_t* previous_ = nullptr;
  uint8_t* tombstones_ = nullptr;
  uint32_t* key_offsets_ = nullptr;  // one more than rows
  char* key_bytes_ = nullptr;
  uint64_t key_room_ = 0;

  uint64_t bytes_ = 0;
  int64_t appended_ = 0;  // the writer's count
  std::atomic<int64_t> rows_{0};
  std::atomic<bool> has_dead_{false};  // a row has ended or is a tombstone
  std::atomic<bool> closed_{false};
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_MEMTABLE_CHUNK_H_
