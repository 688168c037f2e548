// Whether the keys of a segment are what gets believe: its key sections, the order of its rows, and
// the range of keys that the manifest names.
//
// Owns: finding the segments of keyed datasets, computing the keys of their rows and comparing.
// Does not own: the sections' own proofs (segment/key_checks.h), nor building them anew
// (index_rebuild.h).
#ifndef ASHLAR_SRC_STORE_KEYED_SEGMENT_CHECK_H_
#define ASHLAR_SRC_STORE_KEYED_SEGMENT_CHECK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/columnar/encoded_keys.h"
#include "src/manifest/manifest.h"
#include "src/segment/damage.h"
#include "src/segment/key_sections.h"
#include "src/segment/segment_file.h"

namespace ashlar::store {

// A segment in the newest version whose keyed dataset lists it.
struct KeyedSegment {
  std::shared_ptr<const manifest::DatasetState> state;
  manifest::SegmentEntry entry;
};
// All of them, by the id of the segment.
[[nodiscard]] std::map<uint64_t, KeyedSegment> FindKeyedSegments(const manifest::VersionSet& set);

// Reads a field's column of a segment.
using ColumnSource = std::function<absl::StatusOr<Column>(const Field& field)>;

// The encoded keys of all rows. DataLoss where they cannot be read or are no keys.
[[nodiscard]] absl::StatusOr<columnar::EncodedKeys> ReadRowKeys(const manifest::DatasetState& state,
                                                                const ColumnSource& columns);

// The input of key sections for these keys, which outlive it. DataLoss where the file lacks a field
// of the key.
[[nodiscard]] absl::StatusOr<segment::KeySections> KeySectionsFor(
    const segment::SegmentFile& file, const manifest::DatasetState& state,
    const columnar::EncodedKeys& keys);

struct KeyDamage {
  std::vector<segment::Damage> sections;  // cost no row, and can be rebuilt
  std::vector<segment::Damage> rows;      // of what no index can help: order, range of the manifest
};
// Damaged columns are passed over: they are found by those who look at columns. An error is no
// damage: checking could not go on.
[[nodiscard]] absl::StatusOr<KeyDamage> CheckSegmentKeys(
    const std::shared_ptr<segment::SegmentFile>& file, const KeyedSegment& place,
    const ColumnSource& columns);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEYED_SEGMENT_CHECK_H_
