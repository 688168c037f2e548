// The definition of a dataset: all of its state but its rows.
//
// Owns: which members these are, and what a key may be made of. Does not own: their bytes
// (definition_codec.h) or judging a whole state (dataset_invariants.h).
#ifndef ASHLAR_SRC_MANIFEST_DATASET_DEFINITION_H_
#define ASHLAR_SRC_MANIFEST_DATASET_DEFINITION_H_

#include <cstdint>

#include "ashlar/types.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// Name, schema, next field id, chunker, storage, key, partition fields, hash index; the id apart.
[[nodiscard]] bool SameDefinition(const DatasetState& a, const DatasetState& b);
// `state` without segments, totals and the flushed sequence.
[[nodiscard]] DatasetState DefinitionOf(const DatasetState& state);
// Gives `state` another definition, id included; its rows stay.
void Redefine(const DatasetState& definition, DatasetState& state);

// Integers, utf8, binary and fixed_size_binary: what has one order and one encoding.
[[nodiscard]] bool IsKeyType(const DataType& type);
// Null when the schema has no such field.
[[nodiscard]] const Field* FindFieldById(const Schema& schema, uint32_t id);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DATASET_DEFINITION_H_
