// Making zone maps from plain columns.
//
// Owns: the statistics of each zone and their bytes; the same function serves the writer and the
// deep verifier, so what is compared was computed alike. Does not own: reading them (zone_map.h).
#ifndef ASHLAR_SRC_SEGMENT_ZONE_MAP_BUILDER_H_
#define ASHLAR_SRC_SEGMENT_ZONE_MAP_BUILDER_H_

#include <string>
#include <vector>

#include "ashlar/column.h"

namespace ashlar::segment {

// The zone map bytes of every leaf of a plain, canonical column, depth first.
[[nodiscard]] std::vector<std::string> BuildZoneMaps(const Column& canonical);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_ZONE_MAP_BUILDER_H_
