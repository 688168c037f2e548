// ChooseEncoding: constant, dictionary or plain, by size.
#include "src/columnar/dictionary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "src/base/check.h"
#include "src/columnar/canonical_runs.h"
#include "src/columnar/column_data.h"
#include "src/columnar/dictionary_build.h"

namespace ashlar::columnar {
namespace {

constexpr int64_t kLeastSample = 1024;

// Rows of a sample that tells `most` distinct values from rows that all differ: of most / 16 rows,
// every 32nd would be a repetition, more than LooksTooDistinct() allows for.
int64_t SampleRows(int64_t most) { return std::max(kLeastSample, most / 16); }

uint64_t BufferBytes(const ColumnData& data) {
  uint64_t bytes = data.validity.size() + data.offsets.size() + data.values.size();
  if (data.dictionary != nullptr) bytes += BufferBytes(*data.dictionary);
  return bytes;
}

// Whether each value equals the one before it: a comparison of the buffer with itself, shifted.
bool RepeatsEvery(std::span<const std::byte> bytes, size_t width) {
  return bytes.size() <= width ||
         std::memcmp(bytes.data(), bytes.data() + width, bytes.size() - width) == 0;
}

bool AllRowsEqual(const ColumnData& plain) {
  if (plain.type.id() == TypeId::kBool) {
    const int64_t set = CountSetBits(plain.values.data(), 0, plain.length);
    return set == 0 || set == plain.length;
  }
  if (!plain.type.is_variable_size()) {
    return RepeatsEvery(plain.values.bytes(), static_cast<size_t>(plain.type.byte_width()));
  }
  const int64_t width = LoadOffset(plain, 1);
  for (int64_t row = 1; row <= plain.length; ++row) {
    if (LoadOffset(plain, row) != row * width) return false;
  }
  return RepeatsEvery(plain.values.bytes(), static_cast<size_t>(width));
}

// With the first `values` (0 or 1) rows as its dictionary.
Column MakeConstant(const Column& plain, int64_t values) {
  auto data = std::make_shared<ColumnData>();
  data->type = plain.type();
  data->encoding = Encoding::kConstant;
  data->length = plain.length();
  data->null_count = values == 0 ? plain.length() : 0;
  const ColumnPiece piece{&plain, 0, values};
  data->dictionary = MakeCanonical(plain.type(), {&piece, 1}).value().data();
  return Column(std::move(data));
}

// The most distinct values with which a dictionary would still be small enough, taking them to be
// of average size.
int64_t MostDistinct(const ColumnData& plain) {
  const auto rows = static_cast<double>(plain.length);
  const auto budget =
      0.8 * static_cast<double>(BufferBytes(plain)) - static_cast<double>(plain.validity.size());
  const double value = static_cast<double>(plain.offsets.size() + plain.values.size()) /
                       static_cast<double>(plain.length);
  double most = 0;
  for (const double width : {1, 2, 4}) {
    const double limit = std::exp2(8 * width);
    most = std::max(most, std::min(limit, (budget - width * rows) / value));
  }
  return static_cast<int64_t>(most);
}

// Whether a sample holds more distinct values than one expects from `most` equally frequent ones,
// with some allowance for chance.
bool LooksTooDistinct(const ColumnData& plain, const RowSample& sample, int64_t most) {
  const auto distinct_values = static_cast<double>(most);
  const auto sampled = static_cast<double>(sample.count);
  const double expected = distinct_values * -std::expm1(-sampled / distinct_values);
  return static_cast<double>(CountDistinct(plain, sample)) > expected + 0.02 * sampled;
}

std::optional<Column> TryDictionary(const ColumnData& plain) {
  const int64_t most = MostDistinct(plain);
  if (most < 1) return std::nullopt;
  const int64_t sampled = SampleRows(most);
  if (plain.length > 4 * sampled) {
    // Neighbours find sorted columns, rows far apart find repetition at a distance.
    const RowSample first{1, sampled};
    const RowSample spread{plain.length / sampled, sampled};
    if (LooksTooDistinct(plain, first, most) && LooksTooDistinct(plain, spread, most)) {
      return std::nullopt;
    }
  }
  std::optional<Column> column = BuildDictionary(plain, most);
  if (!column.has_value()) return std::nullopt;
  if (10 * BufferBytes(*column->data()) > 8 * BufferBytes(plain)) return std::nullopt;
  return column;
}

}  // namespace

Column ChooseEncoding(const Column& plain) {
  const ColumnData& data = *plain.data();
  ASHLAR_CHECK(data.encoding == Encoding::kPlain && data.offset == 0);
  if (HasChildren(data.type) || data.length == 0) return plain;
  const bool all_null = plain.null_count() == data.length;
  if (all_null || (plain.null_count() == 0 && AllRowsEqual(data))) {
    Column constant = MakeConstant(plain, all_null ? 0 : 1);
    if (BufferBytes(*constant.data()) < BufferBytes(data)) return constant;
    return plain;
  }
  if (!CanHaveDictionary(data.type)) return plain;
  return TryDictionary(data).value_or(plain);
}

}  // namespace ashlar::columnar
