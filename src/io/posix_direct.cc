// The O_DIRECT flag and the pool of direct writes. See posix_direct.h.
#include "src/io/posix_direct.h"

#include <fcntl.h>

#include <cstdint>
#include <memory>

namespace ashlar::io {
namespace {

constexpr size_t kIdleBuffers = 4;

}  // namespace

bool SetDirect(int fd, bool direct) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return false;
  return fcntl(fd, F_SETFL, direct ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

BufferPool& DirectBuffers() {
  static const auto* const pool = new std::shared_ptr<BufferPool>(
      BufferPool::Create(kDirectBufferBytes, kDirectAlignment, kIdleBuffers));
  return **pool;
}

bool IsDirectlyWritable(const std::byte* address) {
  return reinterpret_cast<uintptr_t>(address) % kDirectAlignment == 0;
}

}  // namespace ashlar::io
