// The static search tree of prefixes; see the header. Nodes are counted, not bisected: eight
// independent comparisons cost less than three that wait for each other and mispredict.
#include "src/segment/key_fences.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"

namespace ashlar::segment {
namespace {

namespace f = format::fences;

constexpr uint64_t kPadding = std::numeric_limits<uint64_t>::max();

static_assert(f::kNodeFences * sizeof(uint64_t) == f::kNodeBytes);

uint64_t CountFences(uint64_t rows) { return (rows + f::kRows - 1) / f::kRows; }
uint64_t CountNodes(uint64_t fences) { return (fences + f::kNodeFences - 1) / f::kNodeFences; }

}  // namespace

uint64_t KeyFencesBytes(uint64_t rows) {
  ASHLAR_CHECK(rows > 0 && rows <= base::kMaxSegmentRows);
  uint64_t nodes = CountNodes(CountFences(rows));
  uint64_t all = nodes;
  while (nodes > 1) {
    nodes = CountNodes(nodes);
    all += nodes;
  }
  return all * f::kNodeBytes;
}

std::string BuildKeyFences(std::span<const uint64_t> prefixes) {
  ASHLAR_CHECK(!prefixes.empty() && std::ranges::is_sorted(prefixes));
  std::vector<uint64_t> level;
  level.reserve(CountFences(prefixes.size()));
  for (size_t row = 0; row < prefixes.size(); row += f::kRows) level.push_back(prefixes[row]);
  std::string bytes;
  bytes.reserve(KeyFencesBytes(prefixes.size()));
  while (true) {
    const size_t fences = level.size();
    level.resize(CountNodes(fences) * f::kNodeFences, kPadding);
    bytes += base::AsStringView(base::AsBytes(level));
    if (fences <= f::kNodeFences) break;
    for (size_t node = 0; node < CountNodes(fences); ++node) {
      level[node] = level[node * f::kNodeFences];
    }
    level.resize(CountNodes(fences));
  }
  ASHLAR_CHECK(bytes.size() == KeyFencesBytes(prefixes.size()));
  return bytes;
}

absl::StatusOr<KeyFences> KeyFences::Make(std::span<const std::byte> bytes, uint64_t rows) {
  if (rows == 0 || bytes.size() != KeyFencesBytes(rows)) {
    return absl::DataLossError(
        base::StrCat("key fences of ", bytes.size(), " bytes are not those of ", rows, " rows"));
  }
  KeyFences tree;
  tree.rows_ = rows;
  uint64_t fences = CountFences(rows);
  for (const std::byte* nodes = bytes.data();; fences = CountNodes(fences)) {
    ASHLAR_CHECK(tree.height_ < kMaxLevels);
    tree.levels_[tree.height_++] = {nodes, fences};
    if (fences <= f::kNodeFences) return tree;
    nodes += CountNodes(fences) * f::kNodeBytes;
  }
}

absl::Status KeyFences::Prove() const {
  for (size_t level = 0; level < height_; ++level) {
    const uint64_t fences = levels_[level].fences;
    for (uint64_t i = 0; i < CountNodes(fences) * f::kNodeFences; ++i) {
      const uint64_t fence = Fence(level, i);
      if (i >= fences && fence != kPadding) {
        return absl::DataLossError("the padding of the key fences is wrong");
      }
      if (level == 0 && i > 0 && fence < Fence(0, i - 1)) {
        return absl::DataLossError(base::StrCat("key fence ", i, " is out of order"));
      }
      if (level > 0 && i < fences && fence != Fence(level - 1, i * f::kNodeFences)) {
        return absl::DataLossError(
            base::StrCat("key fence ", i, " of level ", level, " is not that of the level below"));
      }
    }
  }
  return absl::OkStatus();
}

// The number of fences of level `lowest` for which `is_before` holds, which it does for a first
// part of each level. The numbers are cut to the level's fences: padding may satisfy `is_before`
// too.
template <typename IsBefore>
uint64_t KeyFences::Descend(size_t lowest, const IsBefore& is_before) const {
  uint64_t node = 0;
  for (size_t level = height_; level-- > lowest;) {
    const std::byte* const at = levels_[level].nodes + node * f::kNodeBytes;
    uint64_t before = 0;
    for (uint32_t i = 0; i < f::kNodeFences; ++i) {
      before += is_before(base::LoadLittle<uint64_t>(at + i * sizeof(uint64_t))) ? 1 : 0;
    }
    const uint64_t count = std::min(node * f::kNodeFences + before, levels_[level].fences);
    if (level == lowest || count == 0) return count;
    // The child of the last fence that is before.
    node = count - 1;
  }
  return node;
}

uint64_t KeyFences::NodeOf(uint64_t prefix) const {
  ASHLAR_CHECK(height_ > 0);
  if (height_ == 1) return 0;
  const uint64_t count = Descend(1, [prefix](uint64_t fence) { return fence < prefix; });
  const uint64_t node = count == 0 ? 0 : count - 1;
  __builtin_prefetch(levels_[0].nodes + node * f::kNodeBytes);
  return node;
}

CandidateRows KeyFences::FindIn(uint64_t node, uint64_t prefix) const {
  const uint64_t fences = levels_[0].fences;
  ASHLAR_CHECK(node * f::kNodeFences < fences);
  const std::byte* const at = levels_[0].nodes + node * f::kNodeBytes;
  uint64_t before = 0;
  uint64_t not_after = 0;
  for (uint32_t i = 0; i < f::kNodeFences; ++i) {
    const auto fence = base::LoadLittle<uint64_t>(at + i * sizeof(uint64_t));
    before += fence < prefix ? 1 : 0;
    not_after += fence <= prefix ? 1 : 0;
  }
  const uint64_t smaller = std::min(node * f::kNodeFences + before, fences);
  uint64_t reached = std::min(node * f::kNodeFences + not_after, fences);
  // Equal prefixes go on in the next node: where they end, only the tree knows.
  const uint64_t next = (node + 1) * f::kNodeFences;
  if (not_after == f::kNodeFences && next < fences && Fence(0, next) <= prefix) {
    reached = Descend(0, [prefix](uint64_t fence) { return fence <= prefix; });
  }
  // The row of the last smaller fence is smaller itself; the row of the first greater one greater.
  const uint64_t first = smaller == 0 ? 0 : (smaller - 1) * f::kRows + 1;
  const uint64_t last = std::min(reached * f::kRows, rows_);
  return {first, std::max(first, last)};
}

}  // namespace ashlar::segment
