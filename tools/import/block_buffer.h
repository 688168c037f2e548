// BlockBuffer: a window over an input that slides forward block by block and keeps a tail.
//
// Owns: carrying an unfinished record over from one block to the next, and the readable padding
// behind the last byte that vector code needs. Does not own: what a record is.
#ifndef ASHLAR_TOOLS_IMPORT_BLOCK_BUFFER_H_
#define ASHLAR_TOOLS_IMPORT_BLOCK_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "src/io/input_stream.h"

namespace ashlar::tools {

inline constexpr size_t kImportBlockBytes = size_t{1} << 20;
// A record (CSV) or line (JSON Lines) may be this long; a longer one is an error.
inline constexpr size_t kMaxRecordBytes = size_t{64} << 20;
// Enough for a 64-byte vector load at the last byte, and to compare a name of 255 bytes there.
inline constexpr size_t kBlockPadding = 512;

class BlockBuffer {
 public:
  // `input` must outlive the buffer. `block_bytes` is how much one Fill() reads at most.
  BlockBuffer(io::InputStream& input, size_t block_bytes,
              std::function<void(uint64_t)> on_bytes = nullptr);

  // Forgets everything before `keep_from`, moves the rest to the front and appends up to a block.
  // Returns how many bytes came; 0 means the end of the input.
  [[nodiscard]] absl::StatusOr<size_t> Fill(size_t keep_from);

  // Valid until the next Fill(); kBlockPadding bytes after size() may be read too (their values
  // mean nothing).
  [[nodiscard]] char* data() { return data_.get(); }
  [[nodiscard]] const char* data() const { return data_.get(); }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] uint64_t bytes_read() const { return bytes_read_; }

 private:
  void Reserve(size_t bytes);

  io::InputStream& input_;
  size_t block_bytes_;
  std::function<void(uint64_t)> on_bytes_;
  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0;
  size_t size_ = 0;
  uint64_t bytes_read_ = 0;
};

// The bytes of U+FEFF, which some programs put in front of a text file.
inline constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";
inline constexpr size_t kByteOrderMarkBytes = 3;

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_BLOCK_BUFFER_H_
