// SegmentReader: one segment's rows as columns, wherever its chunks physically lie.
//
// Owns: mapping fields to chunks by field id, following references (at most one step), and building
// zero-copy columns. Does not own: opening or caching files (a FileProvider does). Thread-safe.
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_READER_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_READER_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/segment/segment_file.h"
#include "src/segment/zone_map.h"

namespace ashlar::segment {

// Opens, or finds open, the file of a segment id. Called on any thread.
using FileProvider = std::function<absl::StatusOr<std::shared_ptr<SegmentFile>>(uint64_t file_id)>;

class SegmentReader {
 public:
  SegmentReader(std::shared_ptr<SegmentFile> file, FileProvider provider);

  [[nodiscard]] uint64_t rows() const;

  // The column of `field` (matched by id) as a zero-copy view of its chunk in stored encoding; all
  // null when the segment is older than the field. The view pins its file and is counted in
  // ReadStats until dropped. DataLoss when any page of it is damaged or a buffer is not what its
  // description claims: offsets, codes and null counts are proven on first touch, so that no file
  // can lead a reader out of bounds; UTF-8 is left to `deep` verification.
  [[nodiscard]] absl::StatusOr<Column> ReadColumn(const Field& field) const;
  // Zone maps of the leaves of `field`, in depth-first order; empty when the segment lacks the
  // field.
  [[nodiscard]] absl::StatusOr<std::vector<ZoneMap>> ReadZoneMaps(const Field& field) const;

 private:
  std::shared_ptr<SegmentFile> file_;
  FileProvider provider_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_READER_H_
