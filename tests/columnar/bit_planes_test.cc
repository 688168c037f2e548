// Bit planes against a row-by-row model: every width, short zones, every kernel that this machine
// can run, in buffers without a byte to spare (which the address sanitizer watches).
#include "src/columnar/bit_planes.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "hwy/targets.h"
#include "src/base/random.h"

namespace ashlar::columnar {
namespace {

constexpr size_t kRows = base::kZoneRows;

uint64_t MaxOf(int width) { return width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

// Numbers of at most `width` bits, extremes among them.
std::vector<uint64_t> RandomNumbers(size_t rows, int width, base::Random& random) {
  std::vector<uint64_t> numbers(rows);
  for (uint64_t& number : numbers) {
    number = random.Next64() & MaxOf(width);
    if (random.OneIn(8)) number = random.OneIn(2) ? 0 : MaxOf(width);
  }
  return numbers;
}

// The layout's definition, bit by bit. At an odd address: no alignment is promised.
class Planes {
 public:
  Planes(const std::vector<uint64_t>& numbers, int width)
      : bytes_(static_cast<size_t>(width) * kPlaneBytes + 1) {
    for (size_t row = 0; row < numbers.size(); ++row) {
      for (int plane = 0; plane < width; ++plane) {
        if ((numbers[row] >> plane & 1) == 0) continue;
        bytes_[1 + static_cast<size_t>(plane) * kPlaneBytes + row / 8] |=
            static_cast<std::byte>(1U << (row % 8));
      }
    }
  }
  [[nodiscard]] const std::byte* data() const { return bytes_.data() + 1; }
  [[nodiscard]] size_t size() const { return bytes_.size() - 1; }

 private:
  std::vector<std::byte> bytes_;
};

// Runs every test once for each vector size that the machine has.
class BitPlanesTest : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, BitPlanesTest,
                         testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& target) {
                           return std::string(hwy::TargetName(target.param));
                         });

TEST_P(BitPlanesTest, PacksEveryWidthAsSpecified) {
  base::Random random(1);
  for (int width = 0; width <= kMaxPlanes; ++width) {
    for (const size_t rows : {size_t{0}, size_t{1}, size_t{63}, size_t{65}, size_t{1000}, kRows}) {
      const std::vector<uint64_t> numbers = RandomNumbers(rows, width, random);
      const Planes expected(numbers, width);
      std::vector<std::byte> packed(expected.size(), std::byte{0xa5});
      PackPlanes(numbers, width, packed.data());
      ASSERT_TRUE(std::equal(packed.begin(), packed.end(), expected.data()))
          << width << " bits, " << rows << " rows";
    }
  }
}

template <typename T>
void CheckUnpack(base::Random& random) {
  for (int width = 0; width <= std::numeric_limits<T>::digits; ++width) {
    for (const size_t rows : {size_t{0}, size_t{1}, size_t{63}, size_t{65}, size_t{1000}, kRows}) {
      const std::vector<uint64_t> numbers = RandomNumbers(rows, width, random);
      const uint64_t base = random.Next64();
      const Planes planes(numbers, width);
      std::vector<T> out(rows);
      UnpackPlanes(planes.data(), width, base, rows, out.data());
      for (size_t row = 0; row < rows; ++row) {
        ASSERT_EQ(out[row], static_cast<T>(base + numbers[row])) << width << " bits, row " << row;
        ASSERT_EQ(LoadPacked(planes.data(), width, row), numbers[row]);
      }
    }
  }
}

TEST_P(BitPlanesTest, UnpacksEveryWidthIntoEveryType) {
  base::Random random(2);
  CheckUnpack<uint8_t>(random);
  CheckUnpack<uint16_t>(random);
  CheckUnpack<uint32_t>(random);
  CheckUnpack<uint64_t>(random);
}

void CheckRange(const Planes& planes, const std::vector<uint64_t>& numbers, int width, uint64_t low,
                uint64_t high) {
  uint64_t mask[kPlaneWords];
  std::fill_n(mask, kPlaneWords, 0x5a5a5a5a5a5a5a5a);
  SelectRange(planes.data(), width, low, high, mask);
  for (size_t row = 0; row < kRows; ++row) {
    const uint64_t number = row < numbers.size() ? numbers[row] : 0;
    ASSERT_EQ(mask[row / 64] >> (row % 64) & 1, low <= number && number <= high ? 1 : 0)
        << width << " bits, " << number << " in [" << low << ", " << high << "]";
  }
}

TEST_P(BitPlanesTest, SelectsRangesOfEveryWidth) {
  base::Random random(3);
  for (int width = 0; width <= kMaxPlanes; ++width) {
    const size_t rows = random.OneIn(2) ? kRows : random.Uniform(kRows);
    const std::vector<uint64_t> numbers = RandomNumbers(rows, width, random);
    const Planes planes(numbers, width);
    const uint64_t max = MaxOf(width);
    std::vector<uint64_t> bounds = {0, 1, 2, 3, max / 2, max / 2 + 1, max - 1, max, ~uint64_t{0}};
    for (int i = 0; i < 6; ++i) bounds.push_back(random.Next64() & max);
    // Bounds that end in runs of zeros and ones, where planes are left out.
    for (int i = 0; i < 4; ++i) bounds.push_back((random.Next64() & max) | MaxOf(width / 2));
    for (int i = 0; i < 4; ++i) bounds.push_back(random.Next64() & max & ~MaxOf(width / 2));
    if (!numbers.empty()) bounds.push_back(numbers[random.Uniform(numbers.size())]);
    for (const uint64_t low : bounds) {
      for (const uint64_t high : bounds) {
        CheckRange(planes, numbers, width, low, high);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(BitPlanesTest, SelectsSets) {
  base::Random random(4);
  for (const int width : {0, 1, 3, 8, 10}) {
    for (const size_t size : {size_t{0}, size_t{1}, size_t{2}, size_t{7}, size_t{40}}) {
      const std::vector<uint64_t> numbers = RandomNumbers(kRows, width, random);
      const Planes planes(numbers, width);
      std::set<uint64_t> set;
      // Values that no number of this width can have are fine, too.
      for (size_t i = 0; i < size; ++i) set.insert(random.Uniform(MaxOf(width) + 3));
      uint64_t mask[kPlaneWords];
      SelectSet(planes.data(), width, std::vector<uint64_t>(set.begin(), set.end()), mask);
      for (size_t row = 0; row < kRows; ++row) {
        ASSERT_EQ(mask[row / 64] >> (row % 64) & 1, set.contains(numbers[row]) ? 1 : 0)
            << width << " bits, row " << row;
      }
    }
  }
}

}  // namespace
}  // namespace ashlar::columnar
