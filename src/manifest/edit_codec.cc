// Edits: the segments that a reader does not know yet, deletion vectors, then what changes.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/limits.h"
#include "src/io/file_names.h"
#include "src/manifest/format.h"
#include "src/manifest/manifest_codec.h"

namespace ashlar::manifest {
namespace {

uint8_t PresenceBits(const ManifestEdit& edit) {
  uint8_t bits = 0;
  if (edit.version.has_value()) bits |= format::kHasVersion;
  if (edit.next_segment_id.has_value()) bits |= format::kHasNextSegmentId;
  if (edit.next_dataset_id.has_value()) bits |= format::kHasNextDatasetId;
  if (edit.oldest_log.has_value()) bits |= format::kHasOldestLog;
  if (edit.retention.has_value()) bits |= format::kHasRetention;
  if (!edit.durable_logs.empty()) bits |= format::kHasDurableLogs;
  if (!edit.moves.empty()) bits |= format::kHasMoves;
  if (!edit.compactions.empty()) bits |= format::kHasCompactions;
  return bits;
}

std::vector<DescribedSegment> NewlyListed(const ManifestEdit& edit, const KnownSegments& known) {
  DescriptionList list(known);
  for (const SegmentMove& move : edit.moves) list.AddListed(move.to);
  const auto add = [&list](const std::vector<DatasetEdit>& datasets) {
    for (const DatasetEdit& dataset : datasets) {
      for (const SegmentSplice& splice : dataset.splices) {
        for (const SegmentEntry& entry : splice.inserted) list.AddListed(entry.meta);
      }
    }
  };
  if (edit.version.has_value()) add(edit.version->datasets);
  add(edit.compactions);
  return std::move(list).Finish();
}

constexpr uint64_t kMinMoveBytes = 2;

void EncodeMoves(const std::vector<SegmentMove>& moves, base::ByteWriter& out) {
  out.PutVarint64(moves.size());
  for (const SegmentMove& move : moves) {
    out.PutVarint64(move.segment_id);
    out.PutVarint64(move.to->file.id);
  }
}

std::vector<SegmentMove> DecodeMoves(FieldReader& in, SegmentTable& segments) {
  std::vector<SegmentMove> moves;
  const uint64_t count = in.Count("segments moved", kMinMoveBytes);
  if (in.ok() && count == 0) in.Fail("no segment is moved");
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    SegmentMove move;
    move.segment_id = in.Varint("segment id", io::kMaxFileNumber);
    if (!moves.empty() && move.segment_id <= moves.back().segment_id) {
      in.Fail("moved segments do not ascend");
    }
    const uint64_t to = in.Varint("segment that takes its place", io::kMaxFileNumber);
    if (in.ok()) move.to = segments.FindWhole(to, in);
    moves.push_back(std::move(move));
  }
  return moves;
}

void DecodeOptionalParts(uint8_t bits, FieldReader& in, const DecodeTables& tables,
                         ManifestEdit& edit) {
  constexpr uint8_t kBoth = format::kHasVersion | format::kHasCompactions;
  if ((bits & kBoth) == kBoth) in.Fail("an edit makes a version and compacts one");
  if ((bits & format::kHasVersion) != 0) edit.version = DecodeVersionEdit(in, tables);
  if ((bits & format::kHasNextSegmentId) != 0) {
    edit.next_segment_id = in.Varint("next segment id", io::kMaxFileNumber);
  }
  if ((bits & format::kHasNextDatasetId) != 0) edit.next_dataset_id = in.Varint("next dataset id");
  if ((bits & format::kHasOldestLog) != 0) {
    edit.oldest_log = in.Varint("oldest log", io::kMaxFileNumber);
  }
  if ((bits & format::kHasRetention) != 0) {
    const uint64_t count = in.Varint("retention count");
    edit.retention = {count, in.I64("retention age, microseconds (-1 unlimited)")};
  }
  if ((bits & format::kHasDurableLogs) != 0) {
    edit.durable_logs = DecodeDurableLogs(in);
    if (in.ok() && edit.durable_logs.empty()) in.Fail("no log is durable");
  }
  if ((bits & format::kHasMoves) != 0) edit.moves = DecodeMoves(in, tables.segments);
  if ((bits & format::kHasCompactions) != 0) edit.compactions = DecodeCompactions(in, tables);
}

}  // namespace

EncodedPayload EncodeEdit(const ManifestEdit& edit, const KnownSegments& known) {
  base::ByteWriter out;
  std::vector<DescribedSegment> described = NewlyListed(edit, known);
  EncodeSegments(described, out);
  DeletionVectorList dead;
  if (edit.version.has_value()) dead.AddAll(edit.version->datasets);
  dead.AddAll(edit.compactions);
  dead.Encode(out);
  out.PutU8(PresenceBits(edit));
  if (edit.version.has_value()) EncodeVersionEdit(*edit.version, dead, out);
  if (edit.next_segment_id.has_value()) out.PutVarint64(*edit.next_segment_id);
  if (edit.next_dataset_id.has_value()) out.PutVarint64(*edit.next_dataset_id);
  if (edit.oldest_log.has_value()) out.PutVarint64(*edit.oldest_log);
  if (edit.retention.has_value()) {
    out.PutVarint64(edit.retention->first);
    out.PutI64(edit.retention->second);
  }
  if (!edit.durable_logs.empty()) EncodeDurableLogs(edit.durable_logs, out);
  if (!edit.moves.empty()) EncodeMoves(edit.moves, out);
  if (!edit.compactions.empty()) EncodeCompactions(edit.compactions, dead, out);
  out.PutVarint64(edit.expired.size());
  for (const uint64_t version : edit.expired) out.PutVarint64(version);
  out.PutVarint64(edit.set_tags.size());
  for (const auto& [name, tag] : edit.set_tags) EncodeTag(name, tag, out);
  out.PutVarint64(edit.deleted_tags.size());
  for (const std::string& name : edit.deleted_tags) out.PutString(name);
  return {out.Take(), std::move(described)};
}

absl::StatusOr<ManifestEdit> DecodeEdit(FieldReader& in, SegmentTable& table) {
  ManifestEdit edit;
  table.Decode(in);
  DeletionVectorTable dead;
  if (in.ok()) dead.Decode(in);
  const uint8_t bits = in.U8("edit bits");
  if (in.ok()) DecodeOptionalParts(bits, in, {table, dead}, edit);
  const uint64_t expired = in.Count("versions expired", 1);
  for (uint64_t i = 0; i < expired && in.ok(); ++i) edit.expired.push_back(in.Varint("version"));
  const uint64_t set_tags = in.Count("tags set", kMinTagBytes);
  for (uint64_t i = 0; i < set_tags && in.ok(); ++i) edit.set_tags.push_back(DecodeTag(in));
  const uint64_t deleted_tags = in.Count("tags deleted", 1);
  for (uint64_t i = 0; i < deleted_tags && in.ok(); ++i) {
    edit.deleted_tags.emplace_back(in.String("tag name", base::kMaxNameBytes));
  }
  RETURN_IF_ERROR(in.Finish());
  return edit;
}

}  // namespace ashlar::manifest
