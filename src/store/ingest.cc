// Batch by batch through the cutter; see the header.
#include "src/store/ingest.h"

#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/store/batch_adapter.h"
#include "src/store/segment_cutter.h"

namespace ashlar::store {

absl::StatusOr<Ingested> IngestRows(const manifest::DatasetState& state, BatchReader& batches,
                                    std::optional<uint64_t> rows_hint, SegmentSink& sink) {
  // An empty stream of the wrong schema is as wrong as a full one.
  ASSIGN_OR_RETURN(const RecordBatch none, RecordBatchBuilder(batches.schema()).Finish());
  RETURN_IF_ERROR(AdaptBatch(none, state.schema, state.name).status());
  Ingested ingested;
  SegmentCutter cutter(state.chunker, rows_hint);
  std::vector<RowRun> ready;
  const auto write_ready = [&]() -> absl::Status {
    for (const RowRun& run : ready) {
      ASSIGN_OR_RETURN(auto meta, sink.Write(state.schema, state.storage, run, &ingested.stats));
      ingested.segments.push_back({std::move(meta), 0});
    }
    ready.clear();
    return absl::OkStatus();
  };
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, batches.Next(&batch));
    if (!more) break;
    ASSIGN_OR_RETURN(batch, AdaptBatch(batch, state.schema, state.name));
    cutter.Add(batch, &ready);
    RETURN_IF_ERROR(write_ready());
  }
  cutter.Finish(&ready);
  RETURN_IF_ERROR(write_ready());
  // An empty first write decides nothing.
  ingested.chunker = ingested.segments.empty() ? state.chunker : cutter.params();
  return ingested;
}

}  // namespace ashlar::store
