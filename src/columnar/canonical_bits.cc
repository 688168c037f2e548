// Canonical bitmaps: validity, and the values of bool. Bits past the end are zero.
#include <bit>
#include <cstdint>
#include <cstring>

#include "src/columnar/canonical_values.h"

namespace ashlar::columnar {
namespace {

constexpr uint64_t LowBits(int64_t count) {
  return count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

// Joins words of up to 64 bits at any bit position.
class BitWriter {
 public:
  explicit BitWriter(BufferWriter& out) : out_(out) {}

  void Put(uint64_t bits, int64_t count) {
    word_ |= bits << used_;
    if (used_ + count < 64) {
      used_ += count;
      return;
    }
    std::memcpy(out_.Reserve(sizeof(word_)), &word_, sizeof(word_));
    word_ = used_ == 0 ? 0 : bits >> (64 - used_);
    used_ += count - 64;
  }

  void PutSame(bool bit, int64_t count) {
    ForEachWord(0, count, [&](int64_t, int64_t part) { Put(bit ? LowBits(part) : 0, part); });
  }

  void Finish() {
    const auto bytes = static_cast<size_t>(BitmapBytes(used_));
    std::memcpy(out_.Reserve(bytes), &word_, bytes);
  }

 private:
  BufferWriter& out_;
  uint64_t word_ = 0;
  int64_t used_ = 0;  // bits of word_
};

uint64_t LoadValid(const ColumnData& data, int64_t row, int64_t count) {
  return data.validity.empty() ? LowBits(count) : LoadBits(data.validity.data(), row, count);
}

// The values of up to 64 rows of a plain or dictionary column; those of null rows may be any.
uint64_t LoadBools(const ColumnData& data, int64_t row, int64_t count) {
  if (data.encoding == Encoding::kPlain) return LoadBits(data.values.data(), row, count);
  const ColumnData& dictionary = *data.dictionary;
  uint64_t values = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t index = dictionary.offset + LoadCode(data, row + i);
    if (GetBit(dictionary.values.data(), index)) values |= uint64_t{1} << i;
  }
  return values;
}

// Whether the run's bits can be passed as they lie: from a byte on, with zeros behind the last.
bool PassesAsItLies(const RunList& runs, const PinnedBytes& bits) {
  const Run& run = runs.runs.front();
  if (runs.runs.size() != 1 || (run.begin & 7) != 0) return false;
  const int64_t end = run.begin + run.length;
  const int64_t padding = BitmapBytes(end) * 8 - end;
  return padding == 0 || LoadBits(bits.data(), end, padding) == 0;
}

bool NullBitsAreZero(const Run& run) {
  if (run.nulls == 0) return true;
  bool zero = true;
  ForEachWord(run.begin, run.length, [&](int64_t row, int64_t count) {
    const uint64_t values = LoadBits(run.data->values.data(), row, count);
    zero &= (values & ~LoadValid(*run.data, row, count)) == 0;
  });
  return zero;
}

}  // namespace

void WriteValidity(const RunList& runs, BufferWriter& out) {
  if (runs.nulls == 0) return;
  const Run& first = runs.runs.front();
  if (first.kind == RunKind::kData && first.data->encoding != Encoding::kConstant &&
      !first.data->validity.empty() && PassesAsItLies(runs, first.data->validity)) {
    out.Pass(first.data->validity, static_cast<uint64_t>(first.begin / 8),
             static_cast<uint64_t>(BitmapBytes(first.length)));
    return;
  }
  BitWriter bits(out);
  for (const Run& run : runs.runs) {
    if (run.nulls == 0 || run.nulls == run.length) {
      bits.PutSame(run.nulls == 0, run.length);
      continue;
    }
    ForEachWord(run.begin, run.length, [&](int64_t row, int64_t count) {
      bits.Put(LoadBits(run.data->validity.data(), row, count), count);
    });
  }
  bits.Finish();
}

void WriteBools(const RunList& runs, BufferWriter& out) {
  if (runs.rows == 0) return;
  const Run& first = runs.runs.front();
  if (first.kind == RunKind::kData && first.data->encoding == Encoding::kPlain &&
      PassesAsItLies(runs, first.data->values) && NullBitsAreZero(first)) {
    out.Pass(first.data->values, static_cast<uint64_t>(first.begin / 8),
             static_cast<uint64_t>(BitmapBytes(first.length)));
    return;
  }
  BitWriter bits(out);
  for (const Run& run : runs.runs) {
    if (run.kind != RunKind::kData || run.nulls == run.length) {
      bits.PutSame(false, run.length);
    } else if (run.data->encoding == Encoding::kConstant) {
      const ColumnData& value = *run.data->dictionary;
      bits.PutSame(GetBit(value.values.data(), value.offset), run.length);
    } else {
      ForEachWord(run.begin, run.length, [&](int64_t row, int64_t count) {
        bits.Put(LoadBools(*run.data, row, count) & LoadValid(*run.data, row, count), count);
      });
    }
  }
  bits.Finish();
}

}  // namespace ashlar::columnar
