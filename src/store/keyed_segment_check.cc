// Keys of rows against what is stored about them; see the header.
#include "src/store/keyed_segment_check.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/key_codec.h"
#include "src/columnar/key_sort.h"
#include "src/manifest/key_range.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/key_checks.h"
#include "src/store/dataset_keys.h"

namespace ashlar::store {
namespace {

using columnar::EncodedKeys;
using manifest::DatasetState;
using segment::Damage;
using segment::SegmentFile;

absl::StatusOr<std::vector<uint32_t>> KeyChunksOf(const SegmentFile& file,
                                                  const DatasetState& state) {
  std::vector<uint32_t> chunks;
  const columnar::KeyCodec codec = KeyCodecOf(state);
  for (const Field& field : codec.fields()) {
    ASSIGN_OR_RETURN(const std::optional<uint32_t> chunk, segment::FindChunk(file, field));
    if (!chunk.has_value()) {
      return absl::DataLossError(base::StrCat(file.name(), ": there is no column of key field ",
                                              field.name, ", at offset 0"));
    }
    chunks.push_back(*chunk);
  }
  return chunks;
}

// Of all rows, for they are found, or not, by what is wrong.
Damage LossOfRows(const SegmentFile& file, std::string what) {
  Damage damage;
  damage.file = file.name();
  damage.what = std::move(what);
  damage.lost.push_back({0, file.rows()});
  return damage;
}

// Prefixes alone are in order: VerifyKeySections() looks at them.
std::optional<size_t> FindDisorder(const EncodedKeys& keys) {
  if (columnar::ClassifyKeys(keys) == columnar::KeySequence::kStrictlyAscending) return {};
  for (size_t row = 1; row < keys.rows; ++row) {
    if (keys.key(row - 1) >= keys.key(row)) return row;
  }
  return {};
}

void CheckRows(const SegmentFile& file, const KeyedSegment& place, const EncodedKeys& keys,
               std::vector<Damage>* damages) {
  if (keys.rows == 0) return;
  if (const std::optional<size_t> row = FindDisorder(keys); row.has_value()) {
    damages->push_back(
        LossOfRows(file, base::StrCat("the key of row ", *row, " is not above the one before it")));
    return;
  }
  const auto& range = place.entry.keys;
  if (range == nullptr) return;
  if (*range == manifest::MakeKeyRange(keys.key(0), keys.key(keys.rows - 1))) return;
  damages->push_back(LossOfRows(file, "the manifest names another range of keys"));
}

}  // namespace

std::map<uint64_t, KeyedSegment> FindKeyedSegments(const manifest::VersionSet& set) {
  std::map<uint64_t, KeyedSegment> found;
  absl::flat_hash_set<const DatasetState*> walked;
  for (auto version = set.versions.rbegin(); version != set.versions.rend(); ++version) {
    for (const auto& [name, state] : (*version)->datasets) {
      if (!state->is_keyed() || !walked.insert(state.get()).second) continue;
      for (const manifest::SegmentEntry& entry : state->segments) {
        found.try_emplace(entry.meta->file.id, KeyedSegment{state, entry});
      }
    }
  }
  return found;
}

absl::StatusOr<EncodedKeys> ReadRowKeys(const DatasetState& state, const ColumnSource& columns) {
  const columnar::KeyCodec codec = KeyCodecOf(state);
  std::vector<Column> key_columns;
  for (const Field& field : codec.fields()) {
    ASSIGN_OR_RETURN(Column column, columns(field));
    key_columns.push_back(std::move(column));
  }
  absl::StatusOr<EncodedKeys> keys = codec.EncodeColumns(key_columns);
  // Nulls and keys that are too long: no writer of ours lets them through.
  if (absl::IsInvalidArgument(keys.status())) {
    return absl::DataLossError(std::string(keys.status().message()));
  }
  return keys;
}

absl::StatusOr<segment::KeySections> KeySectionsFor(const SegmentFile& file,
                                                    const DatasetState& state,
                                                    const EncodedKeys& keys) {
  segment::KeySections sections;
  ASSIGN_OR_RETURN(sections.key_chunks, KeyChunksOf(file, state));
  sections.hashes = keys.hashes;
  sections.prefixes = keys.prefixes;
  sections.hash_index = state.hash_index;
  return sections;
}

absl::StatusOr<KeyDamage> CheckSegmentKeys(const std::shared_ptr<SegmentFile>& file,
                                           const KeyedSegment& place, const ColumnSource& columns) {
  KeyDamage damage;
  const absl::StatusOr<std::vector<uint32_t>> chunks = KeyChunksOf(*file, *place.state);
  if (absl::IsDataLoss(chunks.status())) {
    damage.rows.push_back(LossOfRows(*file, std::string(chunks.status().message())));
    return damage;
  }
  RETURN_IF_ERROR(chunks.status());
  const absl::StatusOr<EncodedKeys> keys = ReadRowKeys(*place.state, columns);
  const segment::RowKeysProvider provider = [&]() -> absl::StatusOr<segment::RowKeys> {
    RETURN_IF_ERROR(keys.status());
    return segment::RowKeys{keys->hashes, keys->prefixes, place.state->hash_index};
  };
  RETURN_IF_ERROR(segment::VerifyKeySections(file, *chunks, provider, &damage.sections));
  if (keys.ok()) CheckRows(*file, place, *keys, &damage.rows);
  return damage;
}

}  // namespace ashlar::store
