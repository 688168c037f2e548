// Queries stop within one zone of being told, whether they stream or aggregate, on one thread or on
// several: a source counts the zones that are asked of it.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/query.h"
#include "src/base/clock.h"
#include "src/query/memory_source.h"
#include "src/query/morsel.h"

namespace ashlar::query {
namespace {

constexpr int64_t kMorsels = 40;
constexpr int64_t kZonesPerMorsel = 4;

RecordBatch Numbers(int64_t rows) {
  std::vector<int64_t> values(static_cast<size_t>(rows));
  std::iota(values.begin(), values.end(), 0);
  const Schema schema = *Schema::Make({{"n", Int64(), false}});
  return *RecordBatch::Make(schema, {Column::FromValues<int64_t>(Int64(), values)});
}

// What a watched source shares with its test.
struct Watch {
  std::atomic<int64_t> zones{0};
  int64_t act_at = 0;
  std::function<void()> act;
  base::ManualClock clock;

  void Visit() {
    if (++zones == act_at) act();
  }
};

class WatchedMorsel final : public Morsel {
 public:
  WatchedMorsel(std::unique_ptr<Morsel> inner, Watch* watch)
      : inner_(std::move(inner)), watch_(watch) {}
  int64_t rows() const override { return inner_->rows(); }
  absl::StatusOr<Column> Read(size_t slot) override { return inner_->Read(slot); }
  // Asked once a zone, before anything else is.
  bool has_dead_rows() const override { return true; }
  const Bits* LiveRows(int64_t) override {
    watch_->Visit();
    return nullptr;
  }

 private:
  const std::unique_ptr<Morsel> inner_;
  Watch* const watch_;
};

class WatchedSource final : public Source {
 public:
  explicit WatchedSource(Watch* watch)
      : inner_(MakeMemorySource(Numbers(1).schema(),
                                {Numbers(kMorsels * kZonesPerMorsel * kZoneRows)},
                                {.morsel_rows = kZonesPerMorsel * kZoneRows})),
        watch_(watch) {}
  const Schema& schema() const override { return inner_->schema(); }
  size_t morsels() const override { return inner_->morsels(); }
  int64_t rows(size_t morsel) const override { return inner_->rows(morsel); }
  std::string unit() const override { return inner_->unit(); }
  std::string name() const override { return inner_->name(); }
  base::Clock& clock() const override { return watch_->clock; }
  absl::StatusOr<std::unique_ptr<Morsel>> Open(size_t morsel, const std::vector<Input>& inputs,
                                               SourceCounters* counters) const override {
    auto inner = inner_->Open(morsel, inputs, counters);
    if (!inner.ok()) return inner.status();
    return std::make_unique<WatchedMorsel>(*std::move(inner), watch_);
  }

 private:
  const std::shared_ptr<const Source> inner_;
  Watch* const watch_;
};

class StoppingTest : public ::testing::TestWithParam<size_t> {
 protected:
  // One zone a thread may be under way when the word is given.
  int64_t MostZones() const { return watch_.act_at + static_cast<int64_t>(GetParam()); }

  Watch watch_;
  QueryOptions options_{.threads = GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Threads, StoppingTest, ::testing::Values(1, 2, 4));

TEST_P(StoppingTest, CancellationEndsAnAggregate) {
  const auto token = std::make_shared<CancellationToken>();
  options_.cancellation = token;
  watch_.act_at = 30;
  watch_.act = [&] { token->Cancel(); };
  const Query query(std::make_shared<WatchedSource>(&watch_));
  const auto result = query.Aggregate({Sum(Col("n"))}).With(options_).Collect();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
  EXPECT_LE(watch_.zones, MostZones());
}

TEST_P(StoppingTest, CancellationEndsAStreamThatFindsNothing) {
  const auto token = std::make_shared<CancellationToken>();
  options_.cancellation = token;
  watch_.act_at = 30;
  watch_.act = [&] { token->Cancel(); };
  const Query query(std::make_shared<WatchedSource>(&watch_));
  const auto result = query.Filter(Col("n") * 1 < 0).With(options_).Collect();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
  EXPECT_LE(watch_.zones, MostZones());
}

TEST_P(StoppingTest, ADeadlineEndsAnOrder) {
  options_.timeout = std::chrono::milliseconds(1);
  watch_.act_at = 50;
  watch_.act = [&] { watch_.clock.Advance(std::chrono::milliseconds(2)); };
  const Query query(std::make_shared<WatchedSource>(&watch_));
  const auto result = query.OrderBy({Desc(Col("n"))}).With(options_).Collect();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_LE(watch_.zones, MostZones());
}

TEST_P(StoppingTest, ADroppedStreamLeavesNobodyAtWork) {
  {
    const Query query(std::make_shared<WatchedSource>(&watch_));
    const auto stream = query.Filter(Col("n") % 2 == 0).With(options_).Stream();
    ASSERT_TRUE(stream.ok()) << stream.status();
    RecordBatch batch;
    const auto more = (*stream)->Next(&batch);
    ASSERT_TRUE(more.ok() && *more);
  }
  // Threads that worked ahead are done: the count does not move any more.
  const int64_t zones = watch_.zones;
  EXPECT_LT(zones, kMorsels * kZonesPerMorsel);
  EXPECT_EQ(watch_.zones, zones);
}

TEST_P(StoppingTest, ALimitStopsWithinTheZone) {
  const Query query(std::make_shared<WatchedSource>(&watch_));
  QueryStats stats;
  const auto rows = query.Filter(Col("n") % 1000 == 999).With(options_).Head(3).Collect(&stats);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->rows(), 3);
  EXPECT_EQ(watch_.zones, 3);  // 999, 1999 and 2999 lie in the first three
  EXPECT_EQ(stats.segments_skipped, static_cast<uint64_t>(kMorsels - 1));
}

TEST_P(StoppingTest, TheFirstErrorInRowOrderIsReported) {
  const Query query(std::make_shared<WatchedSource>(&watch_));
  // Two rows fail, far apart; whichever thread is faster, the first one is named.
  const auto result = query.Filter(Expression(1) / ((Col("n") - 5000) * (Col("n") - 160'000)) >= 0)
                          .With(options_)
                          .Aggregate({Count()})
                          .Collect();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace ashlar::query
