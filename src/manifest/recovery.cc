// ReadManifest: from bytes back to the newest durable value.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/atomic_pointer.h"
#include "src/io/file_names.h"
#include "src/manifest/bookkeeping.h"
#include "src/manifest/invariants.h"
#include "src/manifest/manifest_builder.h"
#include "src/manifest/manifest_codec.h"
#include "src/manifest/manifest_log.h"
#include "src/manifest/manifest_store.h"
#include "src/manifest/segment_moves.h"

namespace ashlar::manifest {
namespace {

// Beside a writer that rolls or marks all the time, a reader must win in the end.
constexpr int kMaxAttempts = 20;

// Whatever is wrong with values from disk is damage.
absl::Status AsDataLoss(const absl::Status& status, std::string_view name, uint64_t offset) {
  if (status.ok() || absl::IsDataLoss(status)) return status;
  return absl::DataLossError(base::StrCat(name, ": ", status.message(), ", at offset ", offset));
}

// Replays a log. Only versions that are never expired later are made; the others leave a
// placeholder, so that thousands of old edits cost what they changed.
class Replay {
 public:
  // `bytes` is what the log lies in: deletion vectors keep a share of it.
  Replay(std::string_view name, const ScannedLog& log, std::shared_ptr<const std::string> bytes)
      : name_(name), log_(log), bytes_(std::move(bytes)) {}

  absl::StatusOr<std::shared_ptr<const VersionSet>> Run() {
    RETURN_IF_ERROR(Decode());
    const uint64_t checkpoint = log_.records.front().offset;
    for (const VersionEdit& version : checkpoint_.versions) {
      RETURN_IF_ERROR(AsDataLoss(AddVersion(version), name_, checkpoint));
    }
    for (size_t i = 0; i < edits_.size(); ++i) {
      RETURN_IF_ERROR(AsDataLoss(AddEdit(edits_[i]), name_, log_.records[i + 1].offset));
    }
    PutCompacted();
    RETURN_IF_ERROR(AsDataLoss(CheckAll(checkpoint_.set), name_, checkpoint));
    return std::make_shared<const VersionSet>(std::move(checkpoint_.set));
  }

 private:
  absl::Status Decode() {
    SegmentTable table;
    for (const LogRecord& record : log_.records) {
      FieldReader in(record.payload, name_, record.payload_offset, nullptr, bytes_);
      if (record.kind == format::RecordKind::kCheckpoint) {
        ASSIGN_OR_RETURN(checkpoint_, DecodeCheckpoint(in, table));
      } else {
        ASSIGN_OR_RETURN(ManifestEdit edit, DecodeEdit(in, table));
        expired_.insert(edit.expired.begin(), edit.expired.end());
        edits_.push_back(std::move(edit));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddVersion(const VersionEdit& edit) {
    PutCompacted();
    RETURN_IF_ERROR(builder_.Apply(edit));
    if (expired_.contains(edit.version)) {
      auto placeholder = std::make_shared<Manifest>();
      placeholder->version = edit.version;
      checkpoint_.set.versions.push_back(std::move(placeholder));
    } else {
      checkpoint_.set.versions.push_back(builder_.Freeze());
    }
    return absl::OkStatus();
  }

  absl::Status AddEdit(const ManifestEdit& edit) {
    if (edit.version.has_value()) RETURN_IF_ERROR(AddVersion(*edit.version));
    if (!edit.moves.empty()) RETURN_IF_ERROR(MoveSegments(edit.moves));
    if (!edit.compactions.empty()) {
      RETURN_IF_ERROR(builder_.Compact(edit.compactions));
      compacted_ = true;
    }
    return ApplyBookkeeping(edit, checkpoint_.set);
  }

  // Also in the version at work, which later edits build on: it may be a placeholder in the set.
  absl::Status MoveSegments(const std::vector<SegmentMove>& moves) {
    PutCompacted();
    SegmentMover mover(moves);
    for (auto& version : checkpoint_.set.versions) {
      ASSIGN_OR_RETURN(version, mover.Move(version));
    }
    ASSIGN_OR_RETURN(auto newest, mover.Move(builder_.Freeze()));
    builder_ = ManifestBuilder(std::move(newest));
    return absl::OkStatus();
  }

  // Puts the newest version, as compactions have left it, in the place of what it was. Late, so
  // that thousands of compactions cost what they changed.
  void PutCompacted() {
    if (!std::exchange(compacted_, false)) return;
    auto& newest = checkpoint_.set.versions.back();
    if (!expired_.contains(newest->version)) newest = builder_.Freeze();
  }

  std::string name_;
  const ScannedLog& log_;
  const std::shared_ptr<const std::string> bytes_;
  DecodedCheckpoint checkpoint_;
  std::vector<ManifestEdit> edits_;
  absl::flat_hash_set<uint64_t> expired_;
  ManifestBuilder builder_;
  bool compacted_ = false;  // since the newest version was put into the set
};

absl::StatusOr<RecoveredManifest> ReadFile(io::FileSystem& files, uint64_t manifest_number,
                                           std::optional<uint64_t> clean_bytes) {
  const std::string name = io::ManifestName(manifest_number);
  ASSIGN_OR_RETURN(std::string read, io::ReadWholeFile(files, name, format::kMaxFileBytes));
  const auto bytes = std::make_shared<const std::string>(std::move(read));
  if (clean_bytes.has_value() && bytes->size() != *clean_bytes) {
    return absl::DataLossError(base::StrCat(name, ": closed cleanly with ", *clean_bytes,
                                            " bytes, has ", bytes->size(), ", at offset ",
                                            std::min<uint64_t>(*clean_bytes, bytes->size())));
  }
  ASSIGN_OR_RETURN(const ScannedLog log, ScanLog(base::AsBytes(*bytes), name, manifest_number));
  if (clean_bytes.has_value() && log.valid_bytes != *clean_bytes) {
    return absl::DataLossError(base::StrCat(
        name, ": a damaged record in a file that was closed cleanly, at offset ", log.valid_bytes));
  }
  RecoveredManifest recovered;
  ASSIGN_OR_RETURN(recovered.set, Replay(name, log, bytes).Run());
  recovered.manifest_number = manifest_number;
  recovered.valid_bytes = log.valid_bytes;
  recovered.checkpoint_bytes = log.records.front().end;
  recovered.clean = clean_bytes.has_value();
  return recovered;
}

}  // namespace

absl::StatusOr<RecoveredManifest> ReadManifest(io::FileSystem& files) {
  ASSIGN_OR_RETURN(io::CurrentPointer pointer, io::ReadCurrentPointer(files));
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<RecoveredManifest> recovered =
        ReadFile(files, pointer.manifest_number, pointer.clean_bytes);
    if (recovered.ok()) return recovered;
    // A live writer may have moved on between the two reads; only what stays wrong is wrong.
    ASSIGN_OR_RETURN(const io::CurrentPointer again, io::ReadCurrentPointer(files));
    if (again == pointer || attempt == kMaxAttempts) {
      if (!absl::IsNotFound(recovered.status())) return recovered;
      return absl::DataLossError(base::StrCat(io::kCurrentName, " names ",
                                              io::ManifestName(pointer.manifest_number),
                                              ", which is missing, at offset 0"));
    }
    pointer = again;
  }
}

absl::StatusOr<RecoveredManifest> ReadManifestFile(io::FileSystem& files,
                                                   uint64_t manifest_number) {
  return ReadFile(files, manifest_number, std::nullopt);
}

}  // namespace ashlar::manifest
