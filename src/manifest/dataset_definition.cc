// Comparing, taking out and putting in definitions.
#include "src/manifest/dataset_definition.h"

#include <algorithm>

namespace ashlar::manifest {

bool SameDefinition(const DatasetState& a, const DatasetState& b) {
  return a.name == b.name && a.schema == b.schema && a.next_field_id == b.next_field_id &&
         a.chunker == b.chunker && a.storage == b.storage && a.key == b.key &&
         a.partition_by == b.partition_by && a.hash_index == b.hash_index;
}

DatasetState DefinitionOf(const DatasetState& state) {
  DatasetState definition;
  Redefine(state, definition);
  return definition;
}

void Redefine(const DatasetState& definition, DatasetState& state) {
  state.id = definition.id;
  state.name = definition.name;
  state.schema = definition.schema;
  state.next_field_id = definition.next_field_id;
  state.chunker = definition.chunker;
  state.storage = definition.storage;
  state.key = definition.key;
  state.partition_by = definition.partition_by;
  state.hash_index = definition.hash_index;
}

bool IsKeyType(const DataType& type) {
  return type.is_signed_integer() || type.is_unsigned_integer() || type.is_variable_size() ||
         type.id() == TypeId::kFixedSizeBinary;
}

const Field* FindFieldById(const Schema& schema, uint32_t id) {
  const auto found = std::find_if(schema.fields().begin(), schema.fields().end(),
                                  [id](const Field& field) { return field.id == id; });
  return found == schema.fields().end() ? nullptr : &*found;
}

}  // namespace ashlar::manifest
