// The key of a new dataset: from names in the options to field ids.
//
// Owns: judging the options against the schema, before any I/O. Does not own: the key afterwards
// (manifest/dataset_invariants.h).
#ifndef ASHLAR_SRC_STORE_KEY_OPTIONS_H_
#define ASHLAR_SRC_STORE_KEY_OPTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/options.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

// Sets key, partition fields and hash index of `state`, and makes its key fields required.
// InvalidArgument or NotFound names the field, Unimplemented what is missing; `state` is then of no
// further use.
[[nodiscard]] absl::Status ResolveKey(const DatasetOptions& options, manifest::DatasetState* state);

// The names of fields, as options have them; every id is one of the schema.
[[nodiscard]] std::vector<std::string> FieldNames(const Schema& schema,
                                                  const std::vector<uint32_t>& ids);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_OPTIONS_H_
