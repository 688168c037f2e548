// KeyViews: the proven filter, fences and index of one open segment file.
//
// Owns: the proof that they are whole and belong to the segment's keys: pages, checksum, size,
// structure, stamp. Does not own: searching (key_lookup.h). Nothing is believed that a later read
// of the map could change: searches check bounds again.
#ifndef ASHLAR_SRC_SEGMENT_KEY_VIEWS_H_
#define ASHLAR_SRC_SEGMENT_KEY_VIEWS_H_

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/segment/key_fences.h"
#include "src/segment/key_filter.h"
#include "src/segment/key_hash_index.h"
#include "src/segment/segment_file.h"

namespace ashlar::segment {

// Holds the file, and by it the map. Zero-copy; a cheap copy; thread-safe.
struct KeyViews {
  std::shared_ptr<SegmentFile> file;
  KeyFilter filter;
  KeyFences fences;
  std::optional<KeyHashIndex> index;
};

// The views of a keyed segment. All their pages are read and proven the first time that a file is
// asked: of 65,536 rows in memory, 20 us, or 130 with an index; later calls prove nothing again.
// DataLoss names the file, the offset and the commands that rebuild the sections when there are
// none, one is damaged, or its stamp is not that of the key's chunks (it is stale): then nothing
// may be called absent.
[[nodiscard]] absl::StatusOr<KeyViews> OpenKeyViews(const std::shared_ptr<SegmentFile>& file);

// OpenKeyViews() in parts, for verification. Each DataLoss as above.
//
// What a file of a keyed dataset without sections is.
[[nodiscard]] absl::Status MissingKeySections(const SegmentFile& file);
[[nodiscard]] absl::Status CheckKeyStamp(const SegmentFile& file, const KeySection& section);
// The section's pages, checksum and structure.
[[nodiscard]] absl::Status ProveKeySection(SegmentFile& file, const KeySection& section);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_VIEWS_H_
