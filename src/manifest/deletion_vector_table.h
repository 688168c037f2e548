// The deletion vectors of one payload: written once before what refers to them, named by index.
//
// Owns: that list on both sides. Does not own: a vector's blocks (dead_block_codec.h). Why apart
// from the segments: opening proves the bytes and decodes none; vectors keep a share of the file
// that they were read from, and make their blocks when a query asks.
#ifndef ASHLAR_SRC_MANIFEST_DELETION_VECTOR_TABLE_H_
#define ASHLAR_SRC_MANIFEST_DELETION_VECTOR_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "src/base/coding.h"
#include "src/manifest/deletion_vector.h"
#include "src/manifest/edit.h"
#include "src/manifest/field_reader.h"

namespace ashlar::manifest {

// The writer's side. Vectors stand in the order in which they are first named.
class DeletionVectorList {
 public:
  // All that the edits name.
  void AddAll(const std::vector<DatasetEdit>& edits);
  [[nodiscard]] uint64_t IndexOf(const DeletionVectorPtr& vector) const;
  void Encode(base::ByteWriter& out) const;

 private:
  void Add(const DeletionVectorPtr& vector);

  std::vector<DeletionVectorPtr> vectors_;
  absl::flat_hash_map<const DeletionVector*, uint64_t> indexes_;
};

// The reader's side. Failures go through the reader's Fail().
class DeletionVectorTable {
 public:
  void Decode(FieldReader& in);
  // Null after a failure: there is no such vector, or it is one of a segment with other rows.
  [[nodiscard]] DeletionVectorPtr Find(uint64_t index, uint64_t segment_rows,
                                       FieldReader& in) const;

 private:
  std::vector<DeletionVectorPtr> vectors_;
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DELETION_VECTOR_TABLE_H_
