// The payloads of a MANIFEST: checkpoints and edits as bytes (docs/FORMAT.md, "Manifest").
//
// Owns: their encoding and hostile-safe decoding. Does not own: framing and checksums
// (manifest_log.h), applying edits (apply.cc, recovery.cc), or judging values (invariants.h).
// Decoding bounds every count by the bytes that remain and never recurses.
#ifndef ASHLAR_SRC_MANIFEST_MANIFEST_CODEC_H_
#define ASHLAR_SRC_MANIFEST_MANIFEST_CODEC_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/coding.h"
#include "src/manifest/deletion_vector_table.h"
#include "src/manifest/edit.h"
#include "src/manifest/field_reader.h"
#include "src/manifest/manifest.h"
#include "src/manifest/segment_table.h"

namespace ashlar::manifest {

struct EncodedPayload {
  std::string bytes;
  std::vector<DescribedSegment> described;  // known to a reader once the record is durable
};

// The whole set: the oldest version in full, each later one as the edit from the one before.
[[nodiscard]] EncodedPayload EncodeCheckpoint(const VersionSet& set);
[[nodiscard]] EncodedPayload EncodeEdit(const ManifestEdit& edit, const KnownSegments& known);

// A checkpoint apart from its versions, which are edits: the first one from nothing.
struct DecodedCheckpoint {
  VersionSet set;  // without versions
  std::vector<VersionEdit> versions;
};
// DataLoss through the reader. `table` keeps what the payload describes.
[[nodiscard]] absl::StatusOr<DecodedCheckpoint> DecodeCheckpoint(FieldReader& in,
                                                                 SegmentTable& table);
[[nodiscard]] absl::StatusOr<ManifestEdit> DecodeEdit(FieldReader& in, SegmentTable& table);

// Pieces that both payloads hold. What a version names was written before it: `dead` holds what
// AddAll() of the same edit added.
void EncodeVersionEdit(const VersionEdit& edit, const DeletionVectorList& dead,
                       base::ByteWriter& out);
struct DecodeTables {
  SegmentTable& segments;           // of the file
  const DeletionVectorTable& dead;  // of the payload
};
[[nodiscard]] VersionEdit DecodeVersionEdit(FieldReader& in, const DecodeTables& tables);
void EncodeCompactions(const std::vector<DatasetEdit>& compactions, const DeletionVectorList& dead,
                       base::ByteWriter& out);
[[nodiscard]] std::vector<DatasetEdit> DecodeCompactions(FieldReader& in,
                                                         const DecodeTables& tables);
void EncodeTag(const std::string& name, const TagState& tag, base::ByteWriter& out);
[[nodiscard]] std::pair<std::string, TagState> DecodeTag(FieldReader& in);
inline constexpr uint64_t kMinTagBytes = 3;
void EncodeDurableLogs(const std::vector<DurableLog>& logs, base::ByteWriter& out);
[[nodiscard]] std::vector<DurableLog> DecodeDurableLogs(FieldReader& in);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_MANIFEST_CODEC_H_
