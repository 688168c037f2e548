// Canonical offsets and string bytes: offsets from 0 on, only referenced bytes, nulls empty.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/canonical_values.h"

namespace ashlar::columnar {
namespace {

constexpr int64_t kBlock = 4096;  // offsets a Reserve(): 16 KiB

// Writes `count` ends, the i-th being end_of(i), a block at a time.
template <typename EndOf>
void WriteEnds(int64_t count, BufferWriter& out, EndOf&& end_of) {
  for (int64_t done = 0; done < count; done += kBlock) {
    const int64_t part = std::min(kBlock, count - done);
    std::byte* to = out.Reserve(static_cast<size_t>(part) * sizeof(int32_t));
    for (int64_t i = 0; i < part; ++i) {
      const int32_t end = end_of(done + i);
      std::memcpy(to + i * static_cast<int64_t>(sizeof(int32_t)), &end, sizeof(end));
    }
  }
}

std::string_view DictionaryValue(const ColumnData& data, uint32_t code) {
  return LoadVariableBytes(*data.dictionary, data.dictionary->offset + code);
}

// The ends of one run's rows, of which the first begins at `end`; gives the last.
int32_t WriteRunEnds(const Run& run, int32_t end, BufferWriter& out) {
  if (run.kind != RunKind::kData || run.nulls == run.length) {
    WriteEnds(run.length, out, [end](int64_t) { return end; });
    return end;
  }
  const ColumnData& data = *run.data;
  const auto is_null = [&](int64_t i) {
    return run.nulls != 0 && !GetBit(data.validity.data(), run.begin + i);
  };
  if (data.encoding == Encoding::kConstant) {
    const auto size = static_cast<int32_t>(DictionaryValue(data, 0).size());
    WriteEnds(run.length, out, [&](int64_t) { return end += size; });
  } else if (data.encoding == Encoding::kDictionary) {
    WriteEnds(run.length, out, [&](int64_t i) {
      if (is_null(i)) return end;
      return end +=
             static_cast<int32_t>(DictionaryValue(data, LoadCode(data, run.begin + i)).size());
    });
  } else if (NullRowsAreEmpty(run)) {
    const int32_t shift = end - LoadOffset(data, run.begin);
    const std::byte* from = data.offsets.data() + (run.begin + 1) * 4;
    WriteEnds(run.length, out,
              [=](int64_t i) { return base::LoadLittle<int32_t>(from + i * 4) + shift; });
    end = LoadOffset(data, run.begin + run.length) + shift;
  } else {
    WriteEnds(run.length, out, [&](int64_t i) {
      if (is_null(i)) return end;
      return end += LoadOffset(data, run.begin + i + 1) - LoadOffset(data, run.begin + i);
    });
  }
  return end;
}

}  // namespace

void WriteOffsets(const RunList& runs, BufferWriter& out) {
  if (runs.runs.size() == 1) {
    const Run& run = runs.runs.front();
    if (run.kind == RunKind::kData && run.data->encoding == Encoding::kPlain &&
        LoadOffset(*run.data, run.begin) == 0 && NullRowsAreEmpty(run)) {
      return out.Pass(run.data->offsets, static_cast<uint64_t>(run.begin) * sizeof(int32_t),
                      static_cast<uint64_t>(run.length + 1) * sizeof(int32_t));
    }
  }
  out.WriteZeros(sizeof(int32_t));
  int32_t end = 0;
  for (const Run& run : runs.runs) end = WriteRunEnds(run, end, out);
}

void WriteStringBytes(const RunList& runs, BufferWriter& out) {
  for (const Run& run : runs.runs) {
    if (run.kind != RunKind::kData || run.nulls == run.length) continue;
    const ColumnData& data = *run.data;
    if (data.encoding == Encoding::kPlain) {
      ForEachReferencedRange(run, [&](int32_t begin, int32_t end) {
        out.Pass(data.values, static_cast<uint64_t>(begin), static_cast<uint64_t>(end - begin));
      });
    } else if (data.encoding == Encoding::kConstant) {
      const std::span<const std::byte> value = base::AsBytes(DictionaryValue(data, 0));
      for (int64_t row = 0; row < run.length; ++row) out.Write(value);
    } else {
      for (int64_t row = run.begin; row < run.begin + run.length; ++row) {
        if (run.nulls != 0 && !GetBit(data.validity.data(), row)) continue;
        out.Write(base::AsBytes(DictionaryValue(data, LoadCode(data, row))));
      }
    }
  }
}

}  // namespace ashlar::columnar
