// KeyZones: whether zone maps leave room for a key in one segment.
//
// Owns: asking the zone maps of all key fields about the parts of a key, zone by zone. Where a
// partition field belongs to the key, its one value is among them. Does not own: zone maps
// (segment/zone_map.h), key ranges and filters, which are asked before (merge_plan.h).
#ifndef ASHLAR_SRC_STORE_KEY_ZONES_H_
#define ASHLAR_SRC_STORE_KEY_ZONES_H_

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/columnar/key_codec.h"
#include "src/segment/zone_map.h"
#include "src/store/dataset_impl.h"

namespace ashlar::store {

class KeyZones {
 public:
  // `segment` is its place in the state's list. Borrows the dataset's key codec.
  [[nodiscard]] static absl::StatusOr<KeyZones> Open(const Dataset::Impl& dataset, size_t segment);

  // False only when no zone can hold the encoded key.
  [[nodiscard]] absl::StatusOr<bool> MayContain(std::string_view key) const;

 private:
  KeyZones(const columnar::KeyCodec& codec, std::vector<segment::ZoneMap> maps)
      : codec_(&codec), maps_(std::move(maps)) {}

  const columnar::KeyCodec* codec_;
  std::vector<segment::ZoneMap> maps_;  // by key field
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_ZONES_H_
