// The fields of a batch in the commit log: their order, their ids as bytes, their fingerprint.
//
// Owns: which columns follow and of which types they must be. Does not own: the columns
// (batch_node_writer.h, batch_node_reader.h).
#ifndef ASHLAR_SRC_COLUMNAR_BATCH_FIELDS_H_
#define ASHLAR_SRC_COLUMNAR_BATCH_FIELDS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "ashlar/types.h"
#include "src/base/coding.h"

namespace ashlar::columnar {

// Indices of the schema's fields by ascending id, which is mostly their order anyway.
using FieldOrder = absl::InlinedVector<uint32_t, 16>;
[[nodiscard]] FieldOrder FieldsById(const Schema& schema);

// Over the ids and types of fields, names and nullability of members included, of top-level fields
// not: renaming a field changes nothing. `fields` ascend by id.
[[nodiscard]] uint32_t FieldsFingerprint(const Schema& schema, std::span<const uint32_t> fields);

// Consecutive ids are one run: a whole schema mostly takes three bytes.
void WriteFieldIds(const Schema& schema, std::span<const uint32_t> fields, base::ByteWriter& out);
// Ascending ids, at most as many as bytes remain; the reader has failed when they are malformed.
[[nodiscard]] std::vector<uint32_t> ReadFieldIds(base::ByteReader& in);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BATCH_FIELDS_H_
