// `ashlar query`: the rows that a question asks for.
//
// Owns: printing what the steps give while it comes. Does not own: the steps (query_steps.h).
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
#include "tools/ashlar/query_steps.h"

namespace ashlar::tools {
namespace {

// Rows that a reader waits for should not stay in a buffer, but not each deserves a system call.
constexpr std::chrono::milliseconds kFlushEvery{100};

std::chrono::nanoseconds Now() { return base::SystemClock()->Monotonic(); }

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
  const Query query = BuildQuery(command, dataset.All()).With(OptionsOf(command));
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
