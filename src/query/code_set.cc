// Ranges or a table; see the header. On sorted dictionaries comparisons, prefixes and the like give
// one run, so that tables are for scattered sets only.
#include "src/query/code_set.h"

#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/query/bits_ops.h"
#include "src/query/compare_kernels.h"
#include "src/query/packed_select.h"

namespace ashlar::query {
namespace {

// A pass over a zone of codes costs so much less than looking up 1,024 of them.
constexpr size_t kMaxRuns = 8;

std::vector<CodeSet::Run> RunsOf(const std::vector<uint8_t>& flags, bool wanted) {
  std::vector<CodeSet::Run> runs;
  for (size_t code = 0; code < flags.size(); ++code) {
    if ((flags[code] != 0) != wanted) continue;
    const auto at = static_cast<uint32_t>(code);
    if (runs.empty() || runs.back().last + 1 != at) runs.push_back({at, at});
    runs.back().last = at;
  }
  return runs;
}

template <typename T>
void Look(const std::vector<uint8_t>& flags, const std::byte* codes, Bits* selection) {
  for (size_t word = 0; word < kZoneWords; ++word) {
    const std::byte* at = codes + word * 64 * sizeof(T);
    uint64_t bits = 0;
    for (uint64_t left = selection->words[word]; left != 0; left &= left - 1) {
      const auto row = static_cast<size_t>(std::countr_zero(left));
      bits |= uint64_t{flags[base::LoadLittle<T>(at + row * sizeof(T))]} << row;
    }
    selection->words[word] = bits;
  }
}

}  // namespace

CodeSet::CodeSet(std::vector<uint8_t> flags) {
  runs_ = RunsOf(flags, true);
  std::vector<Run> others = RunsOf(flags, false);
  if (others.size() < runs_.size() || (others.empty() && !runs_.empty())) {
    runs_ = std::move(others);
    inverted_ = true;
  }
  if (runs_.size() <= kMaxRuns) return;
  runs_.clear();
  inverted_ = false;
  flags_ = std::move(flags);
  for (uint8_t& flag : flags_) flag = flag != 0 ? 1 : 0;
}

void CodeSet::Retain(const std::byte* codes, int width, int64_t rows, Bits* selection) const {
  if (table()) {
    if (width == 1) return Look<uint8_t>(flags_, codes, selection);
    if (width == 2) return Look<uint16_t>(flags_, codes, selection);
    return Look<uint32_t>(flags_, codes, selection);
  }
  const auto select = [&](const Run& run, Bits* out) {
    SelectIntegers(codes, width, rows, run.first, run.last - run.first, *selection, out);
  };
  if (runs_.size() == 1 && !inverted_) return select(runs_.front(), selection);
  Bits found;
  for (const Run& run : runs_) {
    Bits in_run;
    select(run, &in_run);
    found = Or(found, in_run);
  }
  *selection = inverted_ ? AndNot(*selection, found) : found;
}

void CodeSet::RetainPacked(const columnar::PackedZone& zone, Bits* selection) const {
  ASHLAR_CHECK(!table());
  Bits found;
  for (const Run& run : runs_) found = Or(found, SelectPackedNumbers(zone, run.first, run.last));
  *selection = inverted_ ? AndNot(*selection, found) : And(*selection, found);
}

}  // namespace ashlar::query
