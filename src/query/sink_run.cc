// Tasks of whole morsels, parts merged in their order; see the header.
#include "src/query/sink_run.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/executor.h"
#include "src/query/query_stats.h"

namespace ashlar::query {
namespace {

// Rows of a task: enough that a part of its own costs nothing, few enough to share out.
constexpr int64_t kTaskRows = int64_t{256} << 10;

struct Task {
  size_t begin = 0;  // morsels
  size_t end = 0;
};

std::vector<Task> CutTasks(const Source& source) {
  std::vector<Task> tasks;
  int64_t rows = 0;
  for (size_t morsel = 0; morsel < source.morsels(); ++morsel) {
    if (tasks.empty() || rows >= kTaskRows) {
      tasks.push_back({morsel, morsel});
      rows = 0;
    }
    tasks.back().end = morsel + 1;
    rows += source.rows(morsel);
  }
  return tasks;
}

class SinkRun {
 public:
  SinkRun(const ScanTarget& target, Sink* sink)
      : target_(target), sink_(sink), tasks_(CutTasks(*target.source)) {}

  absl::Status Run(size_t threads, QueryStats* stats) {
    base::RunOnThreads(target_.source->executor(), std::min(threads, tasks_.size()),
                       [this] { Work(); });
    AddStats(stats_, stats);
    return first_error_;
  }

 private:
  // Takes tasks until none is left or one has failed. Tasks are taken in order, so all before a
  // failed one are done by then, and the first error in row order is known.
  void Work() {
    ZoneScan scan(target_);
    while (true) {
      size_t number = 0;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == tasks_.size() || failed_ <= next_) break;
        number = next_++;
      }
      absl::StatusOr<std::unique_ptr<SinkPart>> part = Fill(&scan, tasks_[number]);
      const std::lock_guard lock(mutex_);
      if (!part.ok()) {
        Fail(number, part.status());
        continue;
      }
      finished_.emplace(number, *std::move(part));
      MergeReady();
    }
    const std::lock_guard lock(mutex_);
    scan.AddTo(&stats_);
  }

  absl::StatusOr<std::unique_ptr<SinkPart>> Fill(ZoneScan* scan, const Task& task) {
    ASSIGN_OR_RETURN(std::unique_ptr<SinkPart> part, sink_->NewPart());
    for (size_t morsel = task.begin; morsel < task.end && !part->satisfied(); ++morsel) {
      ASSIGN_OR_RETURN(const bool begun, scan->Begin(morsel));
      if (!begun) continue;
      RETURN_IF_ERROR(part->BeginMorsel(scan->morsel(), morsel));
      ZoneRange zone;
      Bits selection;
      while (!part->satisfied()) {
        ASSIGN_OR_RETURN(const int64_t count, scan->Next(&zone, &selection));
        if (count == 0) break;
        RETURN_IF_ERROR(part->Consume(zone, selection, count));
      }
      RETURN_IF_ERROR(part->EndMorsel());
      scan->End();
    }
    return part;
  }

  void MergeReady() {
    for (auto next = finished_.find(merged_); next != finished_.end() && merged_ < failed_;
         next = finished_.find(merged_)) {
      // A merge may take as long as many zones.
      absl::Status status = target_.control->Check();
      if (status.ok()) status = sink_->Merge(std::move(next->second));
      finished_.erase(next);
      if (!status.ok()) Fail(merged_, status);
      ++merged_;
    }
  }

  void Fail(size_t number, const absl::Status& status) {
    if (number >= failed_) return;
    failed_ = number;
    first_error_ = status;
  }

  const ScanTarget target_;
  Sink* const sink_;
  const std::vector<Task> tasks_;
  std::mutex mutex_;
  // All below is guarded by mutex_ while threads run.
  size_t next_ = 0;
  size_t merged_ = 0;
  size_t failed_ = SIZE_MAX;
  absl::Status first_error_;
  std::map<size_t, std::unique_ptr<SinkPart>> finished_;
  QueryStats stats_;
};

}  // namespace

absl::Status RunSink(const ScanTarget& target, size_t threads, Sink* sink, QueryStats* stats) {
  return SinkRun(target, sink).Run(threads, stats);
}

}  // namespace ashlar::query
