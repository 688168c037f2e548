// The same random queries on batches in memory, on stored segments and on compact ones: equal rows,
// equal errors. What a source knows may make it faster, never different.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/query/expression_generator.h"
#include "tests/store/nearly_equal.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/random_data.h"

namespace ashlar {
namespace {

using testkit::NearlyEqual;
using testkit::StatusOf;

class Sources {
 public:
  explicit Sources(const RecordBatch& batch) : memory_(Query::Over(batch.schema(), {batch})) {
    store_ = *Store::OpenInMemory();
    for (const auto& [name, storage] :
         {std::pair("fast", Storage::kFast), std::pair("compact", Storage::kCompact)}) {
      DatasetOptions options;
      options.storage = storage;
      options.boundaries.fixed_rows = 700;  // several segments, of less than a zone each
      EXPECT_OK(store_->CreateDataset(name, batch.schema(), options));
      auto transaction = store_->BeginWrite();
      EXPECT_OK(transaction->Replace(name, batch));
      EXPECT_OK(std::move(*transaction).Commit());
      datasets_.push_back(*store_->GetSnapshot().GetDataset(name));
    }
  }

  [[nodiscard]] const Query& memory() const { return memory_; }
  [[nodiscard]] const std::vector<Dataset>& datasets() const { return datasets_; }

 private:
  Query memory_;
  std::unique_ptr<Store> store_;
  std::vector<Dataset> datasets_;
};

template <typename Shape>
void ExpectAgreement(const Sources& sources, std::string_view what, const Shape& shape,
                     int* answered) {
  SCOPED_TRACE(what);
  const auto expected = shape(sources.memory()).Materialize();
  if (expected.ok()) ++*answered;
  for (const Dataset& dataset : sources.datasets()) {
    const auto stored = shape(dataset.All()).Materialize();
    ASSERT_EQ(stored.status().code(), expected.status().code())
        << stored.status() << " against " << expected.status();
    if (!stored.ok()) continue;
    ASSERT_EQ(stored->rows(), expected->rows());
    for (size_t i = 0; i < stored->columns().size(); ++i) {
      EXPECT_TRUE(NearlyEqual(stored->column(i), expected->column(i)))
          << dataset.name() << ": column " << stored->schema().field(i).name;
    }
  }
}

TEST(QueryAgreement, SourcesGiveTheSameAnswers) {
  const char* widened = std::getenv("ASHLAR_QUERY_SEEDS");
  const uint64_t seeds = widened != nullptr ? std::strtoull(widened, nullptr, 10) : 25;
  int answered = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    base::Random random(seed);
    const Schema schema = testkit::RandomSchema(random, {.min_fields = 2, .max_fields = 6});
    const RecordBatch batch = testkit::RandomBatch(
        schema, static_cast<int64_t>(random.Uniform(3000)), random,
        {.null_fraction = 0.15, .cardinality = random.OneIn(2) ? uint64_t{5} : uint64_t{0}});
    const Sources sources(batch);
    query::ExpressionGenerator generator(batch, random, {.max_depth = 3, .failing_one_in = 12});
    for (int i = 0; i < 12 && !testing::Test::HasFailure(); ++i) {
      const Expression predicate = generator.Predicate();
      const Expression value = generator.Value();
      SCOPED_TRACE(testing::Message() << "seed " << seed << ": where " << predicate.ToString()
                                      << " select " << value.ToString());
      ExpectAgreement(
          sources, "selected",
          [&](const Query& query) {
            return query.Filter(predicate).Select(
                {Col(schema.field(0).name).As("first"), value.As("value")});
          },
          &answered);
      ExpectAgreement(
          sources, "counted",
          [&](const Query& query) {
            return query.Filter(predicate).Aggregate({Count(), Count(value).As("n")});
          },
          &answered);
      ExpectAgreement(
          sources, "head", [&](const Query& query) { return query.Filter(predicate).Head(5, 2); },
          &answered);
      ExpectAgreement(
          sources, "tail", [&](const Query& query) { return query.Filter(predicate).Tail(7); },
          &answered);
      const Expression key = generator.Predicate().As("key");
      ExpectAgreement(
          sources, "grouped by " + key.ToString(),
          [&](const Query& query) {
            return query.Filter(predicate).GroupBy({key}).Aggregate(
                {Count(), Min(value).As("low"), Max(value).As("high"),
                 CountDistinct(value).As("kinds")});
          },
          &answered);
    }
  }
  EXPECT_GT(answered, static_cast<int>(seeds) * 12);
}

}  // namespace
}  // namespace ashlar
