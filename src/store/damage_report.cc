// One walk over the versions for all damaged files; see the header.

#include "src/store/damage_report.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "src/columnar/schema_codec.h"
#include "src/store/live_rows.h"

namespace ashlar::store {
namespace {

using manifest::DatasetState;
using segment::Damage;

// A segment in a dataset that needs a damaged file.
struct Place {
  const DatasetState* dataset = nullptr;
  uint64_t version = 0;
  uint64_t first_row = 0;  // of the segment in the dataset
  manifest::DeletionVectorPtr dead;
  // The chunk of the damaged file that it uses; nothing when the file is its own.
  std::optional<uint32_t> used_chunk;
};

class PlaceIndex {
 public:
  PlaceIndex(const manifest::VersionSet& set, const std::vector<FileFindings>& findings) {
    for (const FileFindings& file : findings) {
      if (!file.damage.empty()) places_.try_emplace(file.file_id);
    }
    if (places_.empty()) return;
    for (auto version = set.versions.rbegin(); version != set.versions.rend(); ++version) {
      for (const auto& [name, state] : (*version)->datasets) {
        if (walked_.insert(state.get()).second) Walk(*state, (*version)->version);
      }
    }
  }

  [[nodiscard]] const std::vector<Place>& Of(uint64_t file_id) const { return places_.at(file_id); }

 private:
  void Walk(const DatasetState& state, uint64_t version) {
    const uint64_t schema = columnar::SchemaFingerprint(state.schema);
    uint64_t first_row = 0;
    for (const manifest::SegmentEntry& entry : state.segments) {
      const manifest::SegmentMeta& meta = *entry.meta;
      // Older versions that read the same columns of the same segment are not worth a line.
      const auto newest = newest_.try_emplace({state.name, meta.file.id, schema}, version).first;
      if (newest->second == version) AddPlaces(state, entry, version, first_row);
      first_row += manifest::LiveRows(entry);
    }
  }

  void AddPlaces(const DatasetState& state, const manifest::SegmentEntry& entry, uint64_t version,
                 uint64_t first_row) {
    const manifest::SegmentMeta& meta = *entry.meta;
    const auto own = places_.find(meta.file.id);
    if (own != places_.end()) {
      own->second.push_back({&state, version, first_row, entry.dead, std::nullopt});
    }
    for (const manifest::ChunkUse& use : meta.uses) {
      const auto held = places_.find(use.holder->file.id);
      if (held != places_.end()) {
        held->second.push_back({&state, version, first_row, entry.dead, use.ordinal});
      }
    }
  }

  absl::flat_hash_map<uint64_t, std::vector<Place>> places_;
  absl::flat_hash_map<std::tuple<std::string, uint64_t, uint64_t>, uint64_t> newest_;
  absl::flat_hash_set<const DatasetState*> walked_;
};

bool HasField(const Schema& schema, uint32_t id) {
  return std::any_of(schema.fields().begin(), schema.fields().end(),
                     [id](const Field& field) { return field.id == id; });
}

// The damage of one file, and who needs the file.
class DamagedFile {
 public:
  DamagedFile(const FileFindings& findings, const std::vector<Place>& places)
      : findings_(findings), places_(places) {}

  void Attribute(const Damage& damage, std::vector<DamagedRange>* ranges) const {
    std::map<std::string, uint64_t> newest;  // the newest version hit, by dataset
    for (const Place& place : places_) {
      if (!IsHit(place, damage)) continue;
      uint64_t& version = newest[place.dataset->name];
      version = std::max(version, place.version);
    }
    if (newest.empty()) ranges->push_back(RangeOf(damage));
    for (const Place& place : places_) {
      if (!IsHit(place, damage) || newest.at(place.dataset->name) != place.version) continue;
      AddRanges(place, damage, ranges);
    }
  }

 private:
  // A column that the dataset has dropped costs it nothing.
  [[nodiscard]] bool IsHit(const Place& place, const Damage& damage) const {
    if (!damage.chunk.has_value()) return !place.used_chunk.has_value() || !damage.lost.empty();
    if (place.used_chunk.has_value()) return *place.used_chunk == *damage.chunk;
    return HasField(place.dataset->schema, findings_.field_ids.at(*damage.chunk));
  }

  static DamagedRange RangeOf(const Damage& damage) {
    DamagedRange range;
    range.file = damage.file;
    range.offset = damage.offset;
    range.bytes = damage.size;
    range.what = damage.what;
    return range;
  }

  static void AddRanges(const Place& place, const Damage& damage,
                        std::vector<DamagedRange>* ranges) {
    DamagedRange range = RangeOf(damage);
    range.dataset = place.dataset->name;
    range.version = place.version;
    range.first_row = place.first_row;
    if (damage.lost.empty()) ranges->push_back(range);
    for (const segment::RowRange& stored : damage.lost) {
      const segment::RowRange lost = LiveRange(place.dead.get(), stored);
      range.first_row = place.first_row + lost.first;
      range.rows = lost.rows;
      ranges->push_back(range);
    }
  }

  const FileFindings& findings_;
  const std::vector<Place>& places_;
};

}  // namespace

std::vector<DamagedRange> AttributeDamage(const manifest::VersionSet& set,
                                          const std::vector<FileFindings>& findings) {
  const PlaceIndex index(set, findings);
  std::vector<DamagedRange> ranges;
  for (const FileFindings& file : findings) {
    const DamagedFile damaged(file, index.Of(file.file_id));
    for (const Damage& damage : file.damage) damaged.Attribute(damage, &ranges);
  }
  return ranges;
}

}  // namespace ashlar::store
