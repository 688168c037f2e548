// BufferWriter: one canonical buffer on its way into a sink.
//
// Owns: gathering small writes into large spans on the stack, and passing source spans through
// untouched where they are large. Does not own: what is written (canonical_values.h). Why: BLAKE3
// is several times faster on spans of 16 KiB and more, and nothing here may allocate.
#ifndef ASHLAR_SRC_COLUMNAR_BUFFER_WRITER_H_
#define ASHLAR_SRC_COLUMNAR_BUFFER_WRITER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "src/base/check.h"
#include "src/columnar/canonical_emit.h"

namespace ashlar::columnar {

class BufferWriter {
 public:
  static constexpr size_t kStageBytes = size_t{32} << 10;

  // Exactly `size` bytes must be written before Finish().
  BufferWriter(CanonicalSink& sink, uint64_t size) : sink_(sink), size_(size) {
    sink_.BeginBuffer(size);
  }
  BufferWriter(const BufferWriter&) = delete;
  BufferWriter& operator=(const BufferWriter&) = delete;

  // Bytes [offset, offset + size) of a source buffer; shared when they are the whole buffer.
  void Pass(const PinnedBytes& origin, uint64_t offset, uint64_t size) {
    ASHLAR_CHECK(offset <= origin.size() && size <= origin.size() - offset);
    const std::span<const std::byte> bytes = origin.bytes().subspan(offset, size);
    if (size == size_ && size != 0) {
      total_ = size;
      sink_.Append(bytes, &origin);
    } else {
      Write(bytes);
    }
  }

  void Write(std::span<const std::byte> bytes) {
    if (bytes.size() > kStageBytes - used_) Flush();
    if (bytes.size() >= kStageBytes / 2) {
      Flush();
      total_ += bytes.size();
      sink_.Append(bytes, nullptr);
      return;
    }
    if (bytes.empty()) return;
    std::memcpy(stage_ + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
  }

  // Room for the next `size` bytes, at most kStageBytes, which the caller fills at once.
  [[nodiscard]] std::byte* Reserve(size_t size) {
    ASHLAR_CHECK(size <= kStageBytes);
    if (size > kStageBytes - used_) Flush();
    std::byte* room = stage_ + used_;
    used_ += size;
    return room;
  }

  void WriteZeros(uint64_t size) {
    while (size > 0) {
      const size_t part = std::min<uint64_t>(size, kStageBytes);
      std::memset(Reserve(part), 0, part);
      size -= part;
    }
  }

  void Finish() {
    Flush();
    ASHLAR_CHECK(total_ == size_);
  }

 private:
  void Flush() {
    if (used_ == 0) return;
    total_ += used_;
    sink_.Append({stage_, used_}, nullptr);
    used_ = 0;
  }

  CanonicalSink& sink_;
  const uint64_t size_;
  uint64_t total_ = 0;  // handed to the sink
  size_t used_ = 0;
  alignas(64) std::byte stage_[kStageBytes];  // not zeroed
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BUFFER_WRITER_H_
