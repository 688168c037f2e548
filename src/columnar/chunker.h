// Chunker: where a run of rows is cut into segments.
//
// Owns: the content-defined (and the fixed) boundary rule; it is part of the format, for a re-put
// finds its old segments only when it cuts where the first put cut. Does not own: hashing rows
// (row_hash.h) or writing segments.
//
// Rule, content-defined. The judged value of row r mixes the row hashes of the window of up to 4
// rows ending at r within the current segment run (rows before the first of the dataset count as
// zero; the window does not restart at a cut). With n rows since the last cut (this row included)
// and target T: no cut while n < T/4; cut when judged < 2^64 / (4T) while n < T (harder), cut when
// judged < 2^64 / (T/2)... easier, while n >= T; forced at n = 8T. A segment is also cut before its
// logical bytes would pass max_bytes. Edits therefore move one or two boundaries and resynchronise.
#ifndef ASHLAR_SRC_COLUMNAR_CHUNKER_H_
#define ASHLAR_SRC_COLUMNAR_CHUNKER_H_

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
  uint64_t max_bytes = 0;    // logical bytes a segment
  friend bool operator==(const ChunkerParams&, const ChunkerParams&) = default;
};

inline constexpr uint32_t kMinTargetRows = 1024;
inline constexpr uint32_t kMaxTargetRows = 65536;
inline constexpr uint64_t kDefaultMaxSegmentBytes = uint64_t{64} << 20;

// A sixteenth of the rows, within [kMinTargetRows, kMaxTargetRows].
[[nodiscard]] uint32_t ChooseTargetRows(uint64_t rows_at_first_write);

// Streaming: feed row hashes batch by batch; state carries over.
class Chunker {
 public:
  explicit Chunker(const ChunkerParams& params);
  // Appends to `cuts` the exclusive end index (within this call's rows) of each segment that ends
  // here. `row_bytes` holds each row's logical size, or is empty when `uniform_row_bytes` holds for
  // all.
  void Feed(std::span<const uint64_t> row_hashes, std::span<const uint32_t> row_bytes,
            uint64_t uniform_row_bytes, std::vector<int64_t>* cuts);
  // Rows since the last cut.
  [[nodiscard]] uint64_t pending_rows() const { return pending_rows_; }

 private:
  ChunkerParams params_;
  uint64_t pending_rows_ = 0;
  uint64_t pending_bytes_ = 0;
  uint64_t window_[3] = {0, 0, 0};
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CHUNKER_H_
