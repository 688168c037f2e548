// Writing to keyed datasets: rows sorted into segments, and the rows that they make dead.
//
// Owns: sorting by key, of rows with one key keeping the last, cutting at boundaries that depend on
// keys alone (each partition by itself), and killing the rows that are superseded or deleted,
// whatever partition they are in. Does not own: files (segment_sink.h), partitions
// (partition_rows.h), keys (columnar/key_codec.h), publication (commit.h).
//
// What a transaction writes is resolved at once against the dataset as the transaction sees it, for
// its own reads. Another transaction may publish in between: then the keys that were touched are
// resolved again at the commit, against what is there by then, and nothing else is done twice.
#ifndef ASHLAR_SRC_STORE_KEYED_WRITE_H_
#define ASHLAR_SRC_STORE_KEYED_WRITE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/stats.h"
#include "src/columnar/encoded_keys.h"
#include "src/manifest/manifest.h"
#include "src/store/placed_rows.h"
#include "src/store/segment_cache.h"
#include "src/store/segment_sink.h"

namespace ashlar::store {

// What a transaction has done to a keyed dataset, beside the state that results.
struct KeyedChange {
  // Keys that were written or deleted.
  std::vector<std::shared_ptr<const columnar::EncodedKeys>> touched;
  absl::flat_hash_set<uint64_t> segments;  // ids of those that it wrote
};

// Rows in the order of their keys, no key twice.
struct SortedRows {
  std::shared_ptr<const RecordBatch> rows;
  columnar::EncodedKeys keys;
};

// Before a first write that is but a part of what is to come: its rows then do not tell how large
// segments should be, and the largest are taken.
void ExpectManyRows(manifest::DatasetState* state);

// `batches` are adapted to the state's schema. Writes their rows as segments of `state`, behind the
// ones that are there, and kills the rows that they supersede. On an error the state is of no use.
[[nodiscard]] absl::Status UpsertRows(const std::vector<RecordBatch>& batches, SegmentCache& cache,
                                      SegmentSink& sink, manifest::DatasetState* state,
                                      KeyedChange* change, WriteStats* stats);

// The same for rows that are sorted already, in one piece or wherever they lie.
[[nodiscard]] absl::Status UpsertSorted(SortedRows sorted, SegmentCache& cache, SegmentSink& sink,
                                        manifest::DatasetState* state, KeyedChange* change,
                                        WriteStats* stats);
[[nodiscard]] absl::Status UpsertPlaced(PlacedRows rows, columnar::EncodedKeys keys,
                                        SegmentCache& cache, SegmentSink& sink,
                                        manifest::DatasetState* state, KeyedChange* change,
                                        WriteStats* stats);

// Kills the rows that have these keys.
[[nodiscard]] absl::Status DeleteRows(columnar::EncodedKeys keys, SegmentCache& cache,
                                      manifest::DatasetState* state, KeyedChange* change);

// What `change`, which made `pending` of an older state, makes of `now`.
[[nodiscard]] absl::StatusOr<manifest::DatasetState> Rebase(
    const KeyedChange& change, const manifest::DatasetState& pending,
    const std::shared_ptr<const manifest::DatasetState>& now, SegmentCache& cache);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEYED_WRITE_H_
