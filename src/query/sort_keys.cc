// Keys as columns of words and views; see the header.
#include "src/query/sort_keys.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "src/base/check.h"
#include "src/query/order_word.h"

namespace ashlar::query {
namespace {

template <typename T>
void AppendAll(std::vector<T>& from, std::vector<T>* to) {
  if (to->empty()) {
    *to = std::move(from);
  } else {
    to->insert(to->end(), from.begin(), from.end());
  }
  from = {};
}

template <typename T>
void KeepRows(std::span<const uint32_t> rows, std::vector<T>* values) {
  if (values->empty()) return;
  for (size_t i = 0; i < rows.size(); ++i) (*values)[i] = (*values)[rows[i]];
  values->resize(rows.size());
}

}  // namespace

SortKeys::SortKeys(std::span<const BoundSortKey> keys) {
  ASHLAR_CHECK(!keys.empty());
  for (const BoundSortKey& key : keys) {
    ASHLAR_CHECK(key.expression->physical != Physical::kNested);
    Key made;
    made.physical = key.expression->physical;
    made.descending = key.descending;
    keys_.push_back(std::move(made));
  }
}

std::string_view SortKeys::Blocks::Copy(std::string_view text) {
  constexpr size_t kBlockBytes = size_t{64} << 10;
  if (text.size() > left) {
    left = std::max(kBlockBytes, text.size());
    blocks.push_back(std::make_unique<char[]>(left));
    next = blocks.back().get();
    bytes += left;
  }
  if (!text.empty()) std::memcpy(next, text.data(), text.size());
  const std::string_view copy(next, text.size());
  next += text.size();
  left -= text.size();
  return copy;
}

uint64_t SortKeys::OrderWordOf(const Key& key, uint32_t row, size_t depth) {
  return OrderWord(key.texts[row], depth);
}

template <typename Value>
void SortKeys::AppendWords(const Vector& values, const Bits& rows, Value value, Key* key) {
  const uint64_t flip = key->descending ? ~uint64_t{0} : 0;
  ForEachRow(rows, [&](int64_t row) {
    const int64_t slot = values.constant ? 0 : row;
    key->words.push_back(values.IsNull(slot) ? 0 : value(slot) ^ flip);
  });
}

void SortKeys::Append(size_t key_index, const Vector& values, const Bits& rows) {
  Key& key = keys_[key_index];
  const bool all_null = values.physical == Physical::kNull;
  ASHLAR_CHECK(all_null || values.physical == key.physical);
  ForEachRow(rows, [&](int64_t row) {
    const bool null = all_null || values.IsNull(values.constant ? 0 : row);
    key.nulls.push_back(null ? 1 : 0);
    key.has_nulls |= null;
  });
  if (key.physical == Physical::kBytes) {
    ForEachRow(rows, [&](int64_t row) {
      const int64_t slot = values.constant ? 0 : row;
      const bool null = all_null || values.IsNull(slot);
      key.texts.push_back(null ? std::string_view() : blocks_.Copy(values.bytes[slot]));
    });
    return;
  }
  switch (values.physical) {
    case Physical::kBool:
      return AppendWords(
          values, rows, [&](int64_t slot) { return uint64_t{values.bits.Get(slot)}; }, &key);
    case Physical::kInt64:
      return AppendWords(
          values, rows, [&](int64_t slot) { return OrderWord(values.int64[slot]); }, &key);
    case Physical::kUInt64:
      return AppendWords(
          values, rows, [&](int64_t slot) { return OrderWord(values.uint64[slot]); }, &key);
    case Physical::kDouble:
      return AppendWords(
          values, rows, [&](int64_t slot) { return OrderWord(values.real[slot]); }, &key);
    default:
      key.words.resize(key.nulls.size());
  }
}

void SortKeys::Absorb(SortKeys&& other) {
  for (size_t i = 0; i < keys_.size(); ++i) {
    Key& from = other.keys_[i];
    Key& to = keys_[i];
    AppendAll(from.nulls, &to.nulls);
    AppendAll(from.words, &to.words);
    AppendAll(from.texts, &to.texts);
    to.has_nulls |= std::exchange(from.has_nulls, false);
  }
  std::ranges::move(other.blocks_.blocks, std::back_inserter(blocks_.blocks));
  blocks_.bytes += other.blocks_.bytes;
  other.blocks_ = {};
}

void SortKeys::Keep(std::span<const uint32_t> rows) {
  Blocks kept;
  for (Key& key : keys_) {
    KeepRows(rows, &key.nulls);
    KeepRows(rows, &key.words);
    KeepRows(rows, &key.texts);
    for (std::string_view& text : key.texts) text = kept.Copy(text);
  }
  blocks_ = std::move(kept);
}

uint64_t SortKeys::bytes() const {
  uint64_t bytes = blocks_.bytes;
  for (const Key& key : keys_) {
    bytes += key.nulls.size() + key.words.size() * sizeof(uint64_t) +
             key.texts.size() * sizeof(std::string_view);
  }
  return bytes;
}

int SortKeys::Compare(size_t first, uint32_t a, uint32_t b) const {
  for (size_t i = first; i < keys_.size(); ++i) {
    const Key& key = keys_[i];
    if (key.nulls[a] != key.nulls[b]) return key.nulls[a] != 0 ? 1 : -1;
    if (key.nulls[a] != 0) continue;
    if (key.physical == Physical::kBytes) {
      if (const int order = CompareTexts(i, a, b); order != 0) return order;
    } else if (key.words[a] != key.words[b]) {
      return key.words[a] < key.words[b] ? -1 : 1;
    }
  }
  return 0;
}

}  // namespace ashlar::query
