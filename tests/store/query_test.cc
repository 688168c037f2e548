// Queries on stored datasets: lazy, pruned by statistics, stable under commits, stopped when told,
// and equal to what the rows say one by one. Counters prove what was not done.
#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/query/vector.h"
#include "tests/store/store_fixture.h"

namespace ashlar {
namespace {

using testkit::CityRows;
using testkit::CitySchema;
using testkit::StatusOf;

constexpr int64_t kRows = 100'000;

template <typename PlaceType>
class StoredQueryTest : public testkit::StoreTest<PlaceType> {
 protected:
  void SetUp() override {
    testkit::StoreTest<PlaceType>::SetUp();
    ASSERT_OK(this->store_->CreateDataset("cities", CitySchema()));
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
    ASSERT_OK(transaction.Replace("cities", CityRows(0, kRows)));
    ASSERT_OK(std::move(transaction).Commit());
  }

  Dataset Cities() {
    auto dataset = this->store_->GetSnapshot().GetDataset("cities");
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    return *std::move(dataset);
  }
};
TYPED_TEST_SUITE(StoredQueryTest, testkit::Places);

// Rows for which `wanted` says yes, in order, by looking at each.
std::vector<int64_t> IdsWhere(const RecordBatch& rows,
                              const std::function<bool(int64_t id, double amount)>& wanted) {
  std::vector<int64_t> ids;
  for (int64_t row = 0; row < rows.rows(); ++row) {
    const int64_t id = rows.column(0).GetInt64(row);
    if (wanted(id, rows.column(2).GetDouble(row))) ids.push_back(id);
  }
  return ids;
}

std::vector<int64_t> IdsOf(const Table& table) {
  std::vector<int64_t> ids;
  for (const RecordBatch& batch : table.batches()) {
    for (int64_t row = 0; row < batch.rows(); ++row) ids.push_back(batch.column(0).GetInt64(row));
  }
  return ids;
}

TYPED_TEST(StoredQueryTest, FilterEqualsLookingAtEachRow) {
  const Dataset cities = this->Cities();
  const RecordBatch all = testkit::ReadAll(cities);
  for (const double limit : {-1.0, 100.5, 36999.63, 1e9}) {
    ASSERT_OK_AND_ASSIGN(const Table table, cities.Filter(Col("amount") > limit).Collect());
    EXPECT_EQ(IdsOf(table), IdsWhere(all, [&](int64_t, double amount) { return amount > limit; }));
  }
}

TYPED_TEST(StoredQueryTest, AGetAndAPlanReadNothing) {
  const uint64_t before = this->store_->stats().reads.chunks_touched;
  const Query query = this->Cities().Filter(Col("amount") > 10.0).Select({"id"});
  ASSERT_OK(query.schema());
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<QueryResult> result, query.Stream());
  const StoreStats stats = this->store_->stats();
  EXPECT_EQ(stats.reads.chunks_touched, before);
  EXPECT_EQ(stats.reads.rows_materialized, 0u);
}

TYPED_TEST(StoredQueryTest, IterationIsLazy) {
  QueryOptions options;
  options.threads = 1;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<QueryResult> result,
                       this->Cities().All().With(options).Stream());
  RecordBatch batch;
  ASSERT_OK_AND_ASSIGN(const bool more, result->Next(&batch));
  ASSERT_TRUE(more);
  const QueryStats stats = result->stats();
  EXPECT_GT(stats.segments, 4u);
  EXPECT_LE(stats.segments_scanned, 1u);
  EXPECT_LE(stats.chunks_touched, 3u);
}

TYPED_TEST(StoredQueryTest, ACountMaterialisesAndCopiesNothing) {
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(const uint64_t count,
                       this->Cities().Filter(Col("amount") > 10.0).Count(&stats));
  EXPECT_EQ(count, kRows - 28);  // amounts are multiples of 0.37, from 0
  EXPECT_EQ(stats.rows_materialized, 0u);
  EXPECT_EQ(stats.bytes_copied, 0u);
  EXPECT_EQ(stats.rows_selected, count);
}

TYPED_TEST(StoredQueryTest, OnlyMaterialiseMaterialises) {
  const Query query = this->Cities().Filter(Col("id") < 5);
  ASSERT_OK(query.Collect());
  EXPECT_EQ(this->store_->stats().reads.rows_materialized, 0u);
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(const RecordBatch rows, query.Materialize(&stats));
  EXPECT_EQ(rows.rows(), 5);
  EXPECT_EQ(stats.rows_materialized, 5u);
  EXPECT_EQ(this->store_->stats().reads.rows_materialized, 5u);
}

// Each chunk counts once, also where the search reads one column and the winners' rows the others,
// and as read where it was.
TYPED_TEST(StoredQueryTest, CountersOfAnOrderSayWhatWasReadAndCopied) {
  const Dataset cities = this->Cities();
  const uint64_t chunks = cities.segments().size() * cities.schema().size();
  QueryStats stats;
  ASSERT_OK(cities.All().OrderBy({Asc(Col("id"))}).Head(5).Collect(&stats).status());
  const uint64_t others = cities.schema().size() - 1;
  EXPECT_EQ(stats.chunks_touched, cities.segments().size() + others);  // of one segment
  EXPECT_EQ(stats.chunks_touched + stats.chunks_skipped, chunks);
  EXPECT_GT(stats.bytes_copied, 0u);
  ASSERT_OK(cities.Select({"id"}).OrderBy({Desc(Col("id"))}).Collect(&stats).status());
  EXPECT_EQ(stats.chunks_touched, cities.segments().size());
  EXPECT_GE(stats.bytes_copied, static_cast<uint64_t>(kRows) * sizeof(int64_t));
  ASSERT_OK(cities.Select({"id"}).Materialize(&stats).status());
  EXPECT_GE(stats.bytes_copied, static_cast<uint64_t>(kRows) * sizeof(int64_t));
}

TYPED_TEST(StoredQueryTest, AChunkThatIsReadPackedAndUnpackedCountsOnce) {
  DatasetOptions options;
  options.storage = Storage::kCompact;
  ASSERT_OK(this->store_->CreateDataset("packed", CitySchema(), options));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  ASSERT_OK(transaction.Replace("packed", CityRows(0, kRows)));
  ASSERT_OK(std::move(transaction).Commit());
  ASSERT_OK_AND_ASSIGN(const Dataset packed, this->store_->GetSnapshot().GetDataset("packed"));
  QueryStats stats;
  ASSERT_OK(packed.Filter(Col("id") % 7 == 3).Collect(&stats).status());
  EXPECT_EQ(stats.chunks_touched, packed.segments().size() * packed.schema().size());
  EXPECT_EQ(stats.chunks_skipped, 0u);
}

TYPED_TEST(StoredQueryTest, UnnestingIsPrunedByStatisticsOfTheRowsBelow) {
  const Schema schema = *Schema::Make({{"id", Int64(), false}, {"tags", List(Int64())}});
  ASSERT_OK(this->store_->CreateDataset("lists", schema, {.boundaries = {.fixed_rows = 1024}}));
  RecordBatchBuilder builder(schema);
  for (int64_t row = 0; row < 8 * 1024; ++row) {
    ASSERT_OK(builder.column(0).AppendInt64(row));
    for (int64_t i = 0; i < row % 3; ++i) ASSERT_OK(builder.column(1).child(0).AppendInt64(row));
    ASSERT_OK(builder.column(1).AppendNested());
  }
  ASSERT_OK_AND_ASSIGN(const RecordBatch rows, builder.Finish());
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  ASSERT_OK(transaction.Replace("lists", rows));
  ASSERT_OK(std::move(transaction).Commit());
  ASSERT_OK_AND_ASSIGN(const Dataset lists, this->store_->GetSnapshot().GetDataset("lists"));
  const auto expect = [&](const Query& query, uint64_t rows_out, uint64_t segments_scanned) {
    QueryStats stats;
    ASSERT_OK_AND_ASSIGN(const Table table, query.Collect(&stats));
    EXPECT_EQ(static_cast<uint64_t>(table.rows()), rows_out);
    EXPECT_EQ(stats.segments_scanned, segments_scanned);
    EXPECT_EQ(stats.segments_pruned, 8 - segments_scanned);
  };
  expect(lists.All().Unnest("tags").Filter(Col("id") == 5000), 2, 1);
  expect(lists.All().Unnest("tags").Filter(Col("tags") == 5000), 2, 1);
  expect(lists.All().Unnest("tags").Filter(Col("tags") > 100'000), 0, 0);
  // Of a row without elements nothing is known by what elements there are.
  expect(lists.All().Unnest("tags", true).Filter(IsNull(Col("tags"))), (8 * 1024 + 2) / 3, 8);
  ASSERT_OK_AND_ASSIGN(const std::string plan,
                       lists.All().Unnest("tags").Filter(Col("id") == 5000).Explain());
  EXPECT_NE(plan.find("[statistics prune 7 segments]\n  scan     1 of 8 segments"),
            std::string::npos)
      << plan;
}

TYPED_TEST(StoredQueryTest, FindOneStopsAfterTheFirstMatch) {
  // The third zone of the first segment: what is before it is pruned, what is behind not reached.
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(const std::optional<RecordBatch> found,
                       this->Cities().Filter(Col("amount") >= 2100 * 0.37).FindOne(&stats));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->column(0).GetInt64(0), 2100);
  EXPECT_LE(stats.zones_scanned, 2u);
  EXPECT_EQ(stats.segments_scanned, 1u);
  EXPECT_EQ(stats.segments_skipped, stats.segments - 1);
  EXPECT_EQ(stats.zones_scanned + stats.zones_pruned + stats.zones_skipped, stats.zones);
}

TYPED_TEST(StoredQueryTest, ExistsReadsNoColumnOfTheResult) {
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(const bool exists, this->Cities().Filter(Col("id") == 77).Exists(&stats));
  EXPECT_TRUE(exists);
  EXPECT_EQ(stats.chunks_touched, 1u);  // the id's
  ASSERT_OK_AND_ASSIGN(const bool none, this->Cities().Filter(Col("id") == -1).Exists(&stats));
  EXPECT_FALSE(none);
  EXPECT_EQ(stats.zones_scanned, 0u);
}

TYPED_TEST(StoredQueryTest, ANarrowProjectionLeavesOtherChunksAlone) {
  QueryStats stats;
  ASSERT_OK(this->Cities().Select({"id"}).Collect(&stats));
  EXPECT_EQ(stats.chunks_touched, stats.segments);
  EXPECT_EQ(stats.chunks_skipped, 2 * stats.segments);
}

TYPED_TEST(StoredQueryTest, OutputColumnsOfSegmentsWithoutAMatchAreNotRead) {
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(
      const Table table,
      this->Cities().Filter(Col("id") * 1 == 50'000).Select({"id", "city"}).Collect(&stats));
  EXPECT_EQ(table.rows(), 1);
  // The computed predicate cannot be pruned: every segment's id is read, but one city.
  EXPECT_EQ(stats.segments_scanned, stats.segments);
  EXPECT_EQ(stats.chunks_touched, stats.segments + 1);
}

TYPED_TEST(StoredQueryTest, ClusteredRangesArePruned) {
  const Query query = this->Cities().Filter(Between(Col("id"), 70'000, 70'099));
  QueryStats first;
  ASSERT_OK_AND_ASSIGN(const uint64_t count, query.Count(&first));
  EXPECT_EQ(count, 100u);
  EXPECT_LE(first.zones_scanned, 2u);
  // The second time the segments' bounds are remembered, and others are not even opened.
  QueryStats second;
  ASSERT_OK(query.Count(&second));
  EXPECT_EQ(second.segments_scanned, 1u);
  EXPECT_EQ(second.segments_pruned, second.segments - 1);
}

TYPED_TEST(StoredQueryTest, AFilterThatHoldsThroughoutIsNotEvaluated) {
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(const uint64_t count, this->Cities().Filter(Col("id") >= 0).Count(&stats));
  EXPECT_EQ(count, static_cast<uint64_t>(kRows));
  EXPECT_EQ(stats.chunks_touched, 0u);
}

TYPED_TEST(StoredQueryTest, AnErrorIsNotPrunedAway) {
  // The division fails in the first row; that the second filter is never true comes too late ...
  const Query fails = this->Cities().Filter(Expression(1) / Col("id") > 0).Filter(Col("id") < 0);
  EXPECT_EQ(fails.Count().status().code(), absl::StatusCode::kOutOfRange);
  // ... and the other way round nobody asks it.
  const Query safe = this->Cities().Filter(Col("id") < 0).Filter(Expression(1) / Col("id") > 0);
  ASSERT_OK_AND_ASSIGN(const uint64_t count, safe.Count());
  EXPECT_EQ(count, 0u);
}

TYPED_TEST(StoredQueryTest, GroupsAndOrders) {
  const Query query = this->Cities()
                          .Filter(Col("amount") > 10.0)
                          .GroupBy({"city"})
                          .Aggregate({Sum(Col("amount")).As("total"), Count()})
                          .OrderBy({Desc(Col("total"))})
                          .Head(10);
  std::map<std::string, double> totals;
  const RecordBatch all = testkit::ReadAll(this->Cities());
  for (int64_t row = 0; row < all.rows(); ++row) {
    const double amount = all.column(2).GetDouble(row);
    if (amount > 10.0) totals[std::string(all.column(1).GetBytes(row))] += amount;
  }
  std::multimap<double, std::string, std::greater<>> ordered;
  for (const auto& [city, total] : totals) ordered.emplace(total, city);
  ASSERT_OK_AND_ASSIGN(const Table top, query.Collect());
  ASSERT_EQ(top.rows(), 10);
  auto expected = ordered.begin();
  for (int64_t row = 0; row < 10; ++row, ++expected) {
    const auto [batch, at] = top.Locate(row);
    EXPECT_EQ(batch->column(0).GetBytes(at), expected->second);
    EXPECT_NEAR(batch->column(1).GetDouble(at), expected->first, 1e-6 * expected->first);
    EXPECT_EQ(batch->column(2).GetInt64(at), kRows / 50);
  }
}

TYPED_TEST(StoredQueryTest, HavingMaySpeakOfAggregatesByTheirText) {
  const Query grouped =
      this->Cities().GroupBy({"city"}).Aggregate({Max(Col("amount")), Count(Col("id"))});
  ASSERT_OK_AND_ASSIGN(const Expression having, Expression::Parse("max(amount) > 36999.5"));
  ASSERT_OK_AND_ASSIGN(const Table table, grouped.Filter(having).Collect());
  EXPECT_EQ(table.rows(), 1);
  ASSERT_OK_AND_ASSIGN(const Table named, grouped.Filter(Col("max(amount)") > 36999.5).Collect());
  EXPECT_EQ(named.rows(), 1);
  // What was grouped away is gone.
  EXPECT_EQ(grouped.Filter(Col("amount") > 1.0).Collect().status().code(),
            absl::StatusCode::kNotFound);
}

TYPED_TEST(StoredQueryTest, HavingMaySpeakOfEveryAggregateByNameAndText) {
  const Query grouped = this->Cities().GroupBy({"city"}).Aggregate(
      {Count(Col("id")).As("n"), CountDistinct(Col("id")), StdDev(Col("amount")), Count()});
  for (const char* having :
       {"count(id) = 0", "n = 0", "COUNT(DISTINCT id) = 0", "stddev(amount) < 0", "count = 0"}) {
    SCOPED_TRACE(having);
    ASSERT_OK_AND_ASSIGN(const Expression none, Expression::Parse(having));
    ASSERT_OK_AND_ASSIGN(const Table empty, grouped.Filter(none).Collect());
    EXPECT_EQ(empty.rows(), 0);
    ASSERT_OK_AND_ASSIGN(const Table all, grouped.Filter(!none).Collect());
    EXPECT_GT(all.rows(), 1);
  }
  // Where nothing was aggregated there is nothing to speak of, and the message says where.
  ASSERT_OK_AND_ASSIGN(const Expression early, Expression::Parse("1 < count(distinct id)"));
  const absl::Status refused = this->Cities().Filter(early).Collect().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(refused.message().find("at 4: count(distinct id) is an aggregate") !=
              std::string_view::npos)
      << refused;
}

TYPED_TEST(StoredQueryTest, ResultsDoNotDependOnThreads) {
  const std::vector<Query> queries = {
      this->Cities().Filter(Col("amount") > 500.0),
      this->Cities().GroupBy({"city"}).Aggregate({Sum(Col("amount")), Avg(Col("amount"))}),
      this->Cities().All().OrderBy({Asc(Col("city")), Desc(Col("amount"))}).Head(500, 3),
      this->Cities().Select({"city"}).Distinct(),
      this->Cities().Filter(Col("city") == "city 7").Tail(100)};
  for (const Query& query : queries) {
    QueryOptions one;
    one.threads = 1;
    QueryOptions many;
    many.threads = 7;
    ASSERT_OK_AND_ASSIGN(const RecordBatch expected, query.With(one).Materialize());
    for (int round = 0; round < 5; ++round) {
      ASSERT_OK_AND_ASSIGN(const RecordBatch rows, query.With(many).Materialize());
      EXPECT_TRUE(rows.Equals(expected));
    }
  }
}

TYPED_TEST(StoredQueryTest, HeadAndTailGiveTheEnds) {
  const Dataset cities = this->Cities();
  ASSERT_OK_AND_ASSIGN(const Table head, cities.All().Head(3, 2).Collect());
  EXPECT_EQ(IdsOf(head), (std::vector<int64_t>{2, 3, 4}));
  QueryStats stats;
  ASSERT_OK_AND_ASSIGN(const Table tail, cities.All().Tail(3).Collect(&stats));
  EXPECT_EQ(IdsOf(tail), (std::vector<int64_t>{kRows - 3, kRows - 2, kRows - 1}));
  EXPECT_LE(stats.segments_scanned, 2u);
  ASSERT_OK_AND_ASSIGN(const Table none, cities.All().Head(0).Collect());
  EXPECT_EQ(none.rows(), 0);
  ASSERT_OK_AND_ASSIGN(const Table filtered,
                       cities.All().Head(1000).Filter(Col("id") % 400 == 0).Collect());
  EXPECT_EQ(IdsOf(filtered), (std::vector<int64_t>{0, 400, 800}));
}

TYPED_TEST(StoredQueryTest, StoredAndMemorySourcesAgree) {
  const Dataset cities = this->Cities();
  const Query memory = Query::Over(CitySchema(), {testkit::ReadAll(cities)});
  const auto shape = [](const Query& query) {
    return query.Filter(Like(Col("city"), "city 1%") && Col("amount") < 20'000.0)
        .Select({Col("id"), (Col("amount") * 2.0).As("double"), Call("upper", {Col("city")})});
  };
  ASSERT_OK_AND_ASSIGN(const RecordBatch stored, shape(cities.All()).Materialize());
  ASSERT_OK_AND_ASSIGN(const RecordBatch expected, shape(memory).Materialize());
  EXPECT_GT(stored.rows(), 0);
  ASSERT_EQ(stored.rows(), expected.rows());
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(stored.column(i).Equals(expected.column(i)));
}

TYPED_TEST(StoredQueryTest, AQuerySeesOneVersionWhileCommitsGoOn) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int64_t salt = 1; !stop; ++salt) {
      auto transaction = this->store_->BeginWrite();
      ASSERT_OK(transaction.status());
      ASSERT_OK(transaction->Replace("cities", CityRows(0, 20'000, salt)));
      ASSERT_OK(std::move(*transaction).Commit());
    }
  });
  for (int round = 0; round < 30; ++round) {
    const Dataset cities = this->Cities();
    // In each version every amount exceeds its id's share by the same salt.
    const auto result = cities.All()
                            .Select({(Col("amount") - Col("id") * 0.37).As("salt")})
                            .Aggregate({Min(Col("salt")).As("low"), Max(Col("salt")).As("high")})
                            .Collect();
    EXPECT_OK(result);
    if (!result.ok()) break;
    const RecordBatch& row = result->batches()[0];
    EXPECT_NEAR(row.column(0).GetDouble(0), row.column(1).GetDouble(0), 1e-6);
  }
  stop = true;
  writer.join();
}

TYPED_TEST(StoredQueryTest, AResultOutlivesTheStore) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<QueryResult> result,
                       this->Cities().Filter(Col("id") >= 99'990).Stream());
  this->store_.reset();
  RecordBatch batch;
  int64_t rows = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const bool more, result->Next(&batch));
    if (!more) break;
    rows += batch.rows();
  }
  EXPECT_EQ(rows, 10);
}

TYPED_TEST(StoredQueryTest, AQueryThatFailsExportsNoStream) {
  ArrowArrayStream stream;
  stream.release = [](ArrowArrayStream*) { FAIL() << "nothing was exported"; };
  EXPECT_EQ(this->Cities().Filter(Col("nowhere") == 1).ToArrowStream(&stream).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(stream.release, nullptr);
}

TYPED_TEST(StoredQueryTest, AnArrowStreamOfAQueryOutlivesTheStore) {
  const Query query = this->Cities().Filter(Col("city") == "city 7").Select({"id", "city"});
  ASSERT_OK_AND_ASSIGN(const RecordBatch expected, query.Materialize());
  ArrowArrayStream stream;
  ASSERT_OK(query.ToArrowStream(&stream));
  this->store_.reset();
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<BatchReader> reader, ImportArrowStream(&stream));
  int64_t row = 0;
  for (RecordBatch batch;;) {
    ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&batch));
    if (!more) break;
    for (int64_t i = 0; i < batch.rows(); ++i, ++row) {
      ASSERT_LT(row, expected.rows());
      EXPECT_EQ(batch.column(0).GetInt64(i), expected.column(0).GetInt64(row));
      EXPECT_EQ(batch.column(1).GetBytes(i), "city 7");
    }
  }
  EXPECT_EQ(row, expected.rows());
}

TYPED_TEST(StoredQueryTest, NearestNeighboursAndUnnestedLists) {
  const Schema schema =
      *Schema::Make({{"id", Int64(), false}, {"place", Vector(2)}, {"tags", List(Utf8())}});
  RecordBatchBuilder builder(schema);
  for (int64_t id = 0; id < 5000; ++id) {
    ASSERT_OK(builder.column(0).AppendInt64(id));
    const float place[] = {static_cast<float>(id % 100), static_cast<float>(id / 100)};
    ASSERT_OK(builder.column(1).AppendVector(place));
    for (int64_t tag = 0; tag < id % 3; ++tag) {
      ASSERT_OK(builder.column(2).child(0).AppendBytes(tag == 0 ? "first" : "second"));
    }
    ASSERT_OK(builder.column(2).AppendNested());
  }
  ASSERT_OK(this->store_->CreateDataset("places", schema));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  ASSERT_OK_AND_ASSIGN(const RecordBatch rows, builder.Finish());
  ASSERT_OK(transaction.Replace("places", rows));
  ASSERT_OK(std::move(transaction).Commit());
  ASSERT_OK_AND_ASSIGN(const Dataset places, this->store_->GetSnapshot().GetDataset("places"));
  ASSERT_OK_AND_ASSIGN(const Table nearest,
                       places.All().Nearest("place", {42.1F, 30.2F}, 3).Select({"id"}).Collect());
  EXPECT_EQ(IdsOf(nearest), (std::vector<int64_t>{3042, 3142, 3043}));
  ASSERT_OK_AND_ASSIGN(const uint64_t tags, places.All().Unnest("tags").Count());
  EXPECT_EQ(tags, 1667u + 2 * 1666u);
  ASSERT_OK_AND_ASSIGN(
      const uint64_t second,
      places.All().Filter(Col("id") < 3000).Unnest("tags").Filter(Col("tags") == "second").Count());
  EXPECT_EQ(second, 1000u);
}

TYPED_TEST(StoredQueryTest, ADeadlineAndACancellationEndAQuery) {
  QueryOptions options;
  options.timeout = std::chrono::milliseconds(5);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<QueryResult> late,
                       this->Cities().All().With(options).Stream());
  this->clock_.Advance(std::chrono::milliseconds(6));
  RecordBatch batch;
  EXPECT_EQ(late->Next(&batch).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(late->Next(&batch).status().code(), absl::StatusCode::kDeadlineExceeded);

  const auto token = std::make_shared<CancellationToken>();
  options = QueryOptions();
  options.cancellation = token;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<QueryResult> cancelled,
                       this->Cities().All().With(options).Stream());
  ASSERT_OK(cancelled->Next(&batch));
  token->Cancel();
  EXPECT_EQ(cancelled->Next(&batch).status().code(), absl::StatusCode::kCancelled);
}

TYPED_TEST(StoredQueryTest, AMemoryLimitIsAClearError) {
  QueryOptions options;
  options.memory_limit = 100'000;
  const auto sorted = this->Cities().All().OrderBy({Asc(Col("amount"))}).With(options).Collect();
  EXPECT_EQ(sorted.status().code(), absl::StatusCode::kResourceExhausted);
  const auto grouped = this->Cities().GroupBy({"id"}).Aggregate({Count()}).With(options).Collect();
  EXPECT_EQ(grouped.status().code(), absl::StatusCode::kResourceExhausted);
  // What streams needs none.
  ASSERT_OK(this->Cities().Filter(Col("amount") > 1.0).With(options).Collect());
}

TYPED_TEST(StoredQueryTest, ExplainNamesWhatIsPrunedAndWhy) {
  ASSERT_OK_AND_ASSIGN(const std::string plan, this->Cities()
                                                   .Filter(Col("id") < 1000)
                                                   .Filter(Col("amount") * 2.0 > 5.0)
                                                   .GroupBy({"city"})
                                                   .Aggregate({Count()})
                                                   .OrderBy({Desc(Col("count"))})
                                                   .Head(3)
                                                   .Explain());
  EXPECT_NE(plan.find("id < 1000"), std::string::npos) << plan;
  EXPECT_NE(plan.find("statistics prune"), std::string::npos) << plan;
  EXPECT_NE(plan.find("not by statistics"), std::string::npos) << plan;
  EXPECT_NE(plan.find("group by city"), std::string::npos) << plan;
  EXPECT_NE(plan.find("stage 2 of 2"), std::string::npos) << plan;
  EXPECT_NE(plan.find("keep the first 3"), std::string::npos) << plan;
  EXPECT_EQ(this->store_->stats().reads.rows_materialized, 0u);
}

TYPED_TEST(StoredQueryTest, MistakesAreNamedBeforeAnythingIsRead) {
  const Dataset cities = this->Cities();
  const auto unknown = cities.Filter(Col("amout") > 1.0).Stream();
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(unknown.status().message().find("amount"), std::string::npos) << unknown.status();
  EXPECT_EQ(cities.Filter(Col("city") > 1.0).Stream().status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(cities.Select({"id"}).Filter(Col("city") == "x").Stream().status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(this->store_->stats().reads.chunks_touched, 0u);
}

}  // namespace
}  // namespace ashlar
