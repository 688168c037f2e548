// Queries over a memtable: the same random queries on its view and on the live rows in memory.
#include "src/store/memtable_morsel.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "src/base/random.h"
#include "src/columnar/key_codec.h"
#include "src/log/memtable.h"
#include "tests/query/expression_generator.h"
#include "tests/testing/random_data.h"

namespace ashlar::store {
namespace {

using log::Memtable;
using log::MemtableBatch;

// One layer as a source of its own.
class LayerSource final : public query::Source {
 public:
  explicit LayerSource(log::MemtableView view) : layer_(std::move(view)) {}
  const Schema& schema() const override { return layer_.view().schema(); }
  size_t morsels() const override { return layer_.view().chunks(); }
  int64_t rows(size_t morsel) const override { return layer_.view().rows(morsel); }
  std::string unit() const override { return "memtable chunks"; }
  std::string name() const override { return "memtable"; }
  absl::StatusOr<std::unique_ptr<query::Morsel>> Open(
      size_t morsel, const std::vector<query::Input>& inputs,
      query::SourceCounters* counters) const override {
    return MakeMemtableMorsel(layer_, morsel, inputs, counters);
  }

 private:
  const LayerView layer_;
};

Query QueryOf(log::MemtableView view) {
  return Query(std::make_shared<const LayerSource>(std::move(view)));
}

// A memtable with history, and a plain copy of what is alive in the end.
struct History {
  Schema schema;
  std::shared_ptr<Memtable> memtable;
  uint64_t sequence = 0;
  std::vector<RecordBatch> live;  // a row each, as a scan of the memtable has them
};

History MakeHistory(base::Random& random, bool keyed) {
  std::vector<Field> fields = {{"id", UInt16(), false}};
  const Schema values = testkit::RandomSchema(random, {.min_fields = 2, .max_fields = 5});
  for (const Field& field : values.fields()) {
    fields.push_back({field.name, field.type, field.nullable});
  }
  History history;
  history.schema = Schema::Make(std::move(fields)).value();
  history.memtable = Memtable::Make(history.schema, keyed);
  const auto codec =
      columnar::KeyCodec::Make(history.schema, std::vector<std::string>{"id"}).value();
  std::vector<RecordBatch> rows;
  std::map<std::string, size_t> newest;  // the row of each key that is alive
  for (int i = 0; i < 60; ++i) {
    const int64_t count = random.OneIn(20) ? 3000 : static_cast<int64_t>(random.Uniform(20));
    testkit::RandomBatchOptions options;
    options.cardinality = 2000;
    RecordBatch batch = testkit::RandomBatch(history.schema, count, random, options);
    MemtableBatch step;
    if (keyed) step.keys = codec.EncodeBatch(batch).value();
    const bool deletes = keyed && random.OneIn(4);
    for (int64_t row = 0; row < count; ++row) {
      const std::string key = keyed ? std::string(step.keys.key(static_cast<size_t>(row)))
                                    : std::to_string(rows.size());
      newest.erase(key);
      if (deletes) continue;
      newest[key] = rows.size();
      rows.push_back(batch.Slice(row, 1).value());
    }
    if (!deletes) step.rows = std::move(batch);
    EXPECT_TRUE(history.memtable->Apply(++history.sequence, {&step, 1}).ok());
  }
  std::map<size_t, std::string> order;
  for (const auto& [key, row] : newest) order[row] = key;
  for (const auto& [row, key] : order) history.live.push_back(rows[row]);
  return history;
}

// Whether there is an answer: errors must be the same too.
bool ExpectSame(const Query& memtable, const Query& expected) {
  const auto got = memtable.Materialize();
  const auto wanted = expected.Materialize();
  EXPECT_EQ(got.status().code(), wanted.status().code())
      << got.status() << " against " << wanted.status();
  if (!got.ok() || !wanted.ok()) return false;
  EXPECT_EQ(got->rows(), wanted->rows());
  for (size_t i = 0; i < got->columns().size(); ++i) {
    EXPECT_TRUE(got->column(i).Equals(wanted->column(i))) << wanted->schema().field(i).name;
  }
  return true;
}

// Adds the random queries that had an answer.
void CompareQueries(uint64_t seed, bool keyed, int* answered) {
  SCOPED_TRACE(seed);
  base::Random random(seed);
  History history = MakeHistory(random, keyed);
  const log::MemtableView view = history.memtable->View(history.sequence);
  // Later commits change nothing.
  MemtableBatch later;
  later.rows = testkit::RandomBatch(history.schema, 500, random);
  const auto codec =
      columnar::KeyCodec::Make(history.schema, std::vector<std::string>{"id"}).value();
  if (keyed) later.keys = codec.EncodeBatch(later.rows).value();
  const Query memtable = QueryOf(view);
  const Query expected = Query::Over(history.schema, history.live);
  EXPECT_TRUE(ExpectSame(memtable, expected));
  ASSERT_TRUE(history.memtable->Apply(history.sequence + 1, {&later, 1}).ok());
  history.memtable.reset();
  EXPECT_TRUE(ExpectSame(memtable, expected));
  EXPECT_TRUE(ExpectSame(memtable.Aggregate({Count(), Sum(Col("id")), Min(Col("id"))}),
                         expected.Aggregate({Count(), Sum(Col("id")), Min(Col("id"))})));
  EXPECT_TRUE(ExpectSame(memtable.OrderBy({{Col("id"), true}}).Head(17),
                         expected.OrderBy({{Col("id"), true}}).Head(17)));
  EXPECT_TRUE(
      ExpectSame(memtable.Filter(Col("id") < 300).Select({"id", history.schema.field(1).name}),
                 expected.Filter(Col("id") < 300).Select({"id", history.schema.field(1).name})));
  EXPECT_TRUE(ExpectSame(memtable.GroupBy({"id"}).Aggregate({Count()}),
                         expected.GroupBy({"id"}).Aggregate({Count()})));
  const RecordBatch sample = testkit::RandomBatch(history.schema, 300, random);
  query::ExpressionGenerator generator(sample, random, {.max_depth = 3, .failing_one_in = 12});
  for (int i = 0; i < 12; ++i) {
    const Expression predicate = generator.Predicate();
    const Expression value = generator.Value();
    SCOPED_TRACE(predicate.ToString());
    const bool has_answer =
        ExpectSame(memtable.Filter(predicate).Select({"id", value.As("value")}),
                   expected.Filter(predicate).Select({"id", value.As("value")}));
    *answered += has_answer ? 1 : 0;
  }
}

TEST(MemtableSource, AnswersAsItsLiveRowsDo) {
  int answered = 0;
  for (uint64_t seed = 1; seed <= 15 && !HasFailure(); ++seed) {
    CompareQueries(seed, true, &answered);
  }
  EXPECT_GT(answered, 60) << "of 180: most queries have no errors";
}

TEST(MemtableSource, OfOrderedDatasets) {
  int answered = 0;
  for (uint64_t seed = 1; seed <= 5 && !HasFailure(); ++seed) {
    CompareQueries(seed, false, &answered);
  }
  EXPECT_GT(answered, 20);
}

TEST(MemtableSource, WithoutRows) {
  const Schema schema = Schema::Make({{"id", Int64()}}).value();
  const auto memtable = Memtable::Make(schema, true);
  const Query query = QueryOf(memtable->View(5));
  EXPECT_EQ(query.Count().value(), 0u);
}

}  // namespace
}  // namespace ashlar::store
