// Batches and streams to and from every consumer and producer of the Arrow C interfaces.
//
// Owns: the mapping of types and encodings, and who releases what. Does not own: the structs
// (arrow_c.h). Exported arrays share the buffers of their columns and so keep mapped files alive
// until they are released; they outlive the stream, the reader, the snapshot and the store, and may
// be released on any thread. On an error nothing is exported: the `release` of each output is null.
//
// Types. What Ashlar exports is in the first column; what it also imports, in the last.
//   bool "b"; int8 to int64 "c" "s" "i" "l"; uint8 to uint64 "C" "S" "I" "L"
//   float32 "f", float64 "g"
//   utf8 "u", binary "z"               large: "U", "Z"; a batch beyond 2 GiB is an error
//   fixed_size_binary "w:n"
//   date32 "tdD"                       "tdm", whole days only
//   timestamp "tsu:UTC"                "tss:", "tsm:", "tsn:" of any zone or none. The zone is
//                                      dropped: it does not change the instant, and times without
//                                      one are taken as UTC. Overflow and nanoseconds that are no
//                                      whole microseconds are errors, never rounded.
//   fixed_size_list<float32> "+w:n"
//   list "+l"                          "+L", within 2^31 elements a batch
//   struct "+s"
// Everything else (null, decimals, times of day, intervals, half floats, maps, unions, views,
// run-ends) is Unimplemented and names field and format. Field ids and metadata are not carried.
#ifndef ASHLAR_ARROW_H_
#define ASHLAR_ARROW_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/arrow_c.h"
#include "ashlar/column.h"

namespace ashlar {

// A struct with a member for each field, none of them dictionary-encoded.
[[nodiscard]] absl::Status ExportArrowSchema(const Schema& schema, ArrowSchema* out);

// One batch as a struct array, without copying values: plain columns share all buffers, dictionary
// columns become dictionary arrays with their own unsigned codes ("C", "S", "I"). A constant column
// becomes a dictionary of its one value (none when all rows are null) with a zero byte a row,
// unless plain values are no wider than that: then plain. `schema` may be null; what it gets says
// which columns are dictionaries, so ask for it unless no column is encoded.
[[nodiscard]] absl::Status ExportArrowBatch(const RecordBatch& batch, ArrowArray* array,
                                            ArrowSchema* schema);

struct ArrowStreamOptions {
  bool decode_dictionaries = false;  // for consumers that know no dictionaries
};

// Any reader as a stream. A stream has one schema, while batches may differ in their encodings: the
// first batch with rows, read when the schema or the first array is asked for, decides. A field
// that is a dictionary there (or constant text or binary) is a dictionary with 32-bit codes
// throughout: codes of 32 bits are shared, others widened; a plain batch gets codes 0, 1, 2, … over
// its own values, which are shared and so may repeat; a constant one zeros. Every other field is
// plain throughout, and batches that are encoded are decoded.
// get_next returns 0 and a released array at the end, however often. Errors are EIO (DataLoss),
// EINVAL, ENOMEM, ECANCELED, ETIMEDOUT, ENOSYS and their like; the first one stays: every later
// get_next returns it again. Not thread-safe, like the reader.
[[nodiscard]] absl::Status ExportArrowStream(std::unique_ptr<BatchReader> reader,
                                             ArrowArrayStream* stream,
                                             const ArrowStreamOptions& options = {});

// Takes the stream over, whatever becomes of it: `stream->release` is null afterwards. Schema and
// arrays are checked before use, so that a faulty producer is an error; but buffers have no sizes
// in this interface, and their lengths have to be believed. Buffers are shared, at any alignment,
// and each array is released once, when the last of its buffers is let go of. Dictionaries stay
// dictionaries when their values ascend without nulls and repetition (codes of 64 bits are
// narrowed, codes of null rows become 0); others are decoded. Errors of the producer carry its
// text; as above, the first error of Next() stays.
[[nodiscard]] absl::StatusOr<std::unique_ptr<BatchReader>> ImportArrowStream(
    ArrowArrayStream* stream);

}  // namespace ashlar

#endif  // ASHLAR_ARROW_H_
