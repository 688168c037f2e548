// Building, proving and searching the static tree of prefixes; see the header.
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

uint64_t FencesOf(uint64_t rows) { return (rows + f::kRows - 1) / f::kRows; }
uint64_t NodesOf(uint64_t fences) { return (fences + f::kNodeFences - 1) / f::kNodeFences; }

}  // namespace

uint64_t KeyFencesBytes(uint64_t rows) {
  ASHLAR_CHECK(rows > 0 && rows <= base::kMaxSegmentRows);
  uint64_t nodes = NodesOf(FencesOf(rows));
  uint64_t all = nodes;
  while (nodes > 1) {
    nodes = NodesOf(nodes);
    all += nodes;
  }
  return all * f::kNodeBytes;
}

std::string BuildKeyFences(std::span<const uint64_t> prefixes) {
  ASHLAR_CHECK(!prefixes.empty() && std::ranges::is_sorted(prefixes));
  std::vector<uint64_t> level;
  level.reserve(FencesOf(prefixes.size()));
  for (size_t row = 0; row < prefixes.size(); row += f::kRows) level.push_back(prefixes[row]);
  std::string bytes;
  bytes.reserve(KeyFencesBytes(prefixes.size()));
  while (true) {
    const size_t fences = level.size();
    level.resize(NodesOf(fences) * f::kNodeFences, kPadding);
    bytes += base::AsStringView(base::AsBytes(level));
    if (fences <= f::kNodeFences) break;
    for (size_t node = 0; node < NodesOf(fences); ++node) {
      level[node] = level[node * f::kNodeFences];
    }
    level.resize(NodesOf(fences));
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
  uint64_t fences = FencesOf(rows);
  for (const std::byte* nodes = bytes.data();; fences = NodesOf(fences)) {
    ASHLAR_CHECK(tree.height_ < kMaxLevels);
    tree.levels_[tree.height_++] = {nodes, fences};
    if (fences <= f::kNodeFences) return tree;
    nodes += NodesOf(fences) * f::kNodeBytes;
  }
}

absl::Status KeyFences::Prove() const {
  for (size_t level = 0; level < height_; ++level) {
    const uint64_t fences = levels_[level].fences;
    for (uint64_t i = 0; i < NodesOf(fences) * f::kNodeFences; ++i) {
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

CandidateRows KeyFences::Find(uint64_t prefix) const {
  return RowsOf(CountFences(levels(), prefix));
}

uint64_t KeyFences::NodeOf(uint64_t prefix) const {
  const uint64_t node = FindFenceNode(levels(), prefix);
  __builtin_prefetch(levels_[0].nodes + node * f::kNodeBytes);
  return node;
}

CandidateRows KeyFences::FindIn(uint64_t node, uint64_t prefix) const {
  return RowsOf(CountFencesFrom(node, levels(), prefix));
}

// The row of the last smaller fence is smaller itself; the row of the first greater one greater.
CandidateRows KeyFences::RowsOf(const FenceCounts& counts) const {
  ASHLAR_CHECK(counts.smaller <= levels_[0].fences && counts.not_greater <= levels_[0].fences);
  const uint64_t first = counts.smaller == 0 ? 0 : (counts.smaller - 1) * f::kRows + 1;
  const uint64_t last = std::min(counts.not_greater * f::kRows, rows_);
  return {first, std::max(first, last)};
}

}  // namespace ashlar::segment
