// SegmentFile: one segment file open for reading, its footer proven, its pages proven on first
// touch.
//
// Owns: the map, the decoded chunk table and the set of verified pages. Does not own: resolving
// references to other files (segment_reader.h) or caching (src/store). Thread-safe; pages are
// verified at most a few times when threads race, never unverified.
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_FILE_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_FILE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"
#include "ashlar/types.h"
#include "src/base/digest.h"
#include "src/io/file_system.h"
#include "src/segment/chunk_table.h"
#include "src/segment/key_table.h"
#include "src/segment/page_set.h"
#include "src/segment/read_stats.h"
#include "src/segment/segment_id.h"

namespace ashlar::segment {

class SegmentFile {
 public:
  // Opens, checks the size, reads the tail, checks its digest, then decodes it. DataLoss names file
  // and offset; a newer format is Unimplemented; a missing file is NotFound. Touches no chunk.
  // `stats` outlives the file by shared ownership.
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<SegmentFile>> Open(
      io::FileSystem& files, const FileIdentity& identity, std::shared_ptr<ReadStats> stats,
      PageProof proof = PageProof::kChecksums);

  [[nodiscard]] const FileIdentity& identity() const;
  [[nodiscard]] const std::string& name() const;  // "segments/000000000001.seg"
  [[nodiscard]] uint64_t rows() const;
  [[nodiscard]] const base::Digest& digest() const;  // the segment's, as the footer says
  [[nodiscard]] const Schema& schema() const;        // as written
  [[nodiscard]] const ChunkTable& chunks() const;
  // Where the key sections lie, which key_views.h proves; empty when there are none.
  [[nodiscard]] const KeyTable& keys() const;

  // The bytes [offset, offset + size) of the body, their pages populated and verified; pins the
  // map.
  [[nodiscard]] absl::StatusOr<PinnedBytes> Pin(uint64_t offset, uint64_t size);
  // Proves every page again, verified or not, appending the number of each bad page.
  [[nodiscard]] absl::Status VerifyPages(std::vector<uint64_t>* bad_pages);

  // The parts of which views are made, for this folder.
  //
  // Populates and verifies the pages of [offset, offset + size), those but which are proven
  // already.
  [[nodiscard]] absl::Status Prove(uint64_t offset, uint64_t size);
  // The body [0, tail offset) as mapped: no page may be touched before it was proven or populated.
  [[nodiscard]] std::span<const std::byte> body() const;
  // A share of the map that counts in ReadStats as one view of `bytes` bytes until it is dropped.
  [[nodiscard]] std::shared_ptr<const void> MakePin(uint64_t bytes) const;
  // Makes the pages of a range resident, proven or not.
  [[nodiscard]] absl::Status Populate(uint64_t offset, uint64_t size);
  // What of a chunk was proven, so that it is done once a file: that its buffers are what their
  // descriptions claim (chunk_view.h), and that its zone maps are well formed.
  enum class Proof : uint8_t { kStructure = 1, kZoneMaps = 2 };
  [[nodiscard]] bool IsProven(uint32_t ordinal, Proof proof) const;
  void SetProven(uint32_t ordinal, Proof proof);
  // Whether the key sections were proven, all of them.
  [[nodiscard]] bool AreKeysProven() const;
  void SetKeysProven();
  [[nodiscard]] ReadStats& stats() const;

  ~SegmentFile();

 private:
  struct State;
  explicit SegmentFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_FILE_H_
