// The boundary rule, in blocks: first how far bytes reach, then the first cut on the way.
#include "src/columnar/chunker.h"

#include <algorithm>
#include <bit>

#include "src/base/check.h"
#include "src/base/hash.h"

namespace ashlar::columnar {
namespace {

// Rows looked at before a decision: bounds what is looked at twice when bytes decide.
constexpr int64_t kBlockRows = 1024;

uint64_t JudgeWindow(uint64_t h0, uint64_t h1, uint64_t h2, uint64_t h3) {
  return base::Mix64(h0 + std::rotl(h1, 17) + std::rotl(h2, 31) + std::rotl(h3, 47));
}

}  // namespace

// Rows of one Feed() call; hashes of earlier rows have negative indices, down to -3.
struct Chunker::Rows {
  std::span<const uint64_t> hashes;
  std::span<const uint32_t> bytes;
  uint64_t uniform_bytes;
  const std::array<uint64_t, 3>& before;

  [[nodiscard]] uint64_t Hash(int64_t row) const {
    return row < 0 ? before[static_cast<size_t>(row + 3)] : hashes[static_cast<size_t>(row)];
  }

  // The first row of [begin, end) that is judged below `threshold` by itself, or `end`.
  [[nodiscard]] int64_t FindRow(uint64_t threshold, int64_t begin, int64_t end) const {
    for (int64_t row = begin; row < end; ++row) {
      if (base::Mix64(hashes[static_cast<size_t>(row)]) < threshold) return row;
    }
    return end;
  }

  // The same for the rows that are judged with the three before them.
  [[nodiscard]] int64_t FindWindow(uint64_t threshold, int64_t begin, int64_t end) const {
    for (int64_t row = begin; row < end; ++row) {
      if (JudgeWindow(Hash(row), Hash(row - 1), Hash(row - 2), Hash(row - 3)) < threshold) {
        return row;
      }
    }
    return end;
  }
};

uint32_t ChooseTargetRows(uint64_t rows_at_first_write) {
  return static_cast<uint32_t>(
      std::clamp<uint64_t>(rows_at_first_write / 16, kMinTargetRows, kMaxTargetRows));
}

Chunker::Chunker(const ChunkerParams& params) : params_(params) {
  const bool fixed = params_.mode == ChunkingMode::kFixedRows;
  ASHLAR_CHECK(params_.target_rows >= (fixed ? 1 : kSmallestTarget));
}

// The first row of [begin, end) that does not fit into the segment, or `end`; counts the bytes of
// those that do.
int64_t Chunker::FindByteLimit(const Rows& rows, int64_t begin, int64_t end) {
  const uint64_t limit = params_.max_bytes == 0 ? UINT64_MAX : params_.max_bytes;
  for (int64_t row = begin; row < end; ++row) {
    const uint64_t bytes =
        rows.bytes.empty() ? rows.uniform_bytes : rows.bytes[static_cast<size_t>(row)];
    const bool first = pending_rows_ == 0 && row == begin;
    if (!first && (pending_bytes_ > limit || bytes > limit - pending_bytes_)) return row;
    pending_bytes_ += bytes;
  }
  return end;
}

// The index after the row of [begin, end) that ends the segment by its rows, or 0 for none.
int64_t Chunker::FindCut(const Rows& rows, int64_t begin, int64_t end) const {
  const uint64_t target = params_.target_rows;
  // The index of the row with which the segment would have `n` rows, within [begin, end].
  const auto row_of = [&](uint64_t n) {
    const uint64_t ahead = n > pending_rows_ ? n - pending_rows_ - 1 : 0;
    return static_cast<int64_t>(
        std::min<uint64_t>(static_cast<uint64_t>(begin) + ahead, static_cast<uint64_t>(end)));
  };
  const bool fixed = params_.mode == ChunkingMode::kFixedRows;
  const int64_t forced = row_of(fixed ? target : 8 * target);
  if (!fixed) {
    const uint64_t quarter = target / 4;
    const int64_t seldom = row_of(quarter);
    const int64_t soon = row_of(13 * target / 16);
    const int64_t late = row_of(2 * target);
    int64_t row = rows.FindRow(UINT64_MAX / 16 / quarter, seldom, soon);
    if (row < soon) return row + 1;
    row = rows.FindRow(UINT64_MAX / quarter, soon, late);
    if (row < late) return row + 1;
    row = rows.FindWindow(UINT64_MAX / quarter, late, forced);
    if (row < forced) return row + 1;
  }
  return forced < end ? forced + 1 : 0;
}

void Chunker::Remember(std::span<const uint64_t> row_hashes) {
  for (const uint64_t hash : row_hashes.last(std::min<size_t>(row_hashes.size(), 3))) {
    window_ = {window_[1], window_[2], hash};
  }
}

void Chunker::Feed(std::span<const uint64_t> row_hashes, std::span<const uint32_t> row_bytes,
                   uint64_t uniform_row_bytes, std::vector<int64_t>* cuts) {
  ASHLAR_CHECK(row_bytes.empty() || row_bytes.size() == row_hashes.size());
  const Rows rows{row_hashes, row_bytes, uniform_row_bytes, window_};
  const auto total = static_cast<int64_t>(row_hashes.size());
  const bool limited = params_.max_bytes != 0;
  int64_t row = 0;
  while (row < total) {
    const int64_t block_end = std::min(total, row + kBlockRows);
    const int64_t fits = limited ? FindByteLimit(rows, row, block_end) : block_end;
    int64_t cut = FindCut(rows, row, fits);
    if (cut == 0 && fits < block_end) cut = fits;
    const bool found = cut != 0 || fits < block_end;
    if (found) {
      cuts->push_back(cut);
      pending_rows_ = 0;
      pending_bytes_ = 0;
      row = cut;
    } else {
      pending_rows_ += static_cast<uint64_t>(fits - row);
      row = fits;
    }
  }
  Remember(row_hashes);
}

}  // namespace ashlar::columnar
