// Query: reading rows by what they say. One pipeline for memory batches and stored datasets.
//
// Owns: building a query step by step and running it. Does not own: expressions (expression.h),
// snapshots (snapshot.h). A query is an immutable value, cheap to copy; each step returns a new
// one. Steps are checked when the query runs: InvalidArgument or NotFound name the mistake, before
// any column is read. A query pins what it reads, so it stays valid after snapshot and store are
// gone.
//
// Results stream batch by batch and do not depend on the number of threads: rows keep the order of
// their source (or that of the last OrderBy; groups come in the order of their first rows). Columns
// of streamed batches may be views in a stored encoding; Materialize() alone decodes and copies
// all.
#ifndef ASHLAR_QUERY_H_
#define ASHLAR_QUERY_H_

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/arrow.h"
#include "ashlar/column.h"
#include "ashlar/expression.h"

namespace ashlar {

namespace query {
class Source;
struct Plan;
}  // namespace query

// What a query did. Complete once its result was read to the end, or dropped. Segments, zones and
// rows are those of its source; steps behind a group or an order work on what that left.
struct QueryStats {
  uint64_t segments = 0;          // morsels of the source: segments, or batches in memory
  uint64_t segments_pruned = 0;   // by statistics, without reading a row
  uint64_t segments_skipped = 0;  // never reached, thanks to early exit
  uint64_t segments_scanned = 0;
  uint64_t zones = 0;          // of the segments that were scanned
  uint64_t zones_pruned = 0;   // by their zone maps
  uint64_t zones_skipped = 0;  // never reached, thanks to early exit
  uint64_t zones_scanned = 0;
  uint64_t chunks_touched = 0;  // column chunks that were read
  uint64_t chunks_skipped = 0;  // of scanned or pruned segments, never read
  uint64_t chunks_decoded = 0;  // of those touched: had to be unpacked or decompressed
  uint64_t bytes_borrowed = 0;  // of chunks viewed where they lie
  uint64_t bytes_copied = 0;    // of chunks that were decoded, and of result columns gathered
  uint64_t rows_in = 0;         // rows of the zones that were scanned
  uint64_t rows_selected = 0;   // that passed the filters
  uint64_t rows_out = 0;
  uint64_t rows_interpreted = 0;  // evaluated row by row for want of a vectorised kernel
  uint64_t rows_materialized = 0;
  uint64_t peak_memory_bytes = 0;  // held by groups, sorts and buffered results
  uint64_t threads = 0;
};

// Stops queries from another thread, within one zone of work each. Thread-safe.
class CancellationToken {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

struct QueryOptions {
  size_t threads = 0;  // 0: as many as the source's store has; 1: the caller's alone
  uint64_t memory_limit = uint64_t{1} << 30;  // bytes of groups, sorts and distinct sets
  std::optional<std::chrono::microseconds> timeout = {};       // from the start; DeadlineExceeded
  std::shared_ptr<const CancellationToken> cancellation = {};  // Cancelled
  bool interpret = false;  // row by row, by the definition of the semantics; for tests and doubts
};

// A finished result: batches of one schema.
class Table {
 public:
  Table() = default;
  Table(Schema schema, std::vector<RecordBatch> batches);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] int64_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<RecordBatch>& batches() const { return batches_; }
  // Row `row` of the table as (batch, row in it); rows are in [0, rows()) (checked).
  [[nodiscard]] std::pair<const RecordBatch*, int64_t> Locate(int64_t row) const;

 private:
  Schema schema_;
  std::vector<RecordBatch> batches_;
  int64_t rows_ = 0;
};

// A BatchReader that knows what it did so far.
class QueryResult : public BatchReader {
 public:
  [[nodiscard]] virtual QueryStats stats() const = 0;
};

class GroupedQuery;

// What a select or a group names: a column by its path, or any expression.
class Selected {
 public:
  Selected(const char* path) : expression_(Col(path)) {}  // NOLINT(google-explicit-constructor)
  Selected(std::string_view path)
      : expression_(Col(path)) {}  // NOLINT(google-explicit-constructor)
  Selected(const std::string& path)
      : expression_(Col(path)) {}  // NOLINT(google-explicit-constructor)
  Selected(Expression expression)  // NOLINT(google-explicit-constructor)
      : expression_(std::move(expression)) {}

  [[nodiscard]] const Expression& expression() const { return expression_; }

 private:
  Expression expression_;
};

// Lists that are made at run time; a braced list is a std::vector<Selected>.
template <typename T>
concept SelectedList =
    std::same_as<T, std::vector<std::string>> || std::same_as<T, std::vector<Expression>>;

class Query {
 public:
  struct Step;
  explicit Query(std::shared_ptr<const query::Source> source);
  // Over batches in memory, which it shares. They must have the schema (checked).
  [[nodiscard]] static Query Over(Schema schema, std::vector<RecordBatch> batches);

  [[nodiscard]] Query Filter(Expression predicate) const;
  // Columns and computed columns, named by As(), else by their path or text.
  [[nodiscard]] Query Select(const std::vector<Selected>& columns) const;
  template <SelectedList List>
  [[nodiscard]] Query Select(const List& columns) const {
    return Select(std::vector<Selected>(columns.begin(), columns.end()));
  }
  [[nodiscard]] Query Distinct() const;
  [[nodiscard]] GroupedQuery GroupBy(const std::vector<Selected>& keys) const;
  template <SelectedList List>
  [[nodiscard]] GroupedQuery GroupBy(const List& keys) const;
  // Over all rows: one row.
  [[nodiscard]] Query Aggregate(std::vector<ashlar::Aggregate> aggregates) const;
  [[nodiscard]] Query OrderBy(std::vector<SortKey> keys) const;
  [[nodiscard]] Query Head(uint64_t rows, uint64_t skip = 0) const;
  [[nodiscard]] Query Tail(uint64_t rows) const;
  // A row for each element of the list column; `keep_empty`: also one, null, for rows without any.
  [[nodiscard]] Query Unnest(std::string_view list, bool keep_empty = false) const;
  // The `count` rows nearest to the vector, nearest first (exact).
  [[nodiscard]] Query Nearest(std::string_view column, std::vector<float> to, uint64_t count,
                              Metric metric = Metric::kL2) const;

  [[nodiscard]] Query With(QueryOptions options) const;
  [[nodiscard]] const QueryOptions& options() const;

  // The result's schema; binds everything, reads nothing.
  [[nodiscard]] absl::StatusOr<Schema> schema() const;
  // Streams the result. Nothing is evaluated before the first Next().
  [[nodiscard]] absl::StatusOr<std::unique_ptr<QueryResult>> Stream() const;
  // All batches of the stream; `stats`, when given, is filled.
  [[nodiscard]] absl::StatusOr<Table> Collect(QueryStats* stats = nullptr) const;
  // One batch of plain columns: the only verb that materialises (counted).
  [[nodiscard]] absl::StatusOr<RecordBatch> Materialize(QueryStats* stats = nullptr) const;
  [[nodiscard]] absl::StatusOr<uint64_t> Count(QueryStats* stats = nullptr) const;
  // The first row, if any; reads no further.
  [[nodiscard]] absl::StatusOr<std::optional<RecordBatch>> FindOne(
      QueryStats* stats = nullptr) const;
  // Whether there is a row at all.
  [[nodiscard]] absl::StatusOr<bool> Exists(QueryStats* stats = nullptr) const;
  // The Arrow C stream takes over the result; it outlives everything else.
  [[nodiscard]] absl::Status ToArrowStream(ArrowArrayStream* stream) const;
  // The plan as text: stages, pushed-down filters, what statistics prune and why. Reads statistics,
  // no rows.
  [[nodiscard]] absl::StatusOr<std::string> Explain() const;

 private:
  friend class GroupedQuery;
  [[nodiscard]] Query Then(Step step) const;

  std::shared_ptr<const query::Source> source_;
  std::shared_ptr<const std::vector<Step>> steps_;
  std::shared_ptr<const QueryOptions> options_;
};

// A query with keys that waits for its aggregates.
class GroupedQuery {
 public:
  // Keys first, then aggregates, a row a group; filter the result to get SQL's `having`.
  [[nodiscard]] Query Aggregate(std::vector<ashlar::Aggregate> aggregates) const;

 private:
  friend class Query;
  GroupedQuery(Query query, std::vector<Expression> keys)
      : query_(std::move(query)), keys_(std::move(keys)) {}
  Query query_;
  std::vector<Expression> keys_;
};

template <SelectedList List>
GroupedQuery Query::GroupBy(const List& keys) const {
  return GroupBy(std::vector<Selected>(keys.begin(), keys.end()));
}

}  // namespace ashlar

#endif  // ASHLAR_QUERY_H_
