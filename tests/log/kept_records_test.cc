// Copies of records, few and many, and the memory that serves again.
#include "src/log/kept_records.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "src/base/bytes.h"
#include "tests/log/log_testing.h"

namespace ashlar::log {
namespace {

PlainRecords PlainOf(const KeptRecords& kept) {
  PlainRecords plain;
  for (const LogRecord& record : kept.records()) {
    plain.push_back({record.sequence, record.kind, std::string(base::AsStringView(record.body))});
  }
  return plain;
}

TEST(KeptRecords, AreCopiesInTheirOrder) {
  KeptRecords kept;
  PlainRecords expected;
  constexpr size_t kSizes[] = {0, 1, 100, 16 << 10, 5 << 20, 0, 3, 2 << 20, 70'000};
  for (const size_t bytes : kSizes) {
    for (int i = 0; i < 3; ++i) expected.push_back(MakeRecord(expected.size() + 1, bytes));
  }
  for (const PlainRecord& record : expected) {
    PlainRecords one = {record};  // whose body goes
    kept.Add(Views(one)[0]);
  }
  EXPECT_EQ(PlainOf(kept), expected);
  KeptRecords moved = std::move(kept);
  EXPECT_EQ(PlainOf(moved), expected);
  moved.Erase(3, 17);
  expected.erase(expected.begin() + 3, expected.begin() + 17);
  EXPECT_EQ(PlainOf(moved), expected);
}

TEST(KeptRecords, MemoryOfNoneServesAgain) {
  KeptRecords kept;
  const PlainRecords two = MakeRecords(1, {300, 400});
  kept.Add(Views(two)[0]);
  const std::byte* const first = kept.records()[0].body.data();
  for (int i = 0; i < 1000; ++i) {
    kept.Erase(0, 1);
    EXPECT_TRUE(kept.empty());
    kept.Add(Views(two)[static_cast<size_t>(i) % 2]);
    ASSERT_EQ(kept.records()[0].body.data(), first);
  }
}

}  // namespace
}  // namespace ashlar::log
