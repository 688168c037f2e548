// Key by key: nulls go last, the others are sorted by their order words, and only rows whose words
// are equal are looked at more closely.
//
// Words are sorted by most significant digits, spread over the range that they really cover, until
// few are left in a bucket. Entries of equal words keep their order throughout, and that is the
// order of rows: so ties need no care.
#include "src/query/sort_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <string_view>

#include "ashlar/status_macros.h"
#include "src/query/vector.h"

namespace ashlar::query {
namespace {

struct Entry {
  uint64_t word;
  uint32_t row;
};
static_assert(2 * sizeof(Entry) + sizeof(uint32_t) == kSortBytesPerRow);

bool EntryBefore(const Entry& a, const Entry& b) {
  return a.word != b.word ? a.word < b.word : a.row < b.row;
}

class RowSorter {
 public:
  RowSorter(const SortKeys& keys, const QueryControl* control)
      : keys_(keys), control_(control), entries_(keys.rows()), scratch_(keys.rows()) {
    for (size_t i = 0; i < entries_.size(); ++i) entries_[i].row = static_cast<uint32_t>(i);
  }

  absl::StatusOr<std::vector<uint32_t>> Sort() {
    SortRange(0, entries_.size(), 0);
    RETURN_IF_ERROR(stopped_);
    scratch_ = {};
    std::vector<uint32_t> rows(entries_.size());
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = entries_[i].row;
    return rows;
  }

 private:
  static constexpr size_t kFewRows = 32;
  static constexpr size_t kFewTexts = 1024;
  static constexpr size_t kFewWords = 64;
  static constexpr int kMaxDigitBits = 11;

  // Called for every so many entries that were looked at. Once it has said true the order does not
  // matter any more, and all comes to an end.
  bool Stopped(size_t entries) {
    constexpr size_t kEntriesBetweenChecks = 16 * kZoneRows;
    work_ += entries;
    if (work_ >= kEntriesBetweenChecks) {
      work_ = 0;
      if (control_ != nullptr) stopped_.Update(control_->Check());
    }
    return !stopped_.ok();
  }

  // Calls fn(from, to) for pieces of [begin, end), one behind the other.
  template <typename Fn>
  void ForPieces(size_t begin, size_t end, Fn fn) {
    for (size_t from = begin; from < end && !Stopped(std::min<size_t>(end - from, kZoneRows));
         from += kZoneRows) {
      fn(from, std::min<size_t>(end, from + kZoneRows));
    }
  }

  // Entries [begin, end) are equal by the keys before `key`, and in the order of rows.
  void SortRange(size_t begin, size_t end, size_t key) {
    if (key == keys_.size() || end - begin < 2 || Stopped(end - begin)) return;
    if (end - begin <= kFewRows) return SortFew(begin, end, key);
    const size_t nulls = MoveNullsBack(begin, end, key);
    const size_t depth = keys_.is_text(key) ? CommonPrefix(begin, nulls, key) : 0;
    LoadWords(begin, nulls, key, depth);
    SortWords(begin, nulls);
    ForEachRun(
        begin, nulls, [&](size_t i) { return entries_[i].word == entries_[i - 1].word; },
        [&](size_t from, size_t to) {
          keys_.is_text(key) ? SortTexts(from, to, key, depth) : SortRange(from, to, key + 1);
        });
    SortRange(nulls, end, key + 1);
  }

  // Calls fn(begin, end) for the longest runs of at least two entries that continue(i) joins.
  template <typename Continues, typename Fn>
  void ForEachRun(size_t begin, size_t end, Continues continues, Fn fn) {
    for (size_t from = begin; from < end;) {
      size_t to = from + 1;
      while (to < end && continues(to)) ++to;
      if (to - from > 1) fn(from, to);
      from = to;
    }
  }

  void SortFew(size_t begin, size_t end, size_t key) {
    std::sort(At(begin), At(end), [&](const Entry& a, const Entry& b) {
      const int order = keys_.Compare(key, a.row, b.row);
      return order != 0 ? order < 0 : a.row < b.row;
    });
  }

  // Texts whose words from `depth` on are equal.
  void SortTexts(size_t begin, size_t end, size_t key, size_t depth) {
    if (Stopped(end - begin)) return;
    const auto same = [&](size_t i) {
      return keys_.Text(key, entries_[i].row) == keys_.Text(key, entries_[i - 1].row);
    };
    bool all_same = true;
    for (size_t i = begin + 1; i < end && all_same; ++i) all_same = same(i);
    if (all_same) return SortRange(begin, end, key + 1);
    // The next words of many; where one text is too short for a word, all are compared.
    const size_t common = end - begin > kFewTexts ? CommonPrefix(begin, end, key) : 0;
    if (common > depth) {
      LoadWords(begin, end, key, common);
      SortWords(begin, end);
      ForEachRun(
          begin, end, [&](size_t i) { return entries_[i].word == entries_[i - 1].word; },
          [&](size_t from, size_t to) { SortTexts(from, to, key, common); });
      return;
    }
    std::sort(At(begin), At(end), [&](const Entry& a, const Entry& b) {
      const int order = keys_.CompareTexts(key, a.row, b.row);
      return order != 0 ? order < 0 : a.row < b.row;
    });
    ForEachRun(begin, end, same, [&](size_t from, size_t to) { SortRange(from, to, key + 1); });
  }

  // Where the nulls begin.
  size_t MoveNullsBack(size_t begin, size_t end, size_t key) {
    if (!keys_.has_nulls(key)) return end;
    size_t nulls = 0;
    size_t to = begin;
    for (size_t i = begin; i < end; ++i) {
      if (keys_.IsNull(key, entries_[i].row)) {
        scratch_[nulls++] = entries_[i];
      } else {
        entries_[to++] = entries_[i];
      }
    }
    std::copy_n(scratch_.begin(), nulls, At(to));
    return to;
  }

  // Words are taken behind the first `depth` bytes of texts.
  void LoadWords(size_t begin, size_t end, size_t key, size_t depth) {
    ForPieces(begin, end, [&](size_t from, size_t to) {
      for (size_t i = from; i < to; ++i) {
        entries_[i].word = keys_.Word(key, entries_[i].row, depth);
      }
    });
  }

  // Bytes that all texts begin with.
  [[nodiscard]] size_t CommonPrefix(size_t begin, size_t end, size_t key) {
    if (begin == end) return 0;
    const std::string_view first = keys_.Text(key, entries_[begin].row);
    size_t common = first.size();
    ForPieces(begin, end, [&](size_t from, size_t to) {
      for (size_t i = from; i < to && common != 0; ++i) {
        const std::string_view text = keys_.Text(key, entries_[i].row);
        const auto limit = static_cast<std::ptrdiff_t>(std::min(common, text.size()));
        const auto differs = std::mismatch(first.begin(), first.begin() + limit, text.begin());
        common = static_cast<size_t>(differs.first - first.begin());
      }
    });
    return common;
  }

  void SortWords(size_t begin, size_t end) {
    const size_t count = end - begin;
    if (count <= kFewWords) {
      std::sort(At(begin), At(end), EntryBefore);
      return;
    }
    uint64_t low = entries_[begin].word;
    uint64_t high = low;
    for (size_t i = begin; i < end; ++i) {
      low = std::min(low, entries_[i].word);
      high = std::max(high, entries_[i].word);
    }
    if (low == high) return;
    // About eight entries a bucket, were they spread evenly.
    const int digit_bits =
        std::clamp(static_cast<int>(std::bit_width(count)) - 3, 1, kMaxDigitBits);
    const int shift = std::max(0, static_cast<int>(std::bit_width(high - low)) - digit_bits);
    std::array<uint32_t, (size_t{1} << kMaxDigitBits) + 1> starts;
    const size_t buckets = ((high - low) >> shift) + 1;
    if (Stopped(count)) return;
    Scatter(begin, end, low, shift, {starts.data(), buckets + 1});
    if (shift == 0) return;
    for (size_t b = 0; b < buckets; ++b) {
      if (starts[b + 1] - starts[b] > 1) SortWords(begin + starts[b], begin + starts[b + 1]);
    }
  }

  // Into buckets by (word - low) >> shift; `starts` becomes where each begins, relative to `begin`.
  void Scatter(size_t begin, size_t end, uint64_t low, int shift, std::span<uint32_t> starts) {
    std::ranges::fill(starts, 0);
    for (size_t i = begin; i < end; ++i) ++starts[((entries_[i].word - low) >> shift) + 1];
    (void)Stopped(end - begin);
    for (size_t b = 1; b < starts.size(); ++b) starts[b] += starts[b - 1];
    // While scattering, starts[b] runs to the end of bucket b: the start of the next one.
    for (size_t i = begin; i < end; ++i) {
      scratch_[starts[(entries_[i].word - low) >> shift]++] = entries_[i];
    }
    std::copy_n(scratch_.begin(), end - begin, At(begin));
    for (size_t b = starts.size() - 1; b > 0; --b) starts[b] = starts[b - 1];
    starts[0] = 0;
  }

  std::vector<Entry>::iterator At(size_t index) {
    return entries_.begin() + static_cast<std::ptrdiff_t>(index);
  }

  const SortKeys& keys_;
  const QueryControl* const control_;
  absl::Status stopped_;
  size_t work_ = 0;  // entries since control_ was asked
  std::vector<Entry> entries_;
  std::vector<Entry> scratch_;
};

}  // namespace

absl::StatusOr<std::vector<uint32_t>> SortRows(const SortKeys& keys, const QueryControl* control) {
  return RowSorter(keys, control).Sort();
}

}  // namespace ashlar::query
