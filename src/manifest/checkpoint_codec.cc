// Checkpoints: counters, retention, tags, durable logs, the segment table, deletion vectors, then
// the versions.
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/io/file_names.h"
#include "src/manifest/manifest_codec.h"

namespace ashlar::manifest {
namespace {

// Four one-byte numbers and eight bytes of time at least.
constexpr uint64_t kMinVersionBytes = 11;

void DecodeCounters(FieldReader& in, VersionSet& set) {
  set.next_segment_id = in.Varint("next segment id", io::kMaxFileNumber);
  set.next_dataset_id = in.Varint("next dataset id");
  set.oldest_log = in.Varint("oldest log", io::kMaxFileNumber);
  set.retention_count = in.Varint("retention count");
  set.retention_age_us = in.I64("retention age, microseconds (-1 unlimited)");
  const uint64_t tags = in.Count("tags", kMinTagBytes);
  for (uint64_t i = 0; i < tags && in.ok(); ++i) {
    auto [name, tag] = DecodeTag(in);
    if (!set.tags.empty() && name <= set.tags.rbegin()->first) in.Fail("tags do not ascend");
    set.tags.emplace_hint(set.tags.end(), std::move(name), std::move(tag));
  }
  set.durable_logs = DecodeDurableLogs(in);
}

// The first version from nothing, each later one from the one before it.
std::vector<VersionEdit> VersionsAsEdits(const VersionSet& set) {
  std::vector<VersionEdit> edits;
  edits.reserve(set.versions.size());
  const Manifest nothing;
  const Manifest* before = &nothing;
  for (const auto& manifest : set.versions) {
    edits.push_back(DiffManifests(*before, *manifest));
    before = manifest.get();
  }
  return edits;
}

}  // namespace

EncodedPayload EncodeCheckpoint(const VersionSet& set) {
  ASHLAR_CHECK(!set.versions.empty());
  base::ByteWriter out;
  out.PutVarint64(set.next_segment_id);
  out.PutVarint64(set.next_dataset_id);
  out.PutVarint64(set.oldest_log);
  out.PutVarint64(set.retention_count);
  out.PutI64(set.retention_age_us);
  out.PutVarint64(set.tags.size());
  for (const auto& [name, tag] : set.tags) EncodeTag(name, tag, out);
  EncodeDurableLogs(set.durable_logs, out);
  const KnownSegments nothing_known;
  DescriptionList list(nothing_known);
  ForEachListed(set.versions, [&](const auto& meta) { list.AddListed(meta); });
  std::vector<DescribedSegment> described = std::move(list).Finish();
  EncodeSegments(described, out);
  const std::vector<VersionEdit> versions = VersionsAsEdits(set);
  DeletionVectorList dead;
  for (const VersionEdit& version : versions) dead.AddAll(version.datasets);
  dead.Encode(out);
  out.PutVarint64(versions.size());
  for (const VersionEdit& version : versions) EncodeVersionEdit(version, dead, out);
  return {out.Take(), std::move(described)};
}

absl::StatusOr<DecodedCheckpoint> DecodeCheckpoint(FieldReader& in, SegmentTable& table) {
  DecodedCheckpoint checkpoint;
  DecodeCounters(in, checkpoint.set);
  if (in.ok()) table.Decode(in);
  DeletionVectorTable dead;
  if (in.ok()) dead.Decode(in);
  const uint64_t count = in.Count("versions", kMinVersionBytes);
  if (in.ok() && count == 0) in.Fail("a checkpoint without versions");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    checkpoint.versions.push_back(DecodeVersionEdit(in, {table, dead}));
  }
  RETURN_IF_ERROR(in.Finish());
  return checkpoint;
}

}  // namespace ashlar::manifest
