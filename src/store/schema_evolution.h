// Schema evolution: the next schema of a dataset, with stable field ids.
//
// Owns: the rules of adding, dropping and renaming. Does not own: reading old segments under a new
// schema (segment/segment_reader.h matches fields by id).
#ifndef ASHLAR_SRC_STORE_SCHEMA_EVOLUTION_H_
#define ASHLAR_SRC_STORE_SCHEMA_EVOLUTION_H_

#include "absl/status/status.h"
#include "ashlar/options.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

// Changes the schema and the next field id of `state`, or nothing when it returns an error. Key and
// partition fields stay, under whatever name: InvalidArgument.
[[nodiscard]] absl::Status EvolveSchema(const SchemaChange& change, manifest::DatasetState* state);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SCHEMA_EVOLUTION_H_
