// Proving a whole segment file.
//
// Owns: finding everything that is wrong with one open file. Does not own: the files that it refers
// to, beyond the proof that they hold the chunks that are meant: each file proves its own bytes.
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_VERIFIER_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_VERIFIER_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "src/segment/damage.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_reader.h"

namespace ashlar::segment {

// Appends all damage of `file` but that of its key sections (key_checks.h): every page is read and
// its checksum proven, every intact chunk's structure and canonical digest, and the segment's
// digest. `deep` also recomputes zone maps and proves that dictionaries are sorted and distinct,
// text is UTF-8 and padding zero. Damage is no error; an error means that verification itself could
// not go on.
[[nodiscard]] absl::Status VerifySegment(const std::shared_ptr<SegmentFile>& file,
                                         const FileProvider& provider, bool deep,
                                         std::vector<Damage>* damages);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_VERIFIER_H_
