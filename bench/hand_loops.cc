// The loops' checks, and group by over codes, which is bound by stores and gains nothing from SIMD.
#include "bench/hand_loops.h"

#include <type_traits>

#include "bench/hand_loops_simd.h"
#include "src/base/check.h"

namespace ashlar::bench {
namespace {

constexpr size_t kMaxGroups = 65'536;
// Two rows of one group in a row would wait for each other's store. Interleaved copies of the
// groups avoid that, as long as all of them stay in the first-level cache.
constexpr size_t kCopies = 4;
constexpr size_t kMaxCopiedGroups = 512;

template <typename T>
void AddRow(GroupSum<T>& group, T value) {
  ++group.count;
  if constexpr (std::is_same_v<T, double>) {
    group.sum += value;
  } else {
    group.sum = static_cast<T>(static_cast<uint64_t>(group.sum) + static_cast<uint64_t>(value));
  }
}

template <typename Code, typename T>
std::vector<GroupSum<T>> SumGroups(std::span<const Code> codes, std::span<const T> values,
                                   size_t groups) {
  ASHLAR_CHECK(codes.size() == values.size() && groups <= kMaxGroups);
  const size_t copies = groups <= kMaxCopiedGroups ? kCopies : 1;
  std::vector<GroupSum<T>> sums(groups * copies);
  GroupSum<T>* const first = sums.data();
  size_t i = 0;
  if (copies == kCopies) {
    for (; i + kCopies <= codes.size(); i += kCopies) {
      AddRow(first[codes[i]], values[i]);
      AddRow(first[codes[i + 1] + groups], values[i + 1]);
      AddRow(first[codes[i + 2] + groups * 2], values[i + 2]);
      AddRow(first[codes[i + 3] + groups * 3], values[i + 3]);
    }
  }
  for (; i < codes.size(); ++i) AddRow(first[codes[i]], values[i]);
  for (size_t copy = 1; copy < copies; ++copy) {
    for (size_t group = 0; group < groups; ++group) {
      const GroupSum<T>& part = sums[copy * groups + group];
      AddRow(sums[group], part.sum);
      sums[group].count += part.count - 1;
    }
  }
  sums.resize(groups);
  return sums;
}

}  // namespace

uint64_t CountGreater(std::span<const double> values, double bound) {
  return CountGreaterSimd(values.data(), values.size(), bound);
}

double SumWhereGreater(std::span<const double> values, std::span<const double> summed,
                       double bound) {
  ASHLAR_CHECK(values.size() == summed.size());
  return SumDoublesSimd(values.data(), summed.data(), values.size(), bound);
}

int64_t SumWhereGreater(std::span<const double> values, std::span<const int64_t> summed,
                        double bound) {
  ASHLAR_CHECK(values.size() == summed.size());
  return SumIntegersSimd(values.data(), summed.data(), values.size(), bound);
}

int64_t SumLiveWhereGreater(std::span<const int64_t> values, std::span<const int64_t> summed,
                            int64_t bound, std::span<const std::byte> deleted) {
  ASHLAR_CHECK(values.size() == summed.size() && deleted.size() * 8 >= values.size());
  return SumLiveSimd(values.data(), summed.data(), values.size(), bound,
                     reinterpret_cast<const uint8_t*>(deleted.data()));
}

std::vector<GroupSum<int64_t>> SumByCode(std::span<const uint8_t> codes,
                                         std::span<const int64_t> values, size_t groups) {
  return SumGroups(codes, values, groups);
}
std::vector<GroupSum<int64_t>> SumByCode(std::span<const uint16_t> codes,
                                         std::span<const int64_t> values, size_t groups) {
  return SumGroups(codes, values, groups);
}
std::vector<GroupSum<double>> SumByCode(std::span<const uint8_t> codes,
                                        std::span<const double> values, size_t groups) {
  return SumGroups(codes, values, groups);
}
std::vector<GroupSum<double>> SumByCode(std::span<const uint16_t> codes,
                                        std::span<const double> values, size_t groups) {
  return SumGroups(codes, values, groups);
}

uint64_t SumWords(std::span<const std::byte> bytes) {
  return SumWordsSimd(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size() / 8);
}

}  // namespace ashlar::bench
