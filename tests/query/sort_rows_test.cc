// Sorting row numbers by keys: texts that agree for long, and being told to stop half-way.
#include "src/query/sort_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "src/base/random.h"

namespace ashlar::query {
namespace {

// A millisecond goes by whenever somebody asks for the time.
class TickingClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point Now() override { return {}; }
  std::chrono::nanoseconds Monotonic() override { return std::chrono::milliseconds(++asked_); }
  [[nodiscard]] int64_t asked() const { return asked_; }

 private:
  int64_t asked_ = 0;
};

BoundPtr KeyInput(const DataType& type) {
  auto input = std::make_shared<BoundExpression>();
  input->op = Op::kInput;
  input->type = type;
  input->physical = PhysicalOf(type);
  return input;
}

SortKeys TextKeys(const std::vector<std::string>& texts, bool descending) {
  const std::vector<BoundSortKey> keys = {{KeyInput(Utf8()), descending}};
  SortKeys sort_keys(keys);
  const auto values = std::make_unique<Vector>();
  values->physical = Physical::kBytes;
  values->bytes = values->views.data();
  for (size_t first = 0; first < texts.size(); first += kZoneRows) {
    const size_t rows = std::min<size_t>(kZoneRows, texts.size() - first);
    for (size_t i = 0; i < rows; ++i) values->views[i] = texts[first + i];
    sort_keys.Append(0, *values, Bits::FirstRows(static_cast<int64_t>(rows)));
  }
  return sort_keys;
}

// Long common beginnings, texts that are beginnings of others, zero bytes, many duplicates.
std::vector<std::string> RandomTexts(size_t count, base::Random& random) {
  std::vector<std::string> texts;
  const std::string stem(random.Uniform(30), 'x');
  for (size_t i = 0; i < count; ++i) {
    std::string text = stem;
    for (uint64_t part = random.Uniform(4); part > 0; --part) {
      text += random.OneIn(6) ? std::string(1 + random.Uniform(9), '\0')
                              : std::string(1 + random.Uniform(12), "ab"[random.Uniform(2)]);
    }
    if (random.OneIn(2)) text += std::to_string(random.Uniform(5000));
    texts.push_back(std::move(text));
  }
  return texts;
}

TEST(SortRows, TextsThatAgreeForLongComeInTheOrderOfAStableSort) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Random random(seed);
    const std::vector<std::string> texts = RandomTexts(1 + random.Uniform(9000), random);
    for (const bool descending : {false, true}) {
      std::vector<uint32_t> expected(texts.size());
      std::iota(expected.begin(), expected.end(), 0U);
      std::stable_sort(expected.begin(), expected.end(), [&](uint32_t a, uint32_t b) {
        return descending ? texts[a] > texts[b] : texts[a] < texts[b];
      });
      const auto order = SortRows(TextKeys(texts, descending));
      ASSERT_TRUE(order.ok());
      ASSERT_EQ(*order, expected);
    }
  }
}

TEST(SortRows, StopsSoonAfterItIsToldTo) {
  std::vector<std::string> texts;
  for (int i = 0; i < 300'000; ++i) {
    texts.push_back("a common beginning " + std::to_string(i * 7919LL % 100'000));
  }
  const SortKeys keys = TextKeys(texts, false);
  TickingClock patient;
  const QueryControl unhurried({.timeout = std::chrono::hours(1)}, patient);
  ASSERT_TRUE(SortRows(keys, &unhurried).ok());
  // The whole sort asks many times: once for each sixteen zones of entries it goes through.
  ASSERT_GT(patient.asked(), 60);
  TickingClock hasty;
  const QueryControl hurried({.timeout = std::chrono::milliseconds(10)}, hasty);
  const auto stopped = SortRows(keys, &hurried);
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_LE(hasty.asked(), 14);
}

}  // namespace
}  // namespace ashlar::query
