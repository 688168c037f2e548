// Chunker: where a run of rows is cut into segments.
//
// Owns: the content-defined (and the fixed) boundary rule; it is part of the format, for a re-put
// finds its old segments only when it cuts where the first put cut. Does not own: hashing rows
// (row_hash.h) or writing segments.
//
// Rule, content-defined. Let T be target_rows (at least 4), q = T / 4 rounded down, h(r) the row
// hash of row r, zero before the first row fed, and n the rows since the last cut, row r included.
// A row is judged by itself, or over the window of four rows that ends there, also across cuts:
//   s(r) = Mix64(h(r))
//   w(r) = Mix64(h(r) + rotl(h(r-1), 17) + rotl(h(r-2), 31) + rotl(h(r-3), 47))
// With M = 2^64 - 1 and divisions rounded down, row r ends its segment when
//   q <= n < 13T/16   and  s(r) < M / 16 / q   (seldom: once in 4T rows), or
//   13T/16 <= n < 2T  and  s(r) < M / q        (soon: once in T/4 rows), or
//   2T <= n < 8T      and  w(r) < M / q        (late), or
//   n = 8T            whatever the row is.
// On rows that differ this gives segments of 0.99 T rows on average, with a standard deviation of
// 0.3 T. Segments end before row r instead when its bytes would take them beyond max_bytes (a
// single row may). Rule, fixed: n = T ends a segment; max_bytes holds too.
//
// Why two judgements: a change of any row that a cut was judged by takes the cut away, and with it
// two segments of every column; so the fewer rows the better. Rows of a few distinct values only
// may never be judged low by themselves, however; their sequence still may.
//
// An edit therefore changes the segment it is in; only when it makes or unmakes a cut, the next
// ones too, until both cuttings meet in a row (after two or three segments on average).
#ifndef ASHLAR_SRC_COLUMNAR_CHUNKER_H_
#define ASHLAR_SRC_COLUMNAR_CHUNKER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace ashlar::columnar {

// Values reach disk: never renumber.
enum class ChunkingMode : uint8_t { kContentDefined = 1, kFixedRows = 2 };

// Fixed per dataset at its first write and kept in the manifest.
struct ChunkerParams {
  ChunkingMode mode = ChunkingMode::kContentDefined;
  uint32_t target_rows = 0;  // 0: not decided yet
  uint64_t max_bytes = 0;    // logical bytes a segment; 0: no limit
  friend bool operator==(const ChunkerParams&, const ChunkerParams&) = default;
};

inline constexpr uint32_t kSmallestTarget = 4;  // that content-defined boundaries can have
inline constexpr uint32_t kMinTargetRows = 1024;
inline constexpr uint32_t kMaxTargetRows = 65536;
inline constexpr uint64_t kDefaultMaxSegmentBytes = uint64_t{64} << 20;

// A sixteenth of the rows, within [kMinTargetRows, kMaxTargetRows].
[[nodiscard]] uint32_t ChooseTargetRows(uint64_t rows_at_first_write);

// Streaming: feed row hashes batch by batch; state carries over.
class Chunker {
 public:
  // With a decided target, at least kSmallestTarget or a fixed number of rows.
  explicit Chunker(const ChunkerParams& params);
  // Appends to `cuts` the exclusive end index (within this call's rows) of each segment that ends
  // here; 0 when the rows before this call turn out to be a full segment. `row_bytes` holds each
  // row's logical size, or is empty when `uniform_row_bytes` holds for all. How rows are split
  // among calls does not matter.
  void Feed(std::span<const uint64_t> row_hashes, std::span<const uint32_t> row_bytes,
            uint64_t uniform_row_bytes, std::vector<int64_t>* cuts);
  // Rows since the last cut.
  [[nodiscard]] uint64_t pending_rows() const { return pending_rows_; }

 private:
  struct Rows;  // this call's
  [[nodiscard]] int64_t FindByteLimit(const Rows& rows, int64_t begin, int64_t end);
  [[nodiscard]] int64_t FindCut(const Rows& rows, int64_t begin, int64_t end) const;
  void Remember(std::span<const uint64_t> row_hashes);

  ChunkerParams params_;
  uint64_t pending_rows_ = 0;
  uint64_t pending_bytes_ = 0;
  std::array<uint64_t, 3> window_{};  // the last three row hashes, the latest last
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CHUNKER_H_
