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
};
using RowKeysProvider = std::function<absl::StatusOr<RowKeys>()>;

// Appends the damage of the key sections: stamps, pages, checksums and structure; with `row_keys`
// (which may be empty) also that filter, fences and index are those of the rows' keys, and that the
// rows are in the order of their keys. A provider that answers DataLoss is passed over, for damaged
// columns are reported as such; its other errors are returned. Nothing for a file without sections:
// whether there must be any is the caller's to know.
[[nodiscard]] absl::Status VerifyKeySections(const std::shared_ptr<SegmentFile>& file,
                                             const RowKeysProvider& row_keys,
                                             std::vector<Damage>* damages);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_CHECKS_H_
