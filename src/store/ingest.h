// Writing rows in their order: a stream becomes segments of an ordered dataset.
//
// Owns: fitting batches to the dataset, and cutting them by its chunker, which the first write may
// decide. Does not own: what is skipped or referred to (segment_sink.h), nor rows by key
// (keyed_write.h).
#ifndef ASHLAR_SRC_STORE_INGEST_H_
#define ASHLAR_SRC_STORE_INGEST_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/stats.h"
#include "src/columnar/chunker.h"
#include "src/manifest/manifest.h"
#include "src/store/segment_sink.h"

namespace ashlar::store {

struct Ingested {
  std::vector<manifest::SegmentEntry> segments;
  columnar::ChunkerParams chunker;
  WriteStats stats;
};

// InvalidArgument as AdaptBatch() says; what was written by then is the sink's to settle.
[[nodiscard]] absl::StatusOr<Ingested> IngestRows(const manifest::DatasetState& state,
                                                  BatchReader& batches,
                                                  std::optional<uint64_t> rows_hint,
                                                  SegmentSink& sink);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_INGEST_H_
