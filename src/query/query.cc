// Query: steps gathered one by one, and the verbs that run them.
#include "ashlar/query.h"

#include <utility>

#include "ashlar/arrow.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/canonical.h"
#include "src/query/explain.h"
#include "src/query/memory_source.h"
#include "src/query/plan.h"
#include "src/query/query_run.h"
#include "src/query/take.h"

namespace ashlar {

Query::Query(std::shared_ptr<const query::Source> source)
    : source_(std::move(source)),
      steps_(std::make_shared<const std::vector<Step>>()),
      options_(std::make_shared<const QueryOptions>()) {
  ASHLAR_CHECK(source_ != nullptr);
}

Query Query::Over(Schema schema, std::vector<RecordBatch> batches) {
  return Query(query::MakeMemorySource(std::move(schema), std::move(batches)));
}

Query Query::Then(Step step) const {
  Query next = *this;
  std::vector<Step> steps = *steps_;
  steps.push_back(std::move(step));
  next.steps_ = std::make_shared<const std::vector<Step>>(std::move(steps));
  return next;
}

Query Query::Filter(Expression predicate) const {
  return Then({.kind = Step::Kind::kFilter, .expressions = {std::move(predicate)}});
}

namespace {

std::vector<Expression> ExpressionsOf(const std::vector<Selected>& selected) {
  std::vector<Expression> expressions;
  expressions.reserve(selected.size());
  for (const Selected& one : selected) expressions.push_back(one.expression());
  return expressions;
}

}  // namespace

Query Query::Select(const std::vector<Selected>& columns) const {
  return Then({.kind = Step::Kind::kSelect, .expressions = ExpressionsOf(columns)});
}

Query Query::Distinct() const { return Then({.kind = Step::Kind::kDistinct}); }

GroupedQuery Query::GroupBy(const std::vector<Selected>& keys) const {
  return GroupedQuery(*this, ExpressionsOf(keys));
}

Query GroupedQuery::Aggregate(std::vector<ashlar::Aggregate> aggregates) const {
  return query_.Then({.kind = Query::Step::Kind::kAggregate,
                      .expressions = keys_,
                      .aggregates = std::move(aggregates)});
}

Query Query::Aggregate(std::vector<ashlar::Aggregate> aggregates) const {
  return Then({.kind = Step::Kind::kAggregate, .aggregates = std::move(aggregates)});
}

Query Query::OrderBy(std::vector<SortKey> keys) const {
  return Then({.kind = Step::Kind::kOrderBy, .sort = std::move(keys)});
}

Query Query::Head(uint64_t rows, uint64_t skip) const {
  return Then({.kind = Step::Kind::kHead, .rows = rows, .skip = skip});
}

Query Query::Tail(uint64_t rows) const { return Then({.kind = Step::Kind::kTail, .rows = rows}); }

Query Query::Unnest(std::string_view list, bool keep_empty) const {
  return Then({.kind = Step::Kind::kUnnest, .list = std::string(list), .keep_empty = keep_empty});
}

Query Query::Nearest(std::string_view column, std::vector<float> to, uint64_t count,
                     Metric metric) const {
  return OrderBy({Asc(Distance(Col(column), std::move(to), metric))}).Head(count);
}

Query Query::With(QueryOptions options) const {
  Query next = *this;
  next.options_ = std::make_shared<const QueryOptions>(std::move(options));
  return next;
}

const QueryOptions& Query::options() const { return *options_; }

absl::StatusOr<Schema> Query::schema() const {
  ASSIGN_OR_RETURN(const query::Plan plan, query::MakePlan(source_, *steps_));
  return plan.stages.back().schema;
}

absl::StatusOr<std::unique_ptr<QueryResult>> Query::Stream() const {
  return query::StartQuery(source_, *steps_, *options_);
}

namespace {

// Reads a result to its end.
absl::StatusOr<Table> Drain(QueryResult& result) {
  std::vector<RecordBatch> batches;
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, result.Next(&batch));
    if (!more) break;
    if (batch.rows() > 0) batches.push_back(batch);
  }
  return Table(result.schema(), std::move(batches));
}

}  // namespace

absl::StatusOr<Table> Query::Collect(QueryStats* stats) const {
  ASSIGN_OR_RETURN(const std::unique_ptr<QueryResult> result, Stream());
  absl::StatusOr<Table> table = Drain(*result);
  if (stats != nullptr) *stats = result->stats();
  return table;
}

absl::StatusOr<RecordBatch> Query::Materialize(QueryStats* stats) const {
  QueryStats mine;
  ASSIGN_OR_RETURN(const Table table, Collect(&mine));
  std::vector<Column> columns;
  for (size_t field = 0; field < table.schema().size(); ++field) {
    std::vector<columnar::ColumnPiece> pieces;
    for (const RecordBatch& batch : table.batches()) {
      pieces.push_back({&batch.column(field), 0, batch.rows()});
    }
    ASSIGN_OR_RETURN(Column column,
                     columnar::MakeCanonical(table.schema().field(field).type, pieces));
    columns.push_back(std::move(column));
  }
  for (const Column& column : columns) mine.bytes_copied += query::ViewBytes(column);
  mine.rows_materialized += static_cast<uint64_t>(table.rows());
  if (stats != nullptr) *stats = mine;
  source_->CountMaterialized(static_cast<uint64_t>(table.rows()));
  return RecordBatch::Make(table.schema(), std::move(columns));
}

absl::StatusOr<uint64_t> Query::Count(QueryStats* stats) const {
  ASSIGN_OR_RETURN(const Table table, Aggregate({ashlar::Count()}).Collect(stats));
  ASHLAR_CHECK(table.rows() == 1);
  return static_cast<uint64_t>(table.batches()[0].column(0).GetInt64(0));
}

absl::StatusOr<std::optional<RecordBatch>> Query::FindOne(QueryStats* stats) const {
  ASSIGN_OR_RETURN(const Table table, Head(1).Collect(stats));
  if (table.rows() == 0) return std::optional<RecordBatch>();
  return std::optional<RecordBatch>(table.batches()[0]);
}

absl::StatusOr<bool> Query::Exists(QueryStats* stats) const {
  // Nobody looks at the row, so none of its columns is read.
  const Query any = Select({Expression(true).As("exists")});
  ASSIGN_OR_RETURN(const std::optional<RecordBatch> row, any.FindOne(stats));
  return row.has_value();
}

absl::Status Query::ToArrowStream(ArrowArrayStream* stream) const {
  ASHLAR_CHECK(stream != nullptr);
  stream->release = nullptr;  // on an error nothing is exported
  ASSIGN_OR_RETURN(std::unique_ptr<QueryResult> result, Stream());
  return ExportArrowStream(std::move(result), stream);
}

absl::StatusOr<std::string> Query::Explain() const { return query::ExplainQuery(source_, *steps_); }

}  // namespace ashlar
