// Anchors and the confirmation of runs; see the header.

#include "src/store/sequence_diff.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "src/base/check.h"
#include "src/store/bounded_myers.h"

namespace ashlar::store {
namespace {

// Nested gaps of which each has anchors of its own are rare; this bounds stack and time.
constexpr int kMaxDepth = 24;

struct Range {
  size_t begin = 0;
  size_t end = 0;
  [[nodiscard]] size_t size() const { return end - begin; }
};

// Where an element stands, and whether it does so once.
struct Occurrence {
  size_t from = 0;
  size_t to = 0;
  uint32_t from_count = 0;
  uint32_t to_count = 0;
};

// The longest ascending subsequence of `pairs` (ascending in `to`) by `from`.
std::vector<CommonRun> LongestAscending(const std::vector<CommonRun>& pairs) {
  constexpr size_t kNone = SIZE_MAX;
  std::vector<size_t> tails;  // tails[k]: the pair that ends the best subsequence of k + 1 pairs
  std::vector<size_t> previous(pairs.size(), kNone);
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto place = std::partition_point(
        tails.begin(), tails.end(), [&](size_t tail) { return pairs[tail].from < pairs[i].from; });
    if (place != tails.begin()) previous[i] = *(place - 1);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<CommonRun> longest;
  for (size_t i = tails.empty() ? kNone : tails.back(); i != kNone; i = previous[i]) {
    longest.push_back(pairs[i]);
  }
  std::reverse(longest.begin(), longest.end());
  return longest;
}

// Finds the common runs of both sequences, by hash.
class Matcher {
 public:
  Matcher(std::span<const uint64_t> from, std::span<const uint64_t> to) : from_(from), to_(to) {}

  std::vector<CommonRun> Run() && {
    Match({0, from_.size()}, {0, to_.size()}, 0);
    return std::move(runs_);
  }

 private:
  void Match(Range from, Range to, int depth) {
    size_t front = 0;
    const size_t shorter = std::min(from.size(), to.size());
    while (front < shorter && from_[from.begin + front] == to_[to.begin + front]) ++front;
    size_t back = 0;
    while (back < shorter - front && from_[from.end - 1 - back] == to_[to.end - 1 - back]) ++back;
    Add({from.begin, to.begin, front});
    MatchMiddle({from.begin + front, from.end - back}, {to.begin + front, to.end - back}, depth);
    Add({from.end - back, to.end - back, back});
  }

  void MatchMiddle(Range from, Range to, int depth) {
    if (from.size() == 0 || to.size() == 0) return;
    if (depth < kMaxDepth) {
      const std::vector<CommonRun> anchors = FindAnchors(from, to);
      if (!anchors.empty()) return MatchBetween(anchors, from, to, depth + 1);
    }
    for (const CommonRun& run :
         FindCommonRuns(from_.subspan(from.begin, from.size()), to_.subspan(to.begin, to.size()))) {
      Add({from.begin + run.from, to.begin + run.to, run.size});
    }
  }

  void MatchBetween(const std::vector<CommonRun>& anchors, Range from, Range to, int depth) {
    for (const CommonRun& anchor : anchors) {
      Match({from.begin, anchor.from}, {to.begin, anchor.to}, depth);
      Add(anchor);
      from.begin = anchor.from + 1;
      to.begin = anchor.to + 1;
    }
    Match(from, to, depth);
  }

  // What stands once in either range, as far as it is in the same order.
  [[nodiscard]] std::vector<CommonRun> FindAnchors(Range from, Range to) const {
    absl::flat_hash_map<uint64_t, Occurrence> seen;
    seen.reserve(from.size());
    for (size_t i = from.begin; i < from.end; ++i) {
      Occurrence& occurrence = seen[from_[i]];
      occurrence.from = i;
      ++occurrence.from_count;
    }
    for (size_t i = to.begin; i < to.end; ++i) {
      const auto found = seen.find(to_[i]);
      if (found == seen.end()) continue;
      found->second.to = i;
      ++found->second.to_count;
    }
    std::vector<CommonRun> pairs;
    for (size_t i = to.begin; i < to.end; ++i) {
      const auto found = seen.find(to_[i]);
      if (found == seen.end()) continue;
      const Occurrence& occurrence = found->second;
      if (occurrence.from_count == 1 && occurrence.to_count == 1) {
        pairs.push_back({occurrence.from, i, 1});
      }
    }
    return LongestAscending(pairs);
  }

  void Add(CommonRun run) {
    if (run.size == 0) return;
    if (!runs_.empty()) {
      CommonRun& last = runs_.back();
      ASHLAR_CHECK(last.from + last.size <= run.from && last.to + last.size <= run.to);
      if (last.from + last.size == run.from && last.to + last.size == run.to) {
        last.size += run.size;
        return;
      }
    }
    runs_.push_back(run);
  }

  const std::span<const uint64_t> from_;
  const std::span<const uint64_t> to_;
  std::vector<CommonRun> runs_;
};

// Appends the parts of a run whose elements are equal indeed.
void Confirm(const CommonRun& run, const EqualRuns& equal, std::vector<CommonRun>* confirmed) {
  if (equal(run.from, run.to, run.size)) {
    confirmed->push_back(run);
  } else if (run.size > 1) {
    const size_t half = run.size / 2;
    Confirm({run.from, run.to, half}, equal, confirmed);
    Confirm({run.from + half, run.to + half, run.size - half}, equal, confirmed);
  }
}

}  // namespace

std::vector<SequenceEdit> DiffSequences(std::span<const uint64_t> from,
                                        std::span<const uint64_t> to, const EqualRuns& equal) {
  std::vector<CommonRun> confirmed;
  for (const CommonRun& run : Matcher(from, to).Run()) Confirm(run, equal, &confirmed);
  confirmed.push_back({from.size(), to.size(), 0});
  std::vector<SequenceEdit> edits;
  size_t from_done = 0;
  size_t to_done = 0;
  for (const CommonRun& run : confirmed) {
    if (run.from > from_done || run.to > to_done) {
      edits.push_back({from_done, run.from - from_done, to_done, run.to - to_done});
    }
    from_done = run.from + run.size;
    to_done = run.to + run.size;
  }
  return edits;
}

}  // namespace ashlar::store
