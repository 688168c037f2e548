// SortKeys: LSD radix passes over the highest bits that tell rows apart, then repair.
//
// A run of rows is sorted by one 64-bit word each, 8 bytes of their keys. Bits that all words share
// are stripped; up to 33 of the others are sorted in passes of 11 bits. Rows that are still equal
// are sub-runs: small ones are sorted by comparing, large ones again by their remaining bits, or by
// the next 8 bytes of their keys. So long shared prefixes cost passes, not comparisons of each
// pair.
#include "src/columnar/key_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>

#include "src/base/check.h"

namespace ashlar::columnar {
namespace {

constexpr int kDigitBits = 11;
constexpr size_t kDigits = size_t{1} << kDigitBits;
constexpr int kMostPasses = 3;
// Below this many rows comparing is cheaper than clearing counters.
constexpr size_t kSmallRun = 256;
// Bytes that a run shares before its words are loaded anew behind them.
constexpr size_t kWorthSkipping = 3;
// Keys that are equal for longer are compared as a whole.
constexpr size_t kMostDepth = 64;

struct Entry {
  uint64_t word;
  uint32_t row;
};

class Sorter {
 public:
  explicit Sorter(const EncodedKeys& keys) : keys_(keys), scratch_(keys.rows) {}

  // The words of the run are the 8 bytes of each key from `depth` on; before that its keys are
  // equal. Rows with equal words ascend.
  void Sort(std::span<Entry> run, size_t depth) {
    uint64_t differing = 0;
    for (const Entry& entry : run) differing |= entry.word ^ run.front().word;
    if (differing == 0 && IsDecidedByWord(depth)) return;
    const auto shared = static_cast<size_t>(differing == 0 ? 8 : std::countl_zero(differing) / 8);
    const size_t next = depth + shared;
    // Shared bytes make room for bytes that may differ.
    if (shared >= kWorthSkipping && !IsDecidedByWord(depth) && next < kMostDepth &&
        ReloadWords(run, next)) {
      return Sort(run, next);
    }
    if (differing == 0 || run.size() <= kSmallRun) return SortByComparing(run, depth);
    const int top = 64 - std::countl_zero(differing);
    const int low = std::max(0, top - kMostPasses * kDigitBits);
    SortByBits(run, low, top);
    SortRuns(run, low, depth);
  }

 private:
  // Stable, by bits [low, top) of the words.
  void SortByBits(std::span<Entry> run, int low, int top) {
    std::span<Entry> from = run;
    std::span<Entry> to(scratch_.data(), run.size());
    for (int shift = low; shift < top; shift += kDigitBits) {
      Pass(from, to, shift, (uint64_t{1} << std::min(top - shift, kDigitBits)) - 1);
      std::swap(from, to);
    }
    if (from.data() != run.data()) std::copy(from.begin(), from.end(), run.begin());
  }

  static void Pass(std::span<const Entry> from, std::span<Entry> to, int shift, uint64_t mask) {
    std::array<uint32_t, kDigits> starts{};
    for (const Entry& entry : from) ++starts[(entry.word >> shift) & mask];
    uint32_t next = 0;
    for (uint32_t& start : starts) next += std::exchange(start, next);
    for (const Entry& entry : from) to[starts[(entry.word >> shift) & mask]++] = entry;
  }

  // Sub-runs of words that are equal from bit `low` on.
  void SortRuns(std::span<Entry> run, int low, size_t depth) {
    const bool decided = low == 0 && IsDecidedByWord(depth);
    if (decided) return;
    for (size_t begin = 0; begin < run.size();) {
      size_t end = begin + 1;
      while (end < run.size() && (run[end].word ^ run[begin].word) >> low == 0) ++end;
      if (end - begin > 1) Sort(run.subspan(begin, end - begin), depth);
      begin = end;
    }
  }

  // Makes the words those of the bytes from `next` on. False, and nothing is changed, when a key
  // ends before that: zeros stand behind its end, so it is not clear that it shares them.
  bool ReloadWords(std::span<Entry> run, size_t next) {
    for (const Entry& entry : run) {
      if (keys_.key(entry.row).size() < next) return false;
    }
    for (Entry& entry : run) entry.word = KeyPrefix(keys_.key(entry.row).substr(next));
    return true;
  }

  // Whether keys with equal words at `depth` are equal keys.
  bool IsDecidedByWord(size_t depth) const {
    return keys_.width != 0 && keys_.width <= depth + sizeof(uint64_t);
  }

  void SortByComparing(std::span<Entry> run, size_t depth) {
    const bool decided = IsDecidedByWord(depth);
    const auto before = [this, decided](const Entry& a, const Entry& b) {
      if (a.word != b.word) return a.word < b.word;
      if (decided) return a.row < b.row;
      const int order = keys_.key(a.row).compare(keys_.key(b.row));
      return order != 0 ? order < 0 : a.row < b.row;
    };
    std::sort(run.begin(), run.end(), before);
  }

  const EncodedKeys& keys_;
  std::vector<Entry> scratch_;
};

bool SameKey(const EncodedKeys& keys, uint32_t a, uint32_t b) {
  return keys.prefixes[a] == keys.prefixes[b] && keys.key(a) == keys.key(b);
}

}  // namespace

KeySequence ClassifyKeys(const EncodedKeys& keys) {
  bool duplicates = false;
  for (size_t row = 1; row < keys.rows; ++row) {
    const uint64_t before = keys.prefixes[row - 1];
    const uint64_t here = keys.prefixes[row];
    if (before < here) continue;
    if (before > here) return KeySequence::kUnordered;
    const int order = keys.key(row - 1).compare(keys.key(row));
    if (order > 0) return KeySequence::kUnordered;
    duplicates = duplicates || order == 0;
  }
  return duplicates ? KeySequence::kAscending : KeySequence::kStrictlyAscending;
}

std::vector<uint32_t> SortKeys(const EncodedKeys& keys) {
  ASHLAR_CHECK(keys.rows < UINT32_MAX);
  std::vector<uint32_t> order(keys.rows);
  std::iota(order.begin(), order.end(), 0);
  if (ClassifyKeys(keys) != KeySequence::kUnordered) return order;
  std::vector<Entry> entries(keys.rows);
  for (size_t row = 0; row < keys.rows; ++row) {
    entries[row] = {keys.prefixes[row], static_cast<uint32_t>(row)};
  }
  Sorter(keys).Sort(entries, 0);
  for (size_t i = 0; i < entries.size(); ++i) order[i] = entries[i].row;
  return order;
}

std::optional<size_t> FindDuplicate(const EncodedKeys& keys, std::span<const uint32_t> order) {
  for (size_t i = 1; i < order.size(); ++i) {
    if (SameKey(keys, order[i - 1], order[i])) return i;
  }
  return std::nullopt;
}

size_t KeepLastOfEqualKeys(const EncodedKeys& keys, std::vector<uint32_t>* order) {
  size_t kept = 0;
  for (size_t i = 0; i < order->size(); ++i) {
    const bool last = i + 1 == order->size() || !SameKey(keys, (*order)[i], (*order)[i + 1]);
    if (last) (*order)[kept++] = (*order)[i];
  }
  const size_t dropped = order->size() - kept;
  order->resize(kept);
  return dropped;
}

}  // namespace ashlar::columnar
