// Hash, sort, renumber: rows to distinct values, distinct values to their order, codes to match.
#include "src/columnar/dictionary_build.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/column_data.h"
#include "src/columnar/dictionary_keys.h"
#include "src/columnar/distinct_table.h"

namespace ashlar::columnar {
namespace {

// Distinct values in order of first appearance, and each row's index among them.
template <typename Keys>
struct Distinct {
  std::vector<typename Keys::Key> values;
  std::vector<uint32_t> codes;  // 0 for a null
};

template <typename Keys>
std::optional<Distinct<Keys>> FindDistinct(const ColumnData& plain, const Keys& keys,
                                           int64_t max_distinct) {
  Distinct<Keys> found;
  found.codes.resize(static_cast<size_t>(plain.length));
  DistinctTable<Keys> table(static_cast<size_t>(std::min(plain.length, max_distinct)));
  for (int64_t row = 0; row < plain.length; ++row) {
    if (!plain.validity.empty() && !GetBit(plain.validity.data(), row)) continue;
    const uint32_t code = table.FindOrAdd(keys.Load(row));
    if (table.values().size() > static_cast<size_t>(max_distinct)) return std::nullopt;
    found.codes[static_cast<size_t>(row)] = code;
  }
  found.values = table.TakeValues();
  return found;
}

// Sorts the values; rank[i] is where the i-th of them went.
template <typename Keys>
std::vector<uint32_t> SortValues(const Keys& keys, std::vector<typename Keys::Key>* values) {
  struct Entry {
    uint64_t prefix;
    uint32_t index;
  };
  std::vector<Entry> order(values->size());
  for (size_t i = 0; i < order.size(); ++i) {
    order[i] = {keys.SortPrefix((*values)[i]), static_cast<uint32_t>(i)};
  }
  std::sort(order.begin(), order.end(), [&](const Entry& a, const Entry& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return Keys::LessBehindPrefix((*values)[a.index], (*values)[b.index]);
  });
  std::vector<uint32_t> rank(order.size());
  std::vector<typename Keys::Key> sorted;
  sorted.reserve(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    rank[order[i].index] = static_cast<uint32_t>(i);
    sorted.push_back((*values)[order[i].index]);
  }
  *values = std::move(sorted);
  return rank;
}

template <typename Code>
PinnedBytes MakeCodes(const ColumnData& plain, const std::vector<uint32_t>& codes,
                      const std::vector<uint32_t>& rank) {
  BufferBuilder buffer;
  buffer.Resize(codes.size() * sizeof(Code));
  for (size_t row = 0; row < codes.size(); ++row) {
    const bool null =
        !plain.validity.empty() && !GetBit(plain.validity.data(), static_cast<int64_t>(row));
    const Code code = null ? Code{0} : static_cast<Code>(rank[codes[row]]);
    std::memcpy(buffer.data() + row * sizeof(Code), &code, sizeof(Code));
  }
  return buffer.Finish();
}

template <typename Keys>
std::optional<Column> Build(const ColumnData& plain, const Keys& keys, int64_t max_distinct) {
  std::optional<Distinct<Keys>> found = FindDistinct(plain, keys, max_distinct);
  if (!found.has_value()) return std::nullopt;
  const std::vector<uint32_t> rank = SortValues(keys, &found->values);
  auto dictionary = std::make_shared<ColumnData>();
  dictionary->type = plain.type;
  dictionary->length = static_cast<int64_t>(found->values.size());
  keys.Store(found->values, dictionary.get());
  auto data = std::make_shared<ColumnData>();
  data->type = plain.type;
  data->encoding = Encoding::kDictionary;
  data->code_width = CodeWidth(dictionary->length);
  data->length = plain.length;
  data->null_count = plain.null_count;
  data->validity = plain.validity;
  data->dictionary = std::move(dictionary);
  if (data->code_width == 1) data->values = MakeCodes<uint8_t>(plain, found->codes, rank);
  if (data->code_width == 2) data->values = MakeCodes<uint16_t>(plain, found->codes, rank);
  if (data->code_width == 4) data->values = MakeCodes<uint32_t>(plain, found->codes, rank);
  return Column(std::move(data));
}

int64_t SampledRow(const RowSample& sample, int64_t i) {
  const uint64_t within =
      base::Mix64(static_cast<uint64_t>(i)) % static_cast<uint64_t>(sample.stride);
  return i * sample.stride + static_cast<int64_t>(within);
}

template <typename Keys>
int64_t Count(const ColumnData& plain, const Keys& keys, const RowSample& sample) {
  DistinctTable<Keys> table(static_cast<size_t>(sample.count));
  for (int64_t i = 0; i < sample.count; ++i) {
    const int64_t row = SampledRow(sample, i);
    ASHLAR_CHECK(row < plain.length);
    if (!plain.validity.empty() && !GetBit(plain.validity.data(), row)) continue;
    (void)table.FindOrAdd(keys.Load(row));
  }
  return static_cast<int64_t>(table.values().size());
}

template <typename Keys>
bool Ascends(const ColumnData& plain, const Keys& keys) {
  for (int64_t row = 1; row < plain.length; ++row) {
    const auto a = keys.Load(row - 1);
    const auto b = keys.Load(row);
    const uint64_t prefix_a = keys.SortPrefix(a);
    const uint64_t prefix_b = keys.SortPrefix(b);
    const bool less = prefix_a != prefix_b ? prefix_a < prefix_b : Keys::LessBehindPrefix(a, b);
    if (!less) return false;
  }
  return true;
}

// Calls fn(keys) with the kind of keys that fits the column.
template <typename Fn>
auto WithKeys(const ColumnData& plain, Fn&& fn) {
  ASHLAR_CHECK(CanHaveDictionary(plain.type) && plain.offset == 0);
  if (plain.type.is_variable_size()) return fn(StringKeys(plain));
  if (plain.type.id() == TypeId::kFixedSizeBinary) return fn(FixedBytesKeys(plain));
  if (plain.type.byte_width() == 4) return fn(WordKeys<uint32_t>(plain));
  ASHLAR_CHECK(plain.type.byte_width() == 8);
  return fn(WordKeys<uint64_t>(plain));
}

}  // namespace

bool CanHaveDictionary(const DataType& type) {
  if (type.is_nested() || type.id() == TypeId::kFixedSizeList) return false;
  if (type.is_variable_size() || type.id() == TypeId::kFixedSizeBinary) return true;
  return type.byte_width() >= 4;
}

uint8_t CodeWidth(int64_t distinct) {
  if (distinct <= int64_t{1} << 8) return 1;
  return distinct <= int64_t{1} << 16 ? 2 : 4;
}

int64_t CountDistinct(const ColumnData& plain, const RowSample& sample) {
  return WithKeys(plain, [&](const auto& keys) { return Count(plain, keys, sample); });
}

bool IsSortedAndDistinct(const ColumnData& plain) {
  return WithKeys(plain, [&](const auto& keys) { return Ascends(plain, keys); });
}

std::optional<Column> BuildDictionary(const ColumnData& plain, int64_t max_distinct) {
  return WithKeys(plain, [&](const auto& keys) { return Build(plain, keys, max_distinct); });
}

}  // namespace ashlar::columnar
