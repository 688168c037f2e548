// What zone maps say of a predicate, held against the rows: "none" and "all" must be true of each.
#include "src/query/pruning.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ashlar/expression.h"
#include "src/base/random.h"
#include "src/columnar/canonical.h"
#include "src/query/binder.h"
#include "src/query/evaluator.h"
#include "src/query/memory_source.h"
#include "src/segment/zone_map_builder.h"
#include "tests/query/expression_generator.h"
#include "tests/testing/random_data.h"

namespace ashlar::query {
namespace {

// Statistics of the inputs of one batch, made as a segment's writer makes them.
std::vector<std::optional<segment::ZoneMap>> MapsOf(const RecordBatch& batch,
                                                    const Inputs& inputs) {
  std::vector<std::optional<segment::ZoneMap>> maps;
  for (const Input& input : inputs) {
    maps.emplace_back();
    if (input.type.is_nested()) continue;
    const Column column = *ColumnOfInput(batch.column(input.field), input);
    const columnar::ColumnPiece piece{&column, 0, column.length()};
    const Column canonical = *columnar::MakeCanonical(input.type, {&piece, 1});
    auto bytes = std::make_shared<std::string>(segment::BuildZoneMaps(canonical).at(0));
    const auto span = std::as_bytes(std::span(*bytes));
    maps.back() = *segment::ZoneMap::Make(input.type, PinnedBytes(bytes, span));
  }
  return maps;
}

struct Counts {
  int judged = 0;
  int none = 0;
  int all = 0;
};

void CheckPredicate(const Expression& predicate, const RecordBatch& batch, Counts* counts) {
  Inputs inputs;
  const auto bound = BindPredicate(predicate, batch.schema(), &inputs);
  ASSERT_TRUE(bound.ok()) << bound.status() << " " << predicate.ToString();
  if (!IsPrunable(**bound)) return;
  const auto maps = MapsOf(batch, inputs);
  const auto source = MakeMemorySource(batch.schema(), {batch});
  SourceCounters counters;
  const auto morsel = *source->Open(0, inputs, &counters);
  const auto evaluator = MakeEvaluator(*bound, BackEnd::kInterpreter);
  ASSERT_TRUE(evaluator->BeginMorsel(*morsel).ok());
  std::vector<const segment::ZoneMap*> statistics;
  for (const auto& map : maps) statistics.push_back(map.has_value() ? &*map : nullptr);
  const ZoneVerdicts verdicts = JudgeZones(**bound, statistics, 0, batch.rows());
  for (int64_t first = 0; first < batch.rows(); first += kZoneRows) {
    const ZoneRange zone{first, std::min(kZoneRows, batch.rows() - first)};
    Bits selection = Bits::FirstRows(zone.rows);
    ASSERT_TRUE(evaluator->Filter(zone, &selection).ok());
    const Verdict verdict =
        JudgeZone(**bound, statistics, static_cast<uint64_t>(first / kZoneRows), zone.rows);
    EXPECT_EQ(verdicts.none >> (first / kZoneRows) & 1, verdict == Verdict::kNone ? 1 : 0);
    EXPECT_EQ(verdicts.all >> (first / kZoneRows) & 1, verdict == Verdict::kAll ? 1 : 0);
    ++counts->judged;
    if (verdict == Verdict::kNone) {
      ++counts->none;
      EXPECT_TRUE(selection.None()) << predicate.ToString();
    } else if (verdict == Verdict::kAll) {
      ++counts->all;
      EXPECT_EQ(selection.Count(), zone.rows) << predicate.ToString();
    }
  }
}

TEST(Pruning, VerdictsHoldForEachRow) {
  Counts counts;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Random random(seed);
    const Schema schema = testkit::RandomSchema(random, {.min_fields = 2, .max_fields = 5});
    // Few distinct values and short zones: then statistics have something to say.
    const RecordBatch batch = testkit::RandomBatch(
        schema, static_cast<int64_t>(1 + random.Uniform(2500)), random,
        {.null_fraction = seed % 3 == 0 ? 0.0 : 0.2, .cardinality = 1 + random.Uniform(3)});
    ExpressionGenerator generator(batch, random, {.max_depth = 3, .failing_one_in = 0});
    for (int i = 0; i < 100 && !HasFailure(); ++i) {
      CheckPredicate(generator.Predicate(), batch, &counts);
    }
  }
  EXPECT_GT(counts.judged, 500);
  EXPECT_GT(counts.none, counts.judged / 20);
  EXPECT_GT(counts.all, counts.judged / 50);
}

// One column of int64, three zones: 0 to 1023, all null, 5000 throughout.
class PruningCases : public ::testing::Test {
 protected:
  PruningCases() {
    ColumnBuilder builder(Int64());
    for (int64_t row = 0; row < 3 * kZoneRows; ++row) {
      if (row / kZoneRows == 1) {
        builder.AppendNull();
      } else {
        EXPECT_TRUE(builder.AppendInt64(row < kZoneRows ? row : 5000).ok());
      }
    }
    batch_ = *RecordBatch::Make(*Schema::Make({{"n", Int64()}}), {builder.Finish()});
  }

  std::string Verdicts(const Expression& predicate) {
    Inputs inputs;
    const BoundPtr bound = *BindPredicate(predicate, batch_.schema(), &inputs);
    const auto maps = MapsOf(batch_, inputs);
    std::vector<const segment::ZoneMap*> statistics;
    for (const auto& map : maps) statistics.push_back(&*map);
    std::string verdicts;
    for (uint64_t zone = 0; zone < 3; ++zone) {
      const Verdict verdict = JudgeZone(*bound, statistics, zone, kZoneRows);
      verdicts += verdict == Verdict::kNone ? '-' : verdict == Verdict::kAll ? '+' : '?';
    }
    return verdicts;
  }

  RecordBatch batch_;
};

TEST_F(PruningCases, ComparisonsAndTheirNegations) {
  EXPECT_EQ(Verdicts(Col("n") < 1024), "+--");
  EXPECT_EQ(Verdicts(Col("n") >= 1023), "?-+");
  EXPECT_EQ(Verdicts(Expression(5000) == Col("n")), "--+");
  EXPECT_EQ(Verdicts(Col("n") != 5000), "+--");
  EXPECT_EQ(Verdicts(!(Col("n") == 5000)), "+--");
  EXPECT_EQ(Verdicts(Between(Col("n"), 1024, 4999)), "---");
  EXPECT_EQ(Verdicts(In(Col("n"), {7, 5000})), "?-+");
  EXPECT_EQ(Verdicts(Col("n") > nullptr), "---");
}

TEST_F(PruningCases, NothingIsInAnEmptyListAndNullIsNotOut) {
  EXPECT_EQ(Verdicts(In(Col("n"), {})), "---");
  EXPECT_EQ(Verdicts(!In(Col("n"), {})), "???");
}

TEST_F(PruningCases, NullsAndJunctions) {
  EXPECT_EQ(Verdicts(IsNull(Col("n"))), "-+-");
  EXPECT_EQ(Verdicts(IsNotNull(Col("n"))), "+-+");
  EXPECT_EQ(Verdicts(IsNull(Col("n")) || Col("n") > 4000), "-++");
  EXPECT_EQ(Verdicts(Col("n") >= 0 && Col("n") < 2000), "+--");
}

TEST_F(PruningCases, WhatMayFailPrunesNothing) {
  Inputs inputs;
  const BoundPtr bound =
      *BindPredicate(Col("n") < 0 && Expression(1) / Col("n") > 0, batch_.schema(), &inputs);
  EXPECT_FALSE(IsPrunable(*bound));
}

}  // namespace
}  // namespace ashlar::query
