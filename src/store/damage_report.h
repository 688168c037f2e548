// From damaged files to the rows of datasets that they cost.
//
// Owns: finding who needs a damaged file: the datasets that list the segment, and those whose
// segments use its chunks. Does not own: finding damage (segment_check.h).
#ifndef ASHLAR_SRC_STORE_DAMAGE_REPORT_H_
#define ASHLAR_SRC_STORE_DAMAGE_REPORT_H_

#include <vector>

#include "ashlar/store.h"
#include "src/manifest/manifest.h"
#include "src/store/segment_check.h"

namespace ashlar::store {

// One range for each run of rows that each piece of damage costs each dataset, in the newest
// version of that dataset that it hits; damage that costs nobody rows is listed once.
[[nodiscard]] std::vector<DamagedRange> AttributeDamage(const manifest::VersionSet& set,
                                                        const std::vector<FileFindings>& findings);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DAMAGE_REPORT_H_
