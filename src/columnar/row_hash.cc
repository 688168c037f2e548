// HashRows: blocks of rows that stay in the first-level cache, one kernel call a column and block.
#include "src/columnar/row_hash.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "src/columnar/value_hash.h"

namespace ashlar::columnar {
namespace {

constexpr uint64_t kRowSeed = 0x41736c6172726f77;
constexpr int64_t kBlockRows = 1024;

}  // namespace

std::vector<uint64_t> HashRows(const RecordBatch& batch) {
  std::vector<uint64_t> hashes(static_cast<size_t>(batch.rows()), kRowSeed);
  std::vector<ValueHasher> hashers;
  hashers.reserve(batch.columns().size());
  for (const Column& column : batch.columns()) hashers.emplace_back(column.data());
  std::array<uint64_t, kBlockRows> values;
  for (int64_t begin = 0; begin < batch.rows(); begin += kBlockRows) {
    const int64_t count = std::min(kBlockRows, batch.rows() - begin);
    uint64_t* const block = hashes.data() + begin;
    for (ValueHasher& hasher : hashers) {
      hasher.HashLogical(begin, count, values.data());
      for (int64_t i = 0; i < count; ++i) {
        block[i] = HashStep(block[i], values[static_cast<size_t>(i)]);
      }
    }
    for (int64_t i = 0; i < count; ++i) block[i] = base::Mix64(block[i]);
  }
  return hashes;
}

}  // namespace ashlar::columnar
