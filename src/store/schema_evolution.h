// Schema evolution: the next schema of a dataset, with stable field ids.
//
// Owns: the rules of adding, dropping and renaming. Does not own: reading old segments under a new
// schema (segment/segment_reader.h matches fields by id).
#ifndef ASHLAR_SRC_STORE_SCHEMA_EVOLUTION_H_
#define ASHLAR_SRC_STORE_SCHEMA_EVOLUTION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "ashlar/options.h"
#include "ashlar/types.h"

namespace ashlar::store {

// Changes both outputs, or neither when it returns an error.
[[nodiscard]] absl::Status EvolveSchema(const SchemaChange& change, Schema* schema,
                                        uint32_t* next_field_id);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SCHEMA_EVOLUTION_H_
