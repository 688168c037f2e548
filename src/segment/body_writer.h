// BodyWriter: aligned appends to a segment file, with page checksums made on the way.
//
// Owns: padding, the checksum of each page, and gathering small pieces into large appends. Does not
// own: what is written.
#ifndef ASHLAR_SRC_SEGMENT_BODY_WRITER_H_
#define ASHLAR_SRC_SEGMENT_BODY_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::segment {

// One thread. After an error the file is lost: the caller unlinks it.
class BodyWriter {
 public:
  explicit BodyWriter(std::unique_ptr<io::WritableFile> file);

  // Bytes appended so far.
  [[nodiscard]] uint64_t position() const { return position_; }

  // Pads to the next aligned offset, then appends. Nothing happens for no bytes.
  [[nodiscard]] absl::Status AppendAligned(std::span<const std::byte> bytes);
  // Pads, and gives the checksums of all pages; bytes after this are the tail's.
  [[nodiscard]] absl::StatusOr<std::vector<uint32_t>> FinishBody();
  [[nodiscard]] absl::Status AppendTail(std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status SyncAndClose();

 private:
  [[nodiscard]] absl::Status Append(std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status Pad();
  [[nodiscard]] absl::Status Flush();
  void AddToPages(std::span<const std::byte> bytes);

  const std::unique_ptr<io::WritableFile> file_;
  uint64_t position_ = 0;
  std::vector<uint32_t> page_crcs_;  // the last one is still growing
  std::string gathered_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_BODY_WRITER_H_
