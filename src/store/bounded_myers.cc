// The greedy algorithm, and the way back through its rounds; see the header.

#include "src/store/bounded_myers.h"

#include <algorithm>

#include "src/base/check.h"

namespace ashlar::store {
namespace {

// Edits that Myers' algorithm looks for, and the steps that it may take.
constexpr int64_t kMaxEdits = 512;
constexpr int64_t kMaxSteps = int64_t{1} << 26;

// Myers' greedy algorithm on one gap.
class GapMatcher {
 public:
  GapMatcher(std::span<const uint64_t> from, std::span<const uint64_t> to)
      : from_(from),
        to_(to),
        from_size_(static_cast<int64_t>(from.size())),
        to_size_(static_cast<int64_t>(to.size())) {
    const int64_t steps = kMaxSteps / std::max<int64_t>(from_size_ + to_size_, 1);
    limit_ = std::min({kMaxEdits, steps, from_size_ + to_size_});
  }

  // Common elements, ascending; none when the gap needs more edits than the bound allows.
  std::vector<CommonRun> Run() {
    reached_.assign(static_cast<size_t>(2 * limit_ + 3), 0);
    for (int64_t edits = 0; edits <= limit_; ++edits) {
      history_.push_back(
          {reached_.begin() + (limit_ + 1 - edits), reached_.begin() + (limit_ + 2 + edits)});
      for (int64_t diagonal = -edits; diagonal <= edits; diagonal += 2) {
        if (Advance(edits, diagonal)) return Trace(edits);
      }
    }
    return {};
  }

 private:
  int64_t& Reached(int64_t diagonal) {
    return reached_[static_cast<size_t>(diagonal + limit_ + 1)];
  }
  // What was reached before the round of `edits`, on one of its diagonals.
  [[nodiscard]] int64_t Before(int64_t edits, int64_t diagonal) const {
    return history_[static_cast<size_t>(edits)][static_cast<size_t>(diagonal + edits)];
  }
  // Whether a path to `diagonal` with `edits` edits comes down by an insertion.
  template <typename Lookup>
  static bool IsInsertion(int64_t edits, int64_t diagonal, const Lookup& reached) {
    return diagonal == -edits ||
           (diagonal != edits && reached(diagonal - 1) < reached(diagonal + 1));
  }

  // Follows one diagonal as far as it goes; true at the end of both.
  bool Advance(int64_t edits, int64_t diagonal) {
    const auto reached = [this](int64_t at) { return Reached(at); };
    int64_t x = 0;
    if (edits > 0) {
      x = IsInsertion(edits, diagonal, reached) ? Reached(diagonal + 1) : Reached(diagonal - 1) + 1;
    }
    int64_t y = x - diagonal;
    while (x < from_size_ && y < to_size_ && y >= 0 &&
           from_[static_cast<size_t>(x)] == to_[static_cast<size_t>(y)]) {
      ++x;
      ++y;
    }
    Reached(diagonal) = x;
    return x == from_size_ && y == to_size_;
  }

  std::vector<CommonRun> Trace(int64_t edits) const {
    std::vector<CommonRun> runs;
    int64_t x = from_size_;
    int64_t y = to_size_;
    for (; edits > 0; --edits) {
      const auto reached = [&](int64_t at) { return Before(edits, at); };
      const int64_t diagonal = x - y;
      const bool insertion = IsInsertion(edits, diagonal, reached);
      const int64_t from_x = insertion ? reached(diagonal + 1) : reached(diagonal - 1);
      const int64_t from_y = from_x - (insertion ? diagonal + 1 : diagonal - 1);
      const int64_t start = insertion ? from_x : from_x + 1;
      AddRun(start, start - diagonal, x - start, &runs);
      x = from_x;
      y = from_y;
    }
    AddRun(0, 0, x, &runs);
    std::reverse(runs.begin(), runs.end());
    return runs;
  }
  static void AddRun(int64_t from, int64_t to, int64_t size, std::vector<CommonRun>* runs) {
    ASHLAR_CHECK(from >= 0 && to >= 0 && size >= 0);
    if (size == 0) return;
    runs->push_back(
        {static_cast<size_t>(from), static_cast<size_t>(to), static_cast<size_t>(size)});
  }

  const std::span<const uint64_t> from_;
  const std::span<const uint64_t> to_;
  const int64_t from_size_;
  const int64_t to_size_;
  int64_t limit_ = 0;
  std::vector<int64_t> reached_;               // by diagonal: the furthest x
  std::vector<std::vector<int64_t>> history_;  // of each round: what stood before it
};

}  // namespace

std::vector<CommonRun> FindCommonRuns(std::span<const uint64_t> from,
                                      std::span<const uint64_t> to) {
  return GapMatcher(from, to).Run();
}

}  // namespace ashlar::store
