// One buffer as one zstd frame.
//
// Owns: the library's contexts, the level, and refusing frames that are not what the chunk table
// says. Does not own: when compressing pays (chunk_compact.h) or how much a file may claim
// (chunk_sizes.h): sizes are checked there before anything is allocated here.
#ifndef ASHLAR_SRC_SEGMENT_ZSTD_CODEC_H_
#define ASHLAR_SRC_SEGMENT_ZSTD_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"

namespace ashlar::segment {

// Keeps the working memory of one writer between buffers. One thread.
class ZstdCompressor {
 public:
  ZstdCompressor();
  ~ZstdCompressor();

  // The frame of `bytes`; the same for the same bytes and release of the library.
  [[nodiscard]] PinnedBytes Compress(std::span<const std::byte> bytes);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The `size` bytes that the frame holds; DataLoss when it holds others or is damaged.
[[nodiscard]] absl::StatusOr<PinnedBytes> ZstdDecompress(std::span<const std::byte> frame,
                                                         uint64_t size);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_ZSTD_CODEC_H_
