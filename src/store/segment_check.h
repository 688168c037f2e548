// Proving one segment file, and that the manifest says the truth about it.
//
// Owns: opening each file once for verification, and comparing it with its description. Does not
// own: proving bytes (segment/segment_verifier.h) and keys (keyed_segment_check.h), or what damage
// costs (damage_report.h).
#ifndef ASHLAR_SRC_STORE_SEGMENT_CHECK_H_
#define ASHLAR_SRC_STORE_SEGMENT_CHECK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/manifest/manifest.h"
#include "src/segment/damage.h"
#include "src/segment/segment_file.h"
#include "src/store/keyed_segment_check.h"

namespace ashlar::store {

// What was found in one file. Damage without a chunk costs the whole segment when it has lost rows,
// and none otherwise.
struct FileFindings {
  uint64_t file_id = 0;
  bool missing = false;
  uint64_t bytes = 0;
  uint64_t chunks = 0;  // held by the file itself
  uint64_t rows = 0;
  std::vector<uint32_t> field_ids;  // by chunk; empty when the file does not open
  std::vector<segment::Damage> damage;
};

// Who needs a segment file.
struct FileUse {
  bool listed = false;                  // a dataset reads the segment itself
  const KeyedSegment* keyed = nullptr;  // a keyed one, by its keys
};

class SegmentChecker {
 public:
  SegmentChecker(io::FileSystem& files, bool deep) : files_(files), deep_(deep) {}

  // Of a file that only serves as a holder, the references may lead to files that are gone, and
  // nobody asks the key sections. An error is no damage: checking could not go on.
  [[nodiscard]] absl::StatusOr<FileFindings> Check(const manifest::SegmentMeta& meta,
                                                   const FileUse& use);

 private:
  using FilePointer = std::shared_ptr<segment::SegmentFile>;

  [[nodiscard]] absl::StatusOr<FilePointer> Open(const manifest::SegmentMeta& meta);
  [[nodiscard]] absl::Status CheckContent(const manifest::SegmentMeta& meta, const FileUse& use,
                                          const FilePointer& file, FileFindings* findings);
  // A reference whose holder does not open: reported once, with the holder.
  [[nodiscard]] bool IsReportedElsewhere(const segment::SegmentFile& file,
                                         const segment::Damage& damage) const;

  io::FileSystem& files_;
  const bool deep_;
  absl::flat_hash_map<uint64_t, FilePointer> open_;
  absl::flat_hash_map<uint64_t, absl::Status> failed_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_CHECK_H_
