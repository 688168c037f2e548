// Zone maps of key fields; see the header.
#include "src/store/key_zones.h"

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::store {
namespace {

bool MayContainPart(const segment::ZoneMap& map, uint64_t zone, const DataType& type,
                    const Key& part) {
  if (type.is_signed_integer()) {
    const int64_t value = *part.AsInt64();
    return map.MayContainInt64(zone, value, value);
  }
  if (type.is_unsigned_integer()) {
    const uint64_t value = *part.AsUInt64();
    return map.MayContainUInt64(zone, value, value);
  }
  return map.MayContainBytes(zone, part.bytes(), part.bytes());
}

}  // namespace

absl::StatusOr<KeyZones> KeyZones::Open(const Dataset::Impl& dataset, size_t segment) {
  const columnar::KeyCodec& codec = dataset.keys->codec();
  ASSIGN_OR_RETURN(const segment::SegmentReader reader,
                   dataset.cache->OpenReader(dataset.state->segments[segment].meta));
  std::vector<segment::ZoneMap> maps;
  for (const Field& field : codec.fields()) {
    ASSIGN_OR_RETURN(std::vector<segment::ZoneMap> of_field, reader.ReadZoneMaps(field));
    if (of_field.empty()) return KeyZones(codec, {});
    maps.push_back(std::move(of_field[0]));
  }
  return KeyZones(codec, std::move(maps));
}

absl::StatusOr<bool> KeyZones::MayContain(std::string_view key) const {
  if (maps_.empty()) return true;
  ASSIGN_OR_RETURN(const Key decoded, codec_->Decode(key));
  const std::span<const Key> parts = decoded.parts();
  ASHLAR_CHECK(parts.size() == maps_.size());
  for (uint64_t zone = 0; zone < maps_[0].zones(); ++zone) {
    bool possible = true;
    for (size_t i = 0; possible && i < maps_.size(); ++i) {
      possible = zone >= maps_[i].zones() ||
                 MayContainPart(maps_[i], zone, codec_->fields()[i].type, parts[i]);
    }
    if (possible) return true;
  }
  return false;
}

}  // namespace ashlar::store
