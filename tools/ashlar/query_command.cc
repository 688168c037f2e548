// `ashlar query`: the rows that a question asks for.
//
// Owns: the order of the steps, and printing what they give while it comes. Does not own: their
// meaning (include/ashlar/query.h), nor the text of expressions.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/clock.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/dataset_writer.h"
#include "tools/ashlar/open_store.h"
#include "tools/ashlar/query_stats_text.h"

namespace ashlar::tools {
namespace {

// Rows that a reader waits for should not stay in a buffer, but not each deserves a system call.
constexpr std::chrono::milliseconds kFlushEvery{100};

std::chrono::nanoseconds Now() { return base::SystemClock()->Monotonic(); }

Query Group(const QueryCommand& command, Query rows) {
  if (command.group_by.empty() && command.aggregates.empty()) return rows;
  Query groups = command.group_by.empty() ? rows.Aggregate(command.aggregates)
                 : command.aggregates.empty()
                     ? rows.Select(command.group_by).Distinct()
                     : rows.GroupBy(command.group_by).Aggregate(command.aggregates);
  return command.having.has_value() ? groups.Filter(*command.having) : groups;
}

Query Cut(const QueryCommand& command, Query rows) {
  if (command.tail.has_value()) return rows.Tail(*command.tail);
  if (!command.limit.has_value() && command.skip == 0) return rows;
  return rows.Head(command.limit.value_or(UINT64_MAX), command.skip);
}

Query Build(const QueryCommand& command, Query rows) {
  if (!command.unnest.empty()) rows = rows.Unnest(command.unnest);
  if (command.where.has_value()) rows = rows.Filter(*command.where);
  rows = Group(command, std::move(rows));
  Query selected = command.select.empty() ? rows : rows.Select(command.select);
  if (command.distinct) selected = selected.Distinct();
  if (command.order_by.empty()) return Cut(command, std::move(selected));
  Query sorted = selected.OrderBy(command.order_by);
  if (!command.select.empty() && !command.distinct && !sorted.schema().ok()) {
    // The keys may be columns that --select leaves out.
    const Query before = rows.OrderBy(command.order_by);
    if (before.schema().ok()) return Cut(command, before).Select(command.select);
  }
  return Cut(command, std::move(sorted));
}

QueryOptions OptionsOf(const QueryCommand& command) {
  QueryOptions options;
  options.threads = static_cast<size_t>(command.threads);
  options.timeout = command.timeout;
  return options;
}

absl::Status PrintRows(BatchReader& rows, ExportWriter& writer, Console& console,
                       QueryTimes* times) {
  const std::chrono::nanoseconds start = Now();
  std::chrono::nanoseconds flushed{};
  absl::Status status;
  while (status.ok()) {
    RecordBatch batch;
    const absl::StatusOr<bool> found = rows.Next(&batch);
    status = found.status();
    if (!status.ok() || !*found) break;
    const std::chrono::nanoseconds now = Now();
    if (!times->first_batch.has_value()) times->first_batch = now - start;
    status = writer.Write(batch);
    if (status.ok() && now - flushed >= kFlushEvery) {
      status = console.Flush();
      flushed = now;
    }
  }
  if (status.ok()) status = writer.Finish();
  times->whole = Now() - start;
  return status;
}

void PrintStats(const QueryStats& stats, const QueryTimes& times, OutputFormat format,
                Console& console) {
  const bool json = format == OutputFormat::kJson || format == OutputFormat::kJsonl;
  console.Raw(json ? DescribeQuery(stats, times).ToText() + '\n' : QueryStatsText(stats, times));
}

}  // namespace

absl::Status Run(const QueryCommand& command, Console& console) {
  // Both are held to the end: they keep a writer from removing what is still to be read.
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
  ASSIGN_OR_RETURN(const Snapshot snapshot, SnapshotAt(*store, command.at));
  ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(command.dataset));
  const Query query = Build(command, dataset.All()).With(OptionsOf(command));
  if (command.explain) {
    ASSIGN_OR_RETURN(std::string plan, query.Explain());
    if (!plan.ends_with('\n')) plan += '\n';
    return console.Write(plan);
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<QueryResult> rows, query.Stream());
  const std::unique_ptr<ExportWriter> writer =
      MakeDatasetWriter(console.Resolve(command.format), console, console, rows->schema());
  QueryTimes times;
  const absl::Status status = PrintRows(*rows, *writer, console, &times);
  if (command.stats) PrintStats(rows->stats(), times, command.format, console);
  return status;
}

}  // namespace ashlar::tools
