// SegmentReader: one segment's rows as columns, wherever its chunks physically lie.
//
// Owns: mapping fields to chunks by field id, following references (at most one step), and building
// columns: zero-copy, or decoded where a chunk is packed or compressed. Does not own: opening or
// caching files (a FileProvider does). Thread-safe.
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_READER_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/columnar/packed_column.h"
#include "src/segment/segment_file.h"
#include "src/segment/zone_map.h"

namespace ashlar::segment {

// Opens, or finds open, the file of a segment id. Called on any thread.
using FileProvider = std::function<absl::StatusOr<std::shared_ptr<SegmentFile>>(uint64_t file_id)>;

// What reading one column took; added to.
struct ReadCost {
  uint64_t bytes_borrowed = 0;  // viewed where they lie
  uint64_t bytes_copied = 0;    // decoded into memory
  bool decoded = false;
};

class SegmentReader {
 public:
  SegmentReader(std::shared_ptr<SegmentFile> file, FileProvider provider);

  [[nodiscard]] uint64_t rows() const;

  // The column of `field` (matched by id) as a zero-copy view of its chunk in stored encoding; all
  // null when the segment is older than the field. The view pins its file and is counted in
  // ReadStats until dropped. Buffers that are packed or compressed are decoded into memory of the
  // column's own, and counted as copied. DataLoss when any page of it is damaged or a buffer is not
  // what its description claims: offsets, codes and null counts are proven on first touch, so that
  // no file can lead a reader out of bounds; UTF-8 is left to `deep` verification.
  [[nodiscard]] absl::StatusOr<Column> ReadColumn(const Field& field,
                                                  ReadCost* cost = nullptr) const;
  // A leaf whose values lie in bit planes, as they lie there: the field itself, or the member of a
  // struct that `members` lead to (the place of a member in its struct, from the top). Nothing when
  // the leaf is stored in another form, lies below a list, or is no leaf; then ReadColumn() has it.
  // Proven as columns are. A member is null where its structs are.
  [[nodiscard]] absl::StatusOr<std::optional<columnar::PackedColumn>> ReadPacked(
      const Field& field, std::span<const size_t> members = {}) const;
  // Zone maps of the leaves of `field`, in depth-first order; empty when the segment lacks the
  // field.
  [[nodiscard]] absl::StatusOr<std::vector<ZoneMap>> ReadZoneMaps(const Field& field) const;

 private:
  std::shared_ptr<SegmentFile> file_;
  FileProvider provider_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_READER_H_
