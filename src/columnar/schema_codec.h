// The bytes of a schema, as manifest and segment files hold them (docs/FORMAT.md, "Schema").
//
// Owns: encoding, hostile-safe decoding, and the fingerprint. Does not own: where the bytes are
// put.
#ifndef ASHLAR_SRC_COLUMNAR_SCHEMA_CODEC_H_
#define ASHLAR_SRC_COLUMNAR_SCHEMA_CODEC_H_

#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/base/coding.h"

namespace ashlar::columnar {

// varint field count, then for each field: varint id, string name, type, u8 flags (1 = nullable). A
// type: u8 TypeId, then varint width (fixed_size_binary, fixed_size_list), or its child fields as
// above (list, struct; ids are 0).
void EncodeSchema(const Schema& schema, base::ByteWriter& out);
// DataLoss through the reader's context; the result passed Schema::Make.
[[nodiscard]] absl::StatusOr<Schema> DecodeSchema(base::ByteReader& in);
// 64 bits over the encoded bytes; equal schemas, ids included, have equal fingerprints.
[[nodiscard]] uint64_t SchemaFingerprint(const Schema& schema);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_SCHEMA_CODEC_H_
