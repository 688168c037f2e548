// Canonical values of fixed width: zero where null, dictionaries and constants spelled out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "src/base/check.h"
#include "src/columnar/canonical_values.h"

namespace ashlar::columnar {
namespace {

bool NullSlotsAreZero(const Run& run, int64_t width) {
  bool zero = true;
  ForEachNull(run, [&](int64_t row) {
    const std::byte* slot = run.data->values.data() + row * width;
    for (int64_t i = 0; i < width; ++i) zero &= slot[i] == std::byte{0};
  });
  return zero;
}

void WritePlain(const Run& run, int64_t width, BufferWriter& out) {
  const PinnedBytes& values = run.data->values;
  const auto pass = [&](int64_t begin, int64_t end) {
    out.Pass(values, static_cast<uint64_t>(begin * width),
             static_cast<uint64_t>((end - begin) * width));
  };
  const int64_t end = run.begin + run.length;
  ASHLAR_CHECK(static_cast<uint64_t>(end * width) <= values.size());
  if (NullSlotsAreZero(run, width)) return pass(run.begin, end);
  int64_t begin = run.begin;
  ForEachNull(run, [&](int64_t row) {
    pass(begin, row);
    out.WriteZeros(static_cast<uint64_t>(width));
    begin = row + 1;
  });
  pass(begin, end);
}

std::span<const std::byte> DictionaryValue(const ColumnData& data, uint32_t code, int64_t width) {
  const auto at = static_cast<size_t>((data.dictionary->offset + code) * width);
  return data.dictionary->values.bytes().subspan(at, static_cast<size_t>(width));
}

// Values as wide as a machine word, a block of rows at a time.
template <typename T>
void WriteDictionaryWords(const Run& run, BufferWriter& out) {
  constexpr int64_t kBlock = BufferWriter::kStageBytes / sizeof(T) / 4;
  const ColumnData& data = *run.data;
  const ColumnData& dictionary = *data.dictionary;
  for (int64_t done = 0; done < run.length; done += kBlock) {
    const int64_t count = std::min(kBlock, run.length - done);
    std::byte* to = out.Reserve(static_cast<size_t>(count) * sizeof(T));
    for (int64_t i = 0; i < count; ++i) {
      const int64_t row = run.begin + done + i;
      const bool null = run.nulls != 0 && !GetBit(data.validity.data(), row);
      const T value =
          null ? T{0} : LoadValue<T>(dictionary, dictionary.offset + LoadCode(data, row));
      std::memcpy(to + i * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
    }
  }
}

void WriteDictionary(const Run& run, int64_t width, BufferWriter& out) {
  if (width == 4) return WriteDictionaryWords<uint32_t>(run, out);
  if (width == 8) return WriteDictionaryWords<uint64_t>(run, out);
  for (int64_t row = run.begin; row < run.begin + run.length; ++row) {
    if (run.nulls != 0 && !GetBit(run.data->validity.data(), row)) {
      out.WriteZeros(static_cast<uint64_t>(width));
    } else {
      out.Write(DictionaryValue(*run.data, LoadCode(*run.data, row), width));
    }
  }
}

}  // namespace

void WriteFixedWidth(const RunList& runs, int64_t width, BufferWriter& out) {
  ASHLAR_CHECK(width > 0);
  for (const Run& run : runs.runs) {
    if (run.kind != RunKind::kData || run.nulls == run.length) {
      out.WriteZeros(static_cast<uint64_t>(run.length * width));
    } else if (run.data->encoding == Encoding::kPlain) {
      WritePlain(run, width, out);
    } else if (run.data->encoding == Encoding::kDictionary) {
      WriteDictionary(run, width, out);
    } else {
      const std::span<const std::byte> value = DictionaryValue(*run.data, 0, width);
      for (int64_t row = 0; row < run.length; ++row) out.Write(value);
    }
  }
}

}  // namespace ashlar::columnar
