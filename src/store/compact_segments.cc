// Plan, write, publish, collect; see the header.
#include "src/store/compact_segments.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ashlar/status_macros.h"
#include "src/compaction/reclaim_policy.h"
#include "src/io/file_names.h"
#include "src/manifest/edit.h"
#include "src/store/compacted_run.h"
#include "src/store/garbage.h"
#include "src/store/partition_rows.h"
#include "src/store/pinned_view.h"
#include "src/store/rewrite_segments.h"
#include "src/store/unpublished_files.h"
#include "src/store/wanted_datasets.h"

namespace ashlar::store {
namespace {

using manifest::DatasetState;
using manifest::SegmentEntry;
using manifest::VersionSet;
using Segments = std::vector<SegmentEntry>;
using StatePointer = std::shared_ptr<const DatasetState>;

constexpr compaction::TaskLimits kTaskLimits{.rows = static_cast<uint64_t>(kRowsAtOnce),
                                             .bytes = kBytesAtOnce};
// Each round leaves a small part of what the one before it found; more of them are only needed
// where writers go on killing rows all the time.
constexpr int kMaxRounds = 16;

// Null when there is no such dataset any more.
StatePointer FindDataset(const manifest::Manifest& manifest, uint64_t id) {
  for (const auto& [name, state] : manifest.datasets) {
    if (state->id == id) return state;
  }
  return nullptr;
}

uint64_t FileBytes(const Segments& segments) {
  uint64_t bytes = 0;
  for (const SegmentEntry& entry : segments) bytes += entry.meta->file.bytes;
  return bytes;
}

// Dead ones included.
uint64_t AllRows(const Segments& segments) {
  uint64_t rows = 0;
  for (const SegmentEntry& entry : segments) rows += entry.meta->rows;
  return rows;
}

std::vector<std::shared_ptr<const manifest::SegmentMeta>> MetasOf(const Segments& segments) {
  std::vector<std::shared_ptr<const manifest::SegmentMeta>> metas;
  for (const SegmentEntry& entry : segments) metas.push_back(entry.meta);
  return metas;
}

// A number for the partition of each segment that a task may take.
absl::StatusOr<std::vector<uint64_t>> PartitionsOf(const DatasetState& state, SegmentCache& cache) {
  const std::vector<Field> fields = PartitionFields(state);
  std::vector<uint64_t> partitions;
  if (fields.empty()) return partitions;
  absl::flat_hash_map<std::string, uint64_t> numbers;
  for (const SegmentEntry& entry : state.segments) {
    partitions.push_back(0);
    if (!compaction::IsReclaimable(entry, state.chunker)) continue;
    ASSIGN_OR_RETURN(const segment::SegmentReader reader, cache.OpenReader(entry.meta));
    std::vector<Column> columns;
    for (const Field& field : fields) {
      ASSIGN_OR_RETURN(Column column, reader.ReadColumn(field));
      columns.push_back(std::move(column));
    }
    std::vector<const Column*> all;
    for (const Column& column : columns) all.push_back(&column);
    // All rows are of one partition, the dead ones, too.
    const auto number = numbers.try_emplace(PartitionName(all, 0), numbers.size() + 1).first;
    partitions.back() = number->second;
  }
  return partitions;
}

class Compactor {
 public:
  Compactor(StoreCore& core, const CompactOptions& options) : core_(core), options_(options) {}

  absl::StatusOr<CompactReport> Run() {
    const std::shared_ptr<const VersionSet> set = core_.current();
    RETURN_IF_ERROR(CheckKnown(options_.datasets, set->current()->datasets));
    for (const auto& [name, state] : set->current()->datasets) {
      if (IsWanted(options_.datasets, name)) RETURN_IF_ERROR(CompactDataset(state->id));
    }
    return std::move(report_);
  }

 private:
  absl::Status CompactDataset(uint64_t id) {
    for (int round = 0; round < kMaxRounds; ++round) {
      ASSIGN_OR_RETURN(const std::vector<Segments> tasks, PlanRound(id));
      if (tasks.empty() || options_.dry_run) return absl::OkStatus();
      for (const Segments& inputs : tasks) RETURN_IF_ERROR(Carry(id, inputs));
    }
    return absl::OkStatus();
  }

  // What there is to do by now; a dry run reports it.
  absl::StatusOr<std::vector<Segments>> PlanRound(uint64_t id) {
    const PinnedView pinned = PinCurrent(core_);
    std::vector<Segments> tasks;
    const StatePointer state = FindDataset(*pinned.view->manifest, id);
    if (state == nullptr) return tasks;
    ASSIGN_OR_RETURN(const std::vector<uint64_t> partitions, PartitionsOf(*state, *core_.cache));
    for (const auto& task : compaction::PlanReclaim(*state, partitions, kTaskLimits)) {
      Segments inputs;
      for (const size_t at : task.positions) inputs.push_back(state->segments[at]);
      if (options_.dry_run) {
        CompactedSegments& report = AddReport(state->name, inputs);
        report.rows = task.live_rows;
        report.dead_rows = task.dead_rows;
      }
      tasks.push_back(std::move(inputs));
    }
    return tasks;
  }

  absl::Status Carry(uint64_t id, const Segments& inputs) {
    std::optional<PinnedView> pinned = PinCurrent(core_);
    const StatePointer state = FindDataset(*pinned->view->manifest, id);
    if (state == nullptr) return Abandon();
    UnpublishedFiles files(core_, UnpublishedFiles::Purpose::kCompact);
    for (const SegmentEntry& entry : inputs) files.sink().LeaveOut(entry.meta->file.id);
    ASSIGN_OR_RETURN(const std::optional<CompactedRun> run,
                     CompactedRun::Write(*state, inputs, *core_.cache, files.sink()));
    if (!run.has_value()) return Abandon();
    ASSIGN_OR_RETURN(const std::optional<Segments> published, Publish(id, *run, files));
    if (!published.has_value()) return Abandon();
    pinned.reset();  // or the old files would stay
    Report(state->name, *run, *published);
    Collect(run->inputs());
    return absl::OkStatus();
  }

  absl::Status Abandon() {
    ++report_.tasks_abandoned;
    return absl::OkStatus();
  }

  // The new segments, as they are listed now; nothing when the old ones are not any more.
  absl::StatusOr<std::optional<Segments>> Publish(uint64_t id, const CompactedRun& run,
                                                  UnpublishedFiles& files) {
    RETURN_IF_ERROR(files.sink().Settle());
    if (!files.sink().written().empty()) {
      RETURN_IF_ERROR(core_.publisher->SyncDirectory(*core_.files, io::kSegmentsDirectory));
    }
    std::optional<Segments> listed;
    const auto make_edit = [&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
      manifest::ManifestEdit edit;
      const StatePointer now = FindDataset(*base.current(), id);
      if (now == nullptr) return edit;
      ASSIGN_OR_RETURN(auto dataset, run.EditOf(*now, *core_.cache));
      if (!dataset.has_value()) return edit;
      listed = dataset->splices.front().inserted;
      edit.compactions.push_back(*std::move(dataset));
      const uint64_t next_segment_id = core_.next_segment_id.load();
      if (next_segment_id != base.next_segment_id) edit.next_segment_id = next_segment_id;
      return edit;
    };
    const auto published = core_.publisher->Publish(make_edit);
    // After an unknown outcome the files may be named by the durable manifest: they must stay.
    if (!published.ok() && core_.publisher->failed()) files.Keep();
    RETURN_IF_ERROR(published.status());
    if (listed.has_value()) files.Settle(MetasOf(*listed));
    return listed;
  }

  // The edit is durable: what cannot be removed now is removed later.
  void Collect(const Segments& inputs) {
    std::vector<uint64_t> replaced;
    for (const SegmentEntry& entry : inputs) replaced.push_back(entry.meta->file.id);
    const absl::StatusOr<ExpireReport> collected = CollectReplaced(core_, replaced);
    if (!collected.ok()) return;
    report_.files_removed += collected->files_removed;
    report_.bytes_removed += collected->bytes_removed;
  }

  CompactedSegments& AddReport(const std::string& dataset, const Segments& inputs) {
    CompactedSegments& report = report_.tasks.emplace_back();
    report.dataset = dataset;
    report.segments_in = inputs.size();
    report.bytes_in = FileBytes(inputs);
    return report;
  }

  void Report(const std::string& dataset, const CompactedRun& run, const Segments& published) {
    CompactedSegments& report = AddReport(dataset, run.inputs());
    report.segments_out = published.size();
    report.bytes_out = FileBytes(published);
    for (const SegmentEntry& entry : published) report.rows += manifest::LiveRows(entry);
    report.dead_rows = AllRows(run.inputs()) - AllRows(run.outputs());
  }

  StoreCore& core_;
  const CompactOptions& options_;
  CompactReport report_;
};

}  // namespace

absl::StatusOr<CompactReport> CompactSegments(StoreCore& core, const CompactOptions& options) {
  RETURN_IF_ERROR(core.CheckWritable());
  base::MutexLock alone(core.compact_mutex);
  return Compactor(core, options).Run();
}

}  // namespace ashlar::store
