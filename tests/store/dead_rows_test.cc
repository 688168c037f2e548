// Stored rows of which some are dead, against the live ones in memory: no reader shows a dead row.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "src/base/random.h"
#include "src/io/file_names.h"
#include "src/store/salvage_reader.h"
#include "tests/query/expression_generator.h"
#include "tests/store/keyed_store.h"
#include "tests/store/nearly_equal.h"
#include "tests/testing/corruption.h"
#include "tests/testing/random_data.h"

namespace ashlar::testkit {
namespace {

std::vector<int64_t> SomeRows(int64_t rows, base::Random& random) {
  std::vector<int64_t> some;
  const uint64_t one_in = 1 + random.Uniform(6);
  for (int64_t row = 0; row < rows; ++row) {
    if (random.OneIn(one_in + 1)) some.push_back(row);
  }
  // A run that covers whole zones.
  const auto first = static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(rows)));
  for (int64_t row = first; row < std::min(rows, first + 1500); ++row) some.push_back(row);
  return some;
}

void ExpectSameRows(const RecordBatch& actual, const RecordBatch& expected) {
  ASSERT_EQ(actual.rows(), expected.rows());
  for (size_t i = 0; i < expected.columns().size(); ++i) {
    EXPECT_TRUE(actual.column(i).Equals(expected.column(i))) << i;
  }
}

RecordBatch Slice(const RecordBatch& batch, int64_t offset, int64_t limit) {
  offset = std::min(offset, batch.rows());
  return *batch.Slice(offset, std::min(limit, batch.rows() - offset));
}

TEST(DeadRows, AreInNoScan) {
  base::Random random(1);
  for (const Storage storage : {Storage::kFast, Storage::kCompact}) {
    KeyedStore keyed(CityRows(0, 9000), storage, 2500);
    for (int round = 0; round < 4; ++round) {
      keyed.Kill(SomeRows(9000, random));
      if (round == 2) keyed.Reopen();
      const RecordBatch expected = keyed.Expected();
      const Dataset dataset = keyed.dataset();
      EXPECT_EQ(dataset.rows(), static_cast<uint64_t>(expected.rows()));
      ExpectSameRows(ReadAll(dataset), expected);
      for (int i = 0; i < 8; ++i) {
        const auto offset = static_cast<int64_t>(random.Uniform(10'000));
        const auto limit = static_cast<int64_t>(random.Uniform(5000));
        const auto part = dataset.Materialize({.columns = {},
                                               .offset = static_cast<uint64_t>(offset),
                                               .limit = static_cast<uint64_t>(limit)});
        ASSERT_TRUE(part.ok()) << part.status();
        ExpectSameRows(*part, Slice(expected, offset, limit));
      }
    }
    // The segments were made for an ordered dataset: they have no index.
    const auto report = keyed.store().Verify(true);
    ASSERT_TRUE(report.ok()) << report.status();
    for (const DamagedRange& damage : report->damage) {
      EXPECT_NE(damage.what.find("key"), std::string::npos) << damage.what;
    }
  }
}

TEST(DeadRows, OldVersionsShowWhatWasAliveThen) {
  KeyedStore keyed(CityRows(0, 5000), Storage::kFast, 2500);
  std::vector<std::pair<uint64_t, RecordBatch>> history;
  for (int64_t round = 0; round < 5; ++round) {
    std::vector<int64_t> rows(400);
    std::iota(rows.begin(), rows.end(), round * 700);
    keyed.Kill(rows);
    history.emplace_back(keyed.store().GetSnapshot().version(), keyed.Expected());
  }
  keyed.Reopen();
  for (const auto& [version, expected] : history) {
    ExpectSameRows(ReadAll(*keyed.store().At(version)->GetDataset("rows")), expected);
  }
}

template <typename Shape>
void ExpectAgreement(const Query& memory, const Dataset& dataset, const char* what,
                     const Shape& shape, int* answered) {
  SCOPED_TRACE(what);
  const auto expected = shape(memory).Materialize();
  const auto stored = shape(dataset.All()).Materialize();
  ASSERT_EQ(stored.status().code(), expected.status().code())
      << stored.status() << " against " << expected.status();
  if (!stored.ok()) return;
  ++*answered;
  ASSERT_EQ(stored->rows(), expected->rows());
  for (size_t i = 0; i < stored->columns().size(); ++i) {
    EXPECT_TRUE(NearlyEqual(stored->column(i), expected->column(i))) << "column " << i;
  }
}

// Dead rows may hold anything: they are neither counted nor evaluated, so they cannot fail either.
TEST(DeadRows, AreInNoQuery) {
  int answered = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    base::Random random(seed);
    std::vector<Field> fields = {{"k", Int64(), false}};
    const Schema others = RandomSchema(random, {.min_fields = 2, .max_fields = 4});
    for (const Field& field : others.fields()) {
      fields.push_back({field.name, field.type, field.nullable});
    }
    const auto rows = static_cast<int64_t>(2 + random.Uniform(4000));
    const RecordBatch batch = RandomBatch(*Schema::Make(fields), rows, random,
                                          {.cardinality = random.OneIn(2) ? uint64_t{5} : 0});
    const Storage storage = random.OneIn(2) ? Storage::kFast : Storage::kCompact;
    KeyedStore keyed(batch, storage, random.OneIn(2) ? 700 : 2100);
    keyed.Kill(SomeRows(rows, random));
    if (random.OneIn(2)) keyed.Reopen();
    const RecordBatch live = keyed.Expected();
    const Query memory = Query::Over(live.schema(), {live});
    query::ExpressionGenerator generator(batch, random, {.max_depth = 3, .failing_one_in = 12});
    for (int i = 0; i < 8 && !testing::Test::HasFailure(); ++i) {
      const Expression where = generator.Predicate();
      const Expression value = generator.Value();
      const Expression key = generator.Predicate().As("key");
      SCOPED_TRACE(testing::Message() << "seed " << seed << ": where " << where.ToString()
                                      << " select " << value.ToString());
      const auto check = [&](const char* what, const auto& shape) {
        ExpectAgreement(memory, keyed.dataset(), what, shape, &answered);
      };
      check("count of all", [&](const Query& q) { return q.Aggregate({Count()}); });
      check("selected", [&](const Query& q) {
        return q.Filter(where).Select({Col("k"), value.As("value")});
      });
      check("aggregated", [&](const Query& q) {
        return q.Filter(where).Aggregate({Count(), Count(value).As("n"), Min(Col("k")).As("low")});
      });
      check("head", [&](const Query& q) { return q.Head(5, 2); });
      check("tail", [&](const Query& q) { return q.Filter(where).Tail(7); });
      check("top", [&](const Query& q) { return q.OrderBy({Desc(Col("k"))}).Head(9); });
      check("grouped", [&](const Query& q) {
        return q.GroupBy({key}).Aggregate({Count(), CountDistinct(value).As("kinds")});
      });
    }
  }
  EXPECT_GT(answered, 300);
}

// The number of rows; `last` is the last batch.
uint64_t Salvage(store::SalvageReader& reader, RecordBatch* last) {
  uint64_t rows = 0;
  for (RecordBatch batch; *reader.Next(&batch);) {
    rows += static_cast<uint64_t>(batch.rows());
    *last = batch;
  }
  return rows;
}

TEST(DeadRows, AreNeitherSavedNorLost) {
  KeyedStore keyed(CityRows(0, 5000), Storage::kFast, 2500);
  std::vector<int64_t> dead(1000);
  std::iota(dead.begin(), dead.end(), 2000);  // half of them in either segment
  keyed.Kill(dead);
  const auto state = keyed.core().current()->current()->datasets.at("rows");
  store::SalvageReader whole(state, keyed.core().cache);
  RecordBatch last;
  EXPECT_EQ(Salvage(whole, &last), 4000u);
  EXPECT_EQ(whole.rows_lost(), 0u);
  EXPECT_EQ(last.column(0).GetInt64(0), 3000);
  ASSERT_TRUE(keyed.files().Unlink(io::SegmentName(state->segments[1].meta->file.id)).ok());
  keyed.Reopen();
  store::SalvageReader half(state, keyed.core().cache);
  EXPECT_EQ(Salvage(half, &last), 2000u);
  EXPECT_EQ(half.rows_saved(), 2000u);
  EXPECT_EQ(half.rows_lost(), 2000u);
  ASSERT_EQ(half.notes().size(), 1u);
  EXPECT_NE(half.notes()[0].find("2000 to 3999"), std::string::npos) << half.notes()[0];
  const auto report = keyed.store().Verify(false);
  ASSERT_TRUE(report.ok()) << report.status();
  const auto damage = std::find_if(
      report->damage.begin(), report->damage.end(),
      [](const DamagedRange& d) { return d.dataset == "rows" && d.what == "missing"; });
  ASSERT_NE(damage, report->damage.end());
  EXPECT_EQ(damage->first_row, 2000u);
  EXPECT_EQ(damage->rows, 2000u);
}

TEST(DeadRows, WhatComparesOrSavesByPositionRefuses) {
  KeyedStore keyed(CityRows(0, 100), Storage::kFast, 2500);
  const Snapshot before = keyed.store().GetSnapshot();
  keyed.Kill({3});
  const auto diff = keyed.store().Diff("rows", before, keyed.store().GetSnapshot());
  EXPECT_TRUE(absl::IsFailedPrecondition(diff.status())) << diff.status();
  EXPECT_NE(diff.status().ToString().find("rows"), std::string::npos);
}

// Rolled, closed and opened again, a store knows its dead rows; one flipped bit among them is
// found.
TEST(DeadRows, DamageAmongThemIsFoundAtOpening) {
  KeyedStore keyed(CityRows(0, 3000), Storage::kFast, 2500);
  std::vector<int64_t> dead;
  for (int64_t row = 0; row < 2500; row += 3) dead.push_back(row);
  keyed.Kill(dead);
  ASSERT_TRUE(keyed.core().publisher->Roll().ok());
  const std::string name = io::ManifestName(keyed.core().publisher->manifest_number());
  ASSERT_TRUE(keyed.store().Close().ok());
  const std::string bytes = ReadFile(keyed.files(), name);
  const size_t bitmap = bytes.find("\x49\x92\x24\x49\x92\x24\x49\x92");
  ASSERT_NE(bitmap, std::string::npos);
  FlipByte(keyed.files(), name, bitmap + 100, 0x10);
  const auto again = manifest::ReadManifest(keyed.files());
  EXPECT_TRUE(absl::IsDataLoss(again.status())) << again.status();
  FlipByte(keyed.files(), name, bitmap + 100, 0x10);
  keyed.Reopen();
  EXPECT_EQ(keyed.dataset().rows(), 3000 - dead.size());
  ExpectSameRows(ReadAll(keyed.dataset()), keyed.Expected());
}

}  // namespace
}  // namespace ashlar::testkit
