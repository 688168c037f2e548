// Blocks of 64 rows without a better value are passed over by comparisons alone: once the best are
// known, that is nearly all of them.
#include "src/query/key_filter.h"

#include <algorithm>

#include "src/query/order_word.h"

namespace ashlar::query {
namespace {

template <typename T, typename Better>
void KeepBlocks(const T* values, int64_t rows, Better better, Bits* selection) {
  for (size_t w = 0; w < kZoneWords; ++w) {
    uint64_t& word = selection->words[w];
    if (word == 0) continue;
    const auto first = static_cast<int64_t>(w) * 64;
    const T* const block = values + first;
    if (rows - first >= 64) {
      uint64_t any = 0;
      for (int i = 0; i < 64; ++i) any |= -static_cast<uint64_t>(better(block[i]));
      if (any == 0) {
        word = 0;
        continue;
      }
    }
    for (uint64_t left = word; left != 0; left &= left - 1) {
      const int bit = std::countr_zero(left);
      if (!better(block[bit])) word &= ~(uint64_t{1} << bit);
    }
  }
}

// Values in the order of their type; `descending` and `inclusive` settled once a zone. NaN compares
// false, and is the greatest: `not below` is what lets it through.
template <typename T>
void KeepOrdered(const T* values, int64_t rows, bool descending, bool inclusive, T bound,
                 Bits* selection) {
  if (descending && inclusive) {
    KeepBlocks(
        values, rows, [bound](T value) { return !(value < bound); }, selection);
  } else if (descending) {
    KeepBlocks(
        values, rows, [bound](T value) { return !(value <= bound); }, selection);
  } else if (inclusive) {
    KeepBlocks(
        values, rows, [bound](T value) { return value <= bound; }, selection);
  } else {
    KeepBlocks(
        values, rows, [bound](T value) { return value < bound; }, selection);
  }
}

uint64_t WordAt(const Vector& values, int64_t slot) {
  switch (values.physical) {
    case Physical::kBool:
      return values.bits.Get(slot) ? 1 : 0;
    case Physical::kInt64:
      return OrderWord(values.int64[slot]);
    case Physical::kUInt64:
      return OrderWord(values.uint64[slot]);
    case Physical::kDouble:
      return OrderWord(values.real[slot]);
    case Physical::kBytes:
      return OrderWord(values.bytes[slot]);
    default:
      return 0;
  }
}

// Value by value: whatever has no faster way.
void KeepByWord(const Vector& values, bool descending, const KeyBound& bound, Bits* selection) {
  const uint64_t flip = descending ? ~uint64_t{0} : 0;
  ForEachRow(Bits(*selection), [&](int64_t row) {
    const uint64_t word = WordAt(values, values.constant ? 0 : row) ^ flip;
    if (word > bound.word || (word == bound.word && !bound.inclusive)) selection->Clear(row);
  });
}

}  // namespace

void KeepBetter(const Vector& values, int64_t rows, bool descending, const KeyBound& bound,
                Bits* selection) {
  if (!bound.known) return;
  if (values.physical == Physical::kNull || (values.constant && values.IsNull(0))) {
    *selection = Bits();
    return;
  }
  if (values.has_nulls && !values.constant) {
    for (size_t w = 0; w < kZoneWords; ++w) selection->words[w] &= values.valid.words[w];
  }
  const uint64_t word = descending ? ~bound.word : bound.word;
  const bool nan = values.physical == Physical::kDouble && word == UINT64_MAX;
  if (values.constant || nan) return KeepByWord(values, descending, bound, selection);
  switch (values.physical) {
    case Physical::kInt64:
      return KeepOrdered(values.int64, rows, descending, bound.inclusive, Int64OfWord(word),
                         selection);
    case Physical::kUInt64:
      return KeepOrdered(values.uint64, rows, descending, bound.inclusive, word, selection);
    case Physical::kDouble:
      return KeepOrdered(values.real, rows, descending, bound.inclusive, DoubleOfWord(word),
                         selection);
    default:
      return KeepByWord(values, descending, bound, selection);
  }
}

}  // namespace ashlar::query
