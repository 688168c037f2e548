// The bytes of a dataset's definition (docs/FORMAT.md, "Manifest payloads").
//
// Owns: encoding and hostile-safe decoding. Does not own: whether the key fits the schema
// (dataset_invariants.h).
#ifndef ASHLAR_SRC_MANIFEST_DEFINITION_CODEC_H_
#define ASHLAR_SRC_MANIFEST_DEFINITION_CODEC_H_

#include <cstdint>

#include "src/base/coding.h"
#include "src/manifest/field_reader.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// All that SameDefinition() compares; not the id, which stands before it.
void EncodeDefinition(const DatasetState& definition, base::ByteWriter& out);
// Failures go through the reader's Fail().
[[nodiscard]] DatasetState DecodeDefinition(uint64_t id, FieldReader& in);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DEFINITION_CODEC_H_
