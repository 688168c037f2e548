// Stages one after the other; see the header.
#include "src/query/query_run.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/conjuncts.h"
#include "src/query/control.h"
#include "src/query/memory_budget.h"
#include "src/query/memory_source.h"
#include "src/query/query_stats.h"
#include "src/query/sink_run.h"
#include "src/query/stream_run.h"
#include "src/query/take.h"
#include "src/query/top_k_sink.h"

namespace ashlar::query {
namespace {

class QueryRun final : public QueryResult {
 public:
  QueryRun(Plan plan, const QueryOptions& options)
      : plan_(std::move(plan)),
        back_end_(options.interpret ? BackEnd::kInterpreter : BackEnd::kVectorised),
        control_(options, plan_.source->clock()),
        budget_(options.memory_limit),
        kept_(&budget_, "keeping the rows of a step in the middle of a query"),
        threads_(options.threads != 0 ? options.threads : plan_.source->executor().parallelism()) {}

  const Schema& schema() const override { return plan_.stages.back().schema; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    RETURN_IF_ERROR(status_);
    absl::StatusOr<bool> more = Advance(batch);
    status_ = more.status();
    if (more.ok() && *more) stats_.rows_out += static_cast<uint64_t>(batch->rows());
    return more;
  }

  QueryStats stats() const override {
    if (stream_ != nullptr) stream_->AddTo(counted_);
    QueryStats stats = stats_;
    // What later stages read is what the first one kept: only their copies are work of their own.
    stats.bytes_copied += later_.bytes_copied;
    stats.rows_interpreted += later_.rows_interpreted;
    stats.segments_skipped = stats.segments - stats.segments_pruned - stats.segments_scanned;
    stats.threads = threads_;
    stats.peak_memory_bytes = budget_.peak();
    return stats;
  }

 private:
  absl::StatusOr<bool> Advance(RecordBatch* batch) {
    if (!started_) {
      started_ = true;
      RETURN_IF_ERROR(Start());
    }
    RETURN_IF_ERROR(control_.Check());
    if (stream_ != nullptr) return stream_->Next(batch);
    return NextFinished(batch);
  }

  // Up to where the last stage can hand out its first batch.
  absl::Status Start() {
    std::shared_ptr<const Source> source = plan_.source;
    for (size_t i = 0; i < plan_.stages.size(); ++i) {
      const Stage& stage = plan_.stages[i];
      ASSIGN_OR_RETURN(source, StageSource(std::move(source), stage, back_end_, &control_));
      if (i == 0) stats_.segments = source->morsels();
      counted_ = i == 0 ? &stats_ : &later_;
      RETURN_IF_ERROR(Begin(source, stage));
      if (i + 1 == plan_.stages.size()) break;
      ASSIGN_OR_RETURN(source, Keep(stage));
    }
    return absl::OkStatus();
  }

  // All that the stage gives, as the source of the next one.
  absl::StatusOr<std::shared_ptr<const Source>> Keep(const Stage& stage) {
    std::vector<RecordBatch> batches;
    for (RecordBatch batch;;) {
      RETURN_IF_ERROR(control_.Check());
      ASSIGN_OR_RETURN(const bool more,
                       stream_ != nullptr ? stream_->Next(&batch) : NextFinished(&batch));
      if (!more) break;
      for (const Column& column : batch.columns()) kept_bytes_ += ViewBytes(column);
      RETURN_IF_ERROR(kept_.GrowTo(kept_bytes_));
      batches.push_back(std::move(batch));
    }
    Leave();
    return MakeMemorySource(stage.schema, std::move(batches), {.name = "result"});
  }

  void Leave() {
    if (stream_ != nullptr) stream_->AddTo(counted_);
    stream_.reset();
    finished_.reset();
    sink_.reset();
  }

  absl::Status Begin(const std::shared_ptr<const Source>& source, const Stage& stage) {
    if (stage.kind == StageKind::kStream) {
      stream_ = std::make_unique<StreamRun>(source, stage, back_end_, &control_, threads_, 0, 0);
      return absl::OkStatus();
    }
    if (stage.kind == StageKind::kTail) return BeginTail(source, stage);
    gathers_ = stage.kind == StageKind::kSort || stage.kind == StageKind::kTopK;
    ASSIGN_OR_RETURN(sink_, MakeSink(source, stage));
    RETURN_IF_ERROR(RunSink(TargetOf(*source, stage), threads_, sink_.get(), counted_));
    ASSIGN_OR_RETURN(finished_, sink_->Finish());
    AddStats(sink_reads_, counted_);
    counted_->chunks_skipped -= std::min(counted_->chunks_skipped, sink_reads_.chunks_touched);
    sink_reads_ = SourceCounters();
    return absl::OkStatus();
  }

  // The next batch of a sink's result. Rows that were put in order are copies.
  absl::StatusOr<bool> NextFinished(RecordBatch* batch) {
    ASSIGN_OR_RETURN(const bool more, finished_->Next(batch));
    if (!more || !gathers_) return more;
    for (const Column& column : batch->columns()) counted_->bytes_copied += ViewBytes(column);
    return true;
  }

  // Fields that filters and sort keys have read of every morsel that has a winner.
  static std::vector<size_t> FieldsOfSearch(const Stage& stage) {
    std::vector<size_t> fields;
    const auto add = [&](const BoundExpression& expression) {
      for (const size_t slot : SlotsOf(expression)) fields.push_back(stage.inputs[slot].field);
    };
    for (const BoundPtr& conjunct : stage.conjuncts) add(*conjunct);
    for (const BoundSortKey& key : stage.sort) add(*key.expression);
    return fields;
  }

  ScanTarget TargetOf(const Source& source, const Stage& stage) const {
    return {.source = &source,
            .inputs = &stage.inputs,
            .conjuncts = &stage.conjuncts,
            .control = &control_,
            .back_end = back_end_};
  }

  absl::StatusOr<std::unique_ptr<Sink>> MakeSink(std::shared_ptr<const Source> source,
                                                 const Stage& stage) {
    if (stage.kind == StageKind::kAggregate) {
      return MakeAggregateSink(stage.keys, stage.key_names, stage.aggregates, back_end_, &budget_);
    }
    if (stage.kind == StageKind::kSort) {
      return MakeSortSink(stage.outputs, stage.schema, stage.sort, back_end_, &budget_,
                          &sink_reads_, &control_);
    }
    ASHLAR_CHECK(stage.kind == StageKind::kTopK);
    return MakeTopKSink(stage.outputs, stage.schema, stage.sort, stage.limit, stage.skip, back_end_,
                        &budget_, std::move(source), &stage.inputs, &sink_reads_, &control_,
                        FieldsOfSearch(stage));
  }

  // Counts from the end how far back the last rows reach, then streams from there: nothing before
  // is read, and nothing is kept.
  absl::Status BeginTail(const std::shared_ptr<const Source>& source, const Stage& stage) {
    uint64_t found = 0;
    size_t first = source->morsels();
    {
      ZoneScan scan(TargetOf(*source, stage));
      while (first > 0 && found < stage.limit) {
        ASSIGN_OR_RETURN(const uint64_t rows, CountMorsel(&scan, --first));
        found += rows;
      }
    }
    const uint64_t skip = found > stage.limit ? found - stage.limit : 0;
    stream_ =
        std::make_unique<StreamRun>(source, stage, back_end_, &control_, threads_, first, skip);
    return absl::OkStatus();
  }

  static absl::StatusOr<uint64_t> CountMorsel(ZoneScan* scan, size_t morsel) {
    ASSIGN_OR_RETURN(const bool begun, scan->Begin(morsel));
    uint64_t rows = 0;
    ZoneRange zone;
    Bits selection;
    while (begun) {
      ASSIGN_OR_RETURN(const int64_t selected, scan->Next(&zone, &selection));
      if (selected == 0) break;
      rows += static_cast<uint64_t>(selected);
    }
    scan->End();
    return rows;
  }

  const Plan plan_;
  const BackEnd back_end_;
  const QueryControl control_;
  MemoryBudget budget_;
  MemoryShare kept_;
  uint64_t kept_bytes_ = 0;
  const size_t threads_;
  bool started_ = false;
  absl::Status status_;
  mutable QueryStats stats_;
  mutable QueryStats later_;  // of the stages after the first
  QueryStats* counted_ = &stats_;
  SourceCounters sink_reads_;  // of the current stage's sink: fetching winners, keeping rows
  std::unique_ptr<StreamRun> stream_;
  std::unique_ptr<Sink> sink_;  // behind `finished_`
  std::unique_ptr<BatchReader> finished_;
  bool gathers_ = false;  // `finished_` copies rows
};

}  // namespace

absl::StatusOr<std::unique_ptr<QueryResult>> StartQuery(std::shared_ptr<const Source> source,
                                                        const std::vector<Query::Step>& steps,
                                                        const QueryOptions& options) {
  ASSIGN_OR_RETURN(Plan plan, MakePlan(std::move(source), steps));
  return std::make_unique<QueryRun>(std::move(plan), options);
}

}  // namespace ashlar::query
