// Sieves: never a wrong no, seldom a wrong yes, and gets without a directory find what a map finds
// before they are filled, meanwhile and afterwards.
#include "src/store/segment_sieve.h"

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "src/base/hash.h"
#include "src/base/random.h"
#include "src/store/dataset_impl.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

using store::SegmentSieve;

TEST(SegmentSieve, SaysYesOfWhatItHasAndSeldomOfOthers) {
  constexpr uint64_t kRows = 20'000;  // of each segment
  auto sieve = SegmentSieve::Make(16 * kRows, 16);
  ASSERT_TRUE(sieve.has_value());
  const auto hash = [](uint64_t segment, uint64_t row) { return base::Mix64(segment << 32 | row); };
  for (uint64_t segment = 0; segment < 16; ++segment) {
    for (uint64_t row = 0; row < kRows; ++row) sieve->Add(segment, hash(segment, row));
  }
  uint64_t wrong = 0;
  for (uint64_t segment = 0; segment < 16; ++segment) {
    for (uint64_t row = 0; row < kRows; ++row) {
      const uint32_t said = sieve->MayHave(hash(segment, row));
      ASSERT_NE(said >> segment & 1, 0u);
      wrong += static_cast<uint64_t>(std::popcount(said)) - 1;
    }
  }
  EXPECT_LT(static_cast<double>(wrong), 0.01 * 15 * 16 * kRows);
  EXPECT_LE(sieve->bytes(), 2 * 16 * kRows + 64);
}

TEST(SegmentSieve, OfOneRowHasABlock) {
  auto sieve = SegmentSieve::Make(1, 1);
  ASSERT_TRUE(sieve.has_value());
  EXPECT_EQ(sieve->MayHave(77), 0u);
  sieve->Add(0, 77);
  EXPECT_EQ(sieve->MayHave(77), 1u);
}

// A type of keys, and key number n of it.
struct Kind {
  const char* name;
  std::vector<Field> fields;
  Key (*key)(uint64_t n);
};

// Sixteen bytes of which the first half is the same: fences tell nothing of these.
std::string CrowdedBytes(uint64_t n) { return base::StrCat("prefix00", 10'000'000 + n); }

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"int64",
       {{"id", Int64(), false}},
       [](uint64_t n) { return Key(static_cast<int64_t>(base::Mix64(n))); }},
      {"uint64", {{"id", UInt64(), false}}, [](uint64_t n) { return Key(base::Mix64(n)); }},
      {"int32",
       {{"id", Int32(), false}},
       [](uint64_t n) { return Key(static_cast<int64_t>(n) - 3000); }},
      {"binary16",
       {{"id", FixedSizeBinary(16), false}},
       [](uint64_t n) { return Key::Binary(CrowdedBytes(n)); }},
      {"utf8", {{"id", Utf8(), false}}, [](uint64_t n) { return Key(base::StrCat("key ", n)); }},
      {"composite", {{"id", Int64(), false}, {"part", Utf8(), false}}, [](uint64_t n) {
         return Key({Key(static_cast<int64_t>(n % 50)), Key(base::StrCat("part ", n))});
       }}};
  return kinds;
}

using Model = std::map<uint64_t, int64_t>;

class SievedGets : public ::testing::TestWithParam<std::tuple<size_t, bool>> {
 protected:
  [[nodiscard]] const Kind& kind() const { return Kinds()[std::get<0>(GetParam())]; }

  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, OpenAt(place_, {.small_commit_bytes = 0,
                                                 .retention = Retention{.count = 100},
                                                 .key_directory_bytes = 0}));
    std::vector<Field> fields = kind().fields;
    std::vector<std::string> key;
    for (const Field& field : fields) key.push_back(field.name);
    fields.push_back({"value", Int64(), false});
    ASSERT_OK(store_->CreateDataset(
        "keyed", *Schema::Make(fields),
        {.key = key, .boundaries = {.fixed_rows = 8192}, .hash_index = std::get<1>(GetParam())}));
  }

  // One segment more.
  void Write(const std::vector<uint64_t>& numbers, const std::vector<uint64_t>& deleted = {}) {
    RecordBatchBuilder builder(Newest().schema());
    for (const uint64_t n : numbers) {
      const Key key = kind().key(n);
      const bool composite = kind().fields.size() > 1;
      for (size_t i = 0; i < kind().fields.size(); ++i) {
        const Key& part = composite ? key.parts()[i] : key;
        if (const auto value = part.AsInt64();
            value.has_value() && kind().fields[i].type != UInt64()) {
          ASSERT_OK(builder.column(i).AppendInt64(*value));
        } else if (kind().fields[i].type == UInt64()) {
          ASSERT_OK(builder.column(i).AppendUInt64(*part.AsUInt64()));
        } else {
          ASSERT_OK(builder.column(i).AppendBytes(part.bytes()));
        }
      }
      model_[n] = next_value_;
      ASSERT_OK(builder.column(kind().fields.size()).AppendInt64(next_value_++));
    }
    std::vector<Key> keys;
    for (const uint64_t n : deleted) {
      keys.push_back(kind().key(n));
      model_.erase(n);
    }
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", *builder.Finish()));
    ASSERT_OK(transaction.Delete("keyed", keys));
    ASSERT_OK(std::move(transaction).Commit());
  }

  Dataset Newest() { return *store_->GetSnapshot().GetDataset("keyed"); }

  void ExpectAll(const Dataset& dataset, const Model& model, uint64_t most) const {
    const size_t value = kind().fields.size();
    std::vector<Key> keys;
    for (uint64_t n = 0; n < most; ++n) keys.push_back(kind().key(n));
    ASSERT_OK_AND_ASSIGN(const auto rows, dataset.MultiGet(keys));
    for (uint64_t n = 0; n < most; ++n) {
      ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, dataset.Get(keys[n]));
      ASSERT_OK_AND_ASSIGN(const bool has, dataset.Has(keys[n]));
      const auto expected = model.find(n);
      for (const std::optional<RowRef>& got : {row, rows[n]}) {
        ASSERT_EQ(got.has_value(), expected != model.end()) << n;
        if (got.has_value()) {
          ASSERT_EQ(got->GetInt64(value), expected->second) << n;
        }
      }
      ASSERT_EQ(has, expected != model.end()) << n;
    }
  }

  static bool IsSieved(const Dataset& dataset) { return dataset.impl().keys->is_sieved(); }

  MemoryPlace place_;
  std::unique_ptr<Store> store_;
  Model model_;
  int64_t next_value_ = 0;
};

TEST_P(SievedGets, FindWhatAMapFinds) {
  constexpr uint64_t kKeys = 5000;
  constexpr uint64_t kAsked = kKeys + 1500;  // some are absent
  base::Random random(std::get<0>(GetParam()) + 1);
  std::vector<std::vector<uint64_t>> parts(21);
  for (uint64_t n = 0; n < kKeys; ++n) parts[n % 3 == 0 ? 5 : random.Uniform(21)].push_back(n);
  for (const auto& part : parts) Write(part);
  // Newer rows of some keys, and dead ones.
  std::vector<uint64_t> again;
  std::vector<uint64_t> deleted;
  for (uint64_t n = 0; n < kKeys; ++n) {
    if (n % 11 == 0) again.push_back(n);
    if (n % 13 == 1) deleted.push_back(n);
  }
  Write(again, deleted);
  const Dataset dataset = Newest();
  const Model model = model_;
  ASSERT_EQ(dataset.segments().size(), 22u);
  for (int round = 0; round < 3; ++round) {
    ExpectAll(dataset, model, kAsked);
    if (HasFatalFailure()) return;
  }
  // Integers hash apart, so their filters are all asked; with other keys, too.
  ASSERT_TRUE(IsSieved(dataset));
  // A later version has sieves of its own, and the older one keeps what it knows.
  Write({1, 2, kKeys + 3}, {5, 6, 7});
  EXPECT_FALSE(IsSieved(Newest()));
  for (int round = 0; round < 3; ++round) {
    ExpectAll(Newest(), model_, kAsked);
    ExpectAll(dataset, model, kAsked);
    if (HasFatalFailure()) return;
  }
  EXPECT_TRUE(IsSieved(Newest()));
}

INSTANTIATE_TEST_SUITE_P(Keys, SievedGets,
                         ::testing::Combine(::testing::Range<size_t>(0, 6), ::testing::Bool()),
                         [](const auto& test) {
                           return base::StrCat(Kinds()[std::get<0>(test.param)].name,
                                               std::get<1>(test.param) ? "_indexed" : "");
                         });

using SievedInt64 = SievedGets;

TEST_P(SievedInt64, ThreadsFillAndAskSieves) {
  constexpr uint64_t kKeys = 4000;
  for (uint64_t part = 0; part < 9; ++part) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = part; n < kKeys; n += 9) numbers.push_back(n);
    Write(numbers);
  }
  const Dataset dataset = Newest();
  std::atomic<uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      base::Random random(thread);
      for (int i = 0; i < 6000; ++i) {
        const uint64_t n = random.Uniform(kKeys + 500);
        const auto row = dataset.Get(kind().key(n));
        const auto expected = model_.find(n);
        const bool right = row.ok() && row->has_value() == (expected != model_.end()) &&
                           (!row->has_value() || (*row)->GetInt64(1) == expected->second);
        wrong += right ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_TRUE(IsSieved(dataset));
}

TEST_P(SievedInt64, FewSegmentsHaveNone) {
  for (uint64_t part = 0; part < 7; ++part) Write({part, part + 100, part + 200});
  const Dataset dataset = Newest();
  for (int i = 0; i < 400; ++i) ExpectAll(dataset, model_, 20);
  EXPECT_FALSE(IsSieved(dataset));
}

INSTANTIATE_TEST_SUITE_P(Keys, SievedInt64,
                         ::testing::Combine(::testing::Values<size_t>(0), ::testing::Bool()));

}  // namespace
}  // namespace ashlar::testkit
