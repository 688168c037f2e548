// Versions as edits: datasets, splices, deaths.
#include "src/manifest/manifest_codec.h"

#include <utility>

#include "src/base/limits.h"
#include "src/manifest/definition_codec.h"
#include "src/manifest/format.h"

namespace ashlar::manifest {
namespace {

constexpr uint64_t kMinEntryBytes = 3;
constexpr uint64_t kMinSpliceBytes = 3;
constexpr uint64_t kMinDatasetBytes = 3;
constexpr uint64_t kMinDeathsBytes = 3;

void EncodeEntry(const SegmentEntry& entry, const DeletionVectorList& dead, base::ByteWriter& out) {
  const KeyRange* const keys = entry.keys.get();
  const bool bounded = keys != nullptr && keys->max.has_value();
  out.PutVarint64(entry.meta->file.id);
  out.PutVarint64(entry.level);
  out.PutU8(static_cast<uint8_t>((entry.dead != nullptr ? format::kEntryDeadRows : 0) |
                                 (keys != nullptr ? format::kEntryKeys : 0) |
                                 (bounded ? format::kEntryGreatestKey : 0)));
  if (entry.dead != nullptr) out.PutVarint64(dead.IndexOf(entry.dead));
  if (keys != nullptr) out.PutString(keys->min);
  if (bounded) out.PutString(*keys->max);
}

std::shared_ptr<const KeyRange> DecodeKeys(uint8_t bits, FieldReader& in) {
  auto keys = std::make_shared<KeyRange>();
  keys->min = in.String("least key", base::kMaxKeyBoundBytes);
  if ((bits & format::kEntryGreatestKey) != 0) {
    keys->max = in.String("greatest key", base::kMaxKeyBoundBytes);
  }
  return keys;
}

SegmentEntry DecodeEntry(FieldReader& in, const DecodeTables& tables) {
  constexpr uint8_t kAllBits =
      format::kEntryDeadRows | format::kEntryKeys | format::kEntryGreatestKey;
  SegmentEntry entry;
  const uint64_t id = in.Varint("segment id");
  entry.level = static_cast<uint32_t>(in.Varint("level", UINT32_MAX));
  const uint8_t bits = in.U8("entry bits (1 dead rows, 2 keys, 4 greatest key)");
  const bool keyed = (bits & format::kEntryKeys) != 0;
  if ((bits & ~kAllBits) != 0 || (!keyed && (bits & format::kEntryGreatestKey) != 0)) {
    in.Fail("unknown bits of an entry");
  }
  if (in.ok()) entry.meta = tables.segments.FindWhole(id, in);
  if (in.ok() && (bits & format::kEntryDeadRows) != 0) {
    const uint64_t index = in.Varint("deletion vector");
    entry.dead = tables.dead.Find(index, entry.meta->rows, in);
  }
  if (in.ok() && keyed) entry.keys = DecodeKeys(bits, in);
  return entry;
}

void EncodeSplice(const SegmentSplice& splice, const DeletionVectorList& dead,
                  base::ByteWriter& out) {
  out.PutVarint64(splice.begin);
  out.PutVarint64(splice.removed);
  out.PutVarint64(splice.inserted.size());
  for (const SegmentEntry& entry : splice.inserted) EncodeEntry(entry, dead, out);
}

SegmentSplice DecodeSplice(FieldReader& in, const DecodeTables& tables) {
  SegmentSplice splice;
  splice.begin = in.Varint("splice begins at");
  splice.removed = in.Varint("entries removed");
  const uint64_t count = in.Count("entries inserted", kMinEntryBytes);
  splice.inserted.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    SegmentEntry entry = DecodeEntry(in, tables);
    if (in.ok()) splice.inserted.push_back(std::move(entry));
  }
  return splice;
}

void EncodeDeaths(const std::vector<SegmentDeaths>& all, const DeletionVectorList& dead,
                  base::ByteWriter& out) {
  out.PutVarint64(all.size());
  for (const SegmentDeaths& deaths : all) {
    out.PutVarint64(deaths.position);
    out.PutVarint64(deaths.segment_id);
    out.PutVarint64(dead.IndexOf(deaths.rows));
  }
}

std::vector<SegmentDeaths> DecodeDeaths(FieldReader& in, const DecodeTables& tables) {
  std::vector<SegmentDeaths> all;
  const uint64_t count = in.Count("segments of which rows died", kMinDeathsBytes);
  if (in.ok() && count == 0) in.Fail("deaths of no segment");
  all.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    SegmentDeaths deaths;
    deaths.position = in.Varint("entry");
    deaths.segment_id = in.Varint("segment id");
    const uint64_t index = in.Varint("deletion vector");
    const auto meta = in.ok() ? tables.segments.FindWhole(deaths.segment_id, in) : nullptr;
    if (meta != nullptr) deaths.rows = tables.dead.Find(index, meta->rows, in);
    all.push_back(std::move(deaths));
  }
  return all;
}

uint8_t BitsOf(const DatasetEdit& edit) {
  uint8_t bits = 0;
  if (edit.drop) bits |= format::kDatasetDropped;
  if (edit.definition.has_value()) bits |= format::kDatasetDefined;
  if (edit.flushed_up_to.has_value()) bits |= format::kDatasetFlushed;
  if (!edit.deaths.empty()) bits |= format::kDatasetRowsDied;
  return bits;
}

void EncodeDatasetEdit(const DatasetEdit& edit, const DeletionVectorList& dead,
                       base::ByteWriter& out) {
  out.PutVarint64(edit.dataset_id);
  out.PutU8(BitsOf(edit));
  if (edit.definition.has_value()) EncodeDefinition(*edit.definition, out);
  if (edit.flushed_up_to.has_value()) out.PutVarint64(*edit.flushed_up_to);
  if (!edit.deaths.empty()) EncodeDeaths(edit.deaths, dead, out);
  out.PutVarint64(edit.splices.size());
  for (const SegmentSplice& splice : edit.splices) EncodeSplice(splice, dead, out);
}

DatasetEdit DecodeDatasetEdit(FieldReader& in, const DecodeTables& tables) {
  constexpr uint8_t kAllBits = format::kDatasetDropped | format::kDatasetDefined |
                               format::kDatasetFlushed | format::kDatasetRowsDied;
  DatasetEdit edit;
  edit.dataset_id = in.Varint("dataset id");
  const uint8_t bits = in.U8("dataset edit bits (1 dropped, 2 defined, 4 flushed, 8 rows died)");
  if ((bits & ~kAllBits) != 0) in.Fail("unknown bits of a dataset edit");
  const auto has = [&](uint8_t bit) { return in.ok() && (bits & bit) != 0; };
  edit.drop = has(format::kDatasetDropped);
  if (has(format::kDatasetDefined)) edit.definition = DecodeDefinition(edit.dataset_id, in);
  if (has(format::kDatasetFlushed)) edit.flushed_up_to = in.Varint("flushed up to sequence");
  if (has(format::kDatasetRowsDied)) edit.deaths = DecodeDeaths(in, tables);
  const uint64_t count = in.Count("splices", kMinSpliceBytes);
  edit.splices.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) edit.splices.push_back(DecodeSplice(in, tables));
  return edit;
}

}  // namespace

void EncodeVersionEdit(const VersionEdit& edit, const DeletionVectorList& dead,
                       base::ByteWriter& out) {
  out.PutVarint64(edit.version);
  out.PutVarint64(edit.sequence);
  out.PutI64(edit.committed_us);
  out.PutVarint64(edit.datasets.size());
  for (const DatasetEdit& dataset : edit.datasets) EncodeDatasetEdit(dataset, dead, out);
}

VersionEdit DecodeVersionEdit(FieldReader& in, const DecodeTables& tables) {
  VersionEdit edit;
  edit.version = in.Varint("version");
  edit.sequence = in.Varint("sequence");
  edit.committed_us = in.I64("committed, microseconds since 1970");
  const uint64_t count = in.Count("dataset edits", kMinDatasetBytes);
  edit.datasets.reserve(count);
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    edit.datasets.push_back(DecodeDatasetEdit(in, tables));
  }
  return edit;
}

void EncodeCompactions(const std::vector<DatasetEdit>& compactions, const DeletionVectorList& dead,
                       base::ByteWriter& out) {
  out.PutVarint64(compactions.size());
  for (const DatasetEdit& dataset : compactions) EncodeDatasetEdit(dataset, dead, out);
}

// Whether an edit may be a compaction is judged where it is applied.
std::vector<DatasetEdit> DecodeCompactions(FieldReader& in, const DecodeTables& tables) {
  std::vector<DatasetEdit> compactions;
  const uint64_t count = in.Count("datasets compacted", kMinDatasetBytes);
  if (in.ok() && count == 0) in.Fail("no dataset is compacted");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    compactions.push_back(DecodeDatasetEdit(in, tables));
  }
  return compactions;
}

}  // namespace ashlar::manifest
