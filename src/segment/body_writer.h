// BodyWriter: the bytes of a segment file, gathered in memory, with page checksums made on the way.
//
// Owns: padding, the checksum of each page, and the buffers until they are written. Does not own:
// what the bytes are. Why the whole file: how it is best written depends on its size, and the next
// segment can be built while this one is on its way to the disk.
#ifndef ASHLAR_SRC_SEGMENT_BODY_WRITER_H_
#define ASHLAR_SRC_SEGMENT_BODY_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/buffer_pool.h"
#include "src/io/file_system.h"

namespace ashlar::segment {

// One thread at a time.
class BodyWriter {
 public:
  explicit BodyWriter(std::shared_ptr<io::BufferPool> buffers);

  // Bytes appended so far.
  [[nodiscard]] uint64_t position() const { return position_; }

  // Pads to the next aligned offset, then appends. Nothing happens for no bytes.
  [[nodiscard]] absl::Status AppendAligned(std::span<const std::byte> bytes);
  // Pads, and gives the checksums of all pages; bytes after this are the tail's.
  [[nodiscard]] absl::StatusOr<std::vector<uint32_t>> FinishBody();
  [[nodiscard]] absl::Status AppendTail(std::span<const std::byte> bytes);
  // Writes everything to a new file, an append a buffer, and lets the buffers go as it is done with
  // them. After an error the file is lost: the caller unlinks it.
  [[nodiscard]] absl::Status WriteTo(io::WritableFile& file);

 private:
  [[nodiscard]] absl::Status Append(std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status Pad();
  void AddToPages(std::span<const std::byte> bytes);

  const std::shared_ptr<io::BufferPool> pool_;
  uint64_t position_ = 0;
  std::vector<uint32_t> page_crcs_;            // the last one is still growing
  std::vector<io::BufferPool::Loan> buffers_;  // full but the last one
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_BODY_WRITER_H_
