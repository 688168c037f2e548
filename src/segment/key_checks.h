// Verifying the key sections of a segment.
//
// Owns: finding what is wrong with them, down to each bit where the rows' keys are given. Does not
// own: computing keys from rows, which the caller does. Damage of theirs costs no row: all of it
// can be built again from the key's columns.
#ifndef ASHLAR_SRC_SEGMENT_KEY_CHECKS_H_
#define ASHLAR_SRC_SEGMENT_KEY_CHECKS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/segment/damage.h"
#include "src/segment/segment_file.h"

namespace ashlar::segment {

// The keys of all rows of a segment, computed from its columns as for KeySections.
struct RowKeys {
  std::vector<uint64_t> hashes;
  std::vector<uint64_t> prefixes;
  bool hash_index = false;  // the dataset's segments get one
};
using RowKeysProvider = std::function<absl::StatusOr<RowKeys>()>;

// Appends the damage of the key sections of a keyed dataset's segment: that there are none, or of
// other columns than those of `key_chunks`; stamps, pages, checksums and structure; with `row_keys`
// (which may be empty) also that filter, fences and index are those of the rows' keys, and that the
// rows are in the order of their keys' prefixes. A provider that answers DataLoss is passed over,
// for damaged columns are reported as such; its other errors are returned.
[[nodiscard]] absl::Status VerifyKeySections(const std::shared_ptr<SegmentFile>& file,
                                             std::span<const uint32_t> key_chunks,
                                             const RowKeysProvider& row_keys,
                                             std::vector<Damage>* damages);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_CHECKS_H_
