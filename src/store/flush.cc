// Memtables to changes, and the flush of a whole store; see the header.
#include "src/store/flush.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/chunker.h"
#include "src/log/memtable_order.h"
#include "src/log/memtable_rows.h"
#include "src/log/memtable_view.h"
#include "src/store/commit.h"
#include "src/store/ingest.h"
#include "src/store/obsolete_logs.h"
#include "src/store/pinned_view.h"

namespace ashlar::store {
namespace {

using manifest::DatasetState;

// All rows of an ordered memtable, chunk by chunk.
class MemtableReader final : public BatchReader {
 public:
  explicit MemtableReader(log::MemtableView view) : view_(std::move(view)) {}
  const Schema& schema() const override { return view_.schema(); }
  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    if (next_ == view_.chunks()) return false;
    *batch = log::ReadChunk(view_, next_++);
    return true;
  }

 private:
  const log::MemtableView view_;
  size_t next_ = 0;
};

absl::Status WriteKeyed(const log::MemtableView& view, SegmentCache& cache, SegmentSink& sink,
                        DatasetChange* change, WriteStats* stats) {
  log::MemtableOrder order = log::SortMemtable(view);
  if (order.deleted.rows > 0) {
    RETURN_IF_ERROR(DeleteRows(std::move(order.deleted), cache, &change->pending, &change->keyed));
  }
  if (order.rows.empty()) return absl::OkStatus();
  // As much as memory is given may come again and again, and a few files each time are enough.
  if (order.keys.rows >= columnar::kMaxTargetRows) ExpectManyRows(&change->pending);
  PlacedRows::Batches chunks;
  for (size_t chunk = 0; chunk < view.chunks(); ++chunk) {
    chunks.push_back(std::make_shared<const RecordBatch>(log::ReadChunk(view, chunk)));
  }
  return UpsertPlaced(PlacedRows(std::move(chunks), order.rows), std::move(order.keys), cache, sink,
                      &change->pending, &change->keyed, stats);
}

absl::Status WriteOrdered(const log::MemtableView& view, SegmentSink& sink, DatasetChange* change,
                          WriteStats* stats) {
  MemtableReader rows(view);
  ASSIGN_OR_RETURN(Ingested ingested, IngestRows(change->pending, rows, std::nullopt, sink));
  change->pending.chunker = ingested.chunker;
  for (manifest::SegmentEntry& entry : ingested.segments) {
    change->appended.push_back(entry);
    change->pending.segments.push_back(std::move(entry));
  }
  manifest::CountRows(&change->pending);
  AddWriteStats(ingested.stats, stats);
  return absl::OkStatus();
}

// What the memtables have up to `sequence`.
absl::StatusOr<DatasetFlush> WriteDataset(const std::shared_ptr<const DatasetState>& state,
                                          const MemtableList& memtables, uint64_t sequence,
                                          SegmentCache& cache, SegmentSink& sink,
                                          WriteStats* stats) {
  DatasetFlush flush;
  flush.change.before = state;
  flush.change.pending = *state;
  for (const MemtableRef& ref : memtables) {
    const uint64_t last = std::min(ref.memtable->stats().last_sequence, sequence);
    RETURN_IF_ERROR(WriteMemtable(ref.memtable->View(last), cache, sink, &flush.change, stats));
    flush.flushed_up_to = std::max(flush.flushed_up_to, last);
  }
  flush.made = std::make_shared<const DatasetState>(flush.change.pending);
  return flush;
}

}  // namespace

absl::Status WriteMemtable(const log::MemtableView& view, SegmentCache& cache, SegmentSink& sink,
                           DatasetChange* change, WriteStats* stats) {
  return view.keyed() ? WriteKeyed(view, cache, sink, change, stats)
                      : WriteOrdered(view, sink, change, stats);
}

absl::StatusOr<FlushedRows> WriteMemtables(const StoreView& view, SegmentCache& cache,
                                           SegmentSink& sink, WriteStats* stats) {
  FlushedRows flushed;
  for (const auto& [name, state] : view.manifest->datasets) {
    const MemtableList* const memtables = view.FindMemtables(state->id);
    if (memtables == nullptr) continue;
    for (const MemtableRef& ref : *memtables) ASHLAR_CHECK(ref.memtable->sealed());
    ASSIGN_OR_RETURN(DatasetFlush flush,
                     WriteDataset(state, *memtables, UINT64_MAX, cache, sink, stats));
    flushed.emplace(name, std::move(flush));
  }
  return flushed;
}

absl::StatusOr<DatasetFlush> WriteBelow(const StoreView& view,
                                        const std::shared_ptr<const DatasetState>& state,
                                        uint64_t sequence, SegmentCache& cache, SegmentSink& sink) {
  const MemtableList* const memtables = view.FindMemtables(state->id);
  ASHLAR_CHECK(memtables != nullptr);
  WriteStats stats;  // of rows that other commits have counted
  return WriteDataset(state, *memtables, sequence, cache, sink, &stats);
}

bool IsAllInMemory(const DatasetFlush& flush, const StoreView& view) {
  const DatasetState& before = *flush.change.before;
  const auto found = view.manifest->datasets.find(before.name);
  return found != view.manifest->datasets.end() && found->second == flush.change.before &&
         view.FindMemtables(before.id) != nullptr &&
         ContentSequence(before, view) == flush.flushed_up_to;
}

absl::Status FlushSealed(StoreCore& core, const StoreView& view, uint64_t log_number) {
  UnpublishedFiles files(core, UnpublishedFiles::Purpose::kFlush);
  WriteStats stats;
  ASSIGN_OR_RETURN(const FlushedRows flushed,
                   WriteMemtables(view, *core.cache, files.sink(), &stats));
  const ContentChange content{.changes = {}, .flushed = &flushed, .log_number = log_number};
  return PublishContent(core, content, files, stats).status();
}

namespace {

// What an earlier flush has sealed and could not write: first of all, and without another log file.
absl::Status FlushLeftovers(StoreCore& core) ABSL_EXCLUSIVE_LOCKS_REQUIRED(core.flush_mutex) {
  const PinnedView pinned = PinCurrent(core);
  StoreView sealed = *pinned.view;
  for (auto dataset = sealed.memtables.begin(); dataset != sealed.memtables.end();) {
    std::erase_if(dataset->second, [](const MemtableRef& ref) { return !ref.memtable->sealed(); });
    dataset = dataset->second.empty() ? sealed.memtables.erase(dataset) : std::next(dataset);
  }
  if (sealed.memtables.empty()) return absl::OkStatus();
  return FlushSealed(core, sealed, core.queue->position().number);
}

}  // namespace

absl::Status FlushStore(StoreCore& core) {
  base::MutexLock flushing(core.flush_mutex);
  // Also what nobody waits for.
  RETURN_IF_ERROR(core.queue->Flush());
  RETURN_IF_ERROR(FlushLeftovers(core));
  const bool frees_logs =
      core.queue->stats().groups > 0 && core.queue->position().number > core.current()->oldest_log;
  if (core.view->current()->memtables.empty() && !frees_logs) return absl::OkStatus();
  uint64_t log_number = 0;
  PinnedView pinned;
  RETURN_IF_ERROR(core.queue->Exclusive([&](uint64_t, log::CommitLog& log) {
    core.view->SealAll();
    // Taken before anybody can commit into a new memtable.
    pinned = PinCurrent(core);
    // On a full disk the log goes on where it is, and is freed by a later flush.
    const absl::Status rolled = log.Roll();
    log_number = log.position().number;
    return absl::IsResourceExhausted(rolled) ? absl::OkStatus() : rolled;
  }));
  RETURN_IF_ERROR(FlushSealed(core, *pinned.view, log_number));
  RecycleLogs(core);
  return absl::OkStatus();
}

}  // namespace ashlar::store
