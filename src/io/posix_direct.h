// Direct I/O on one descriptor: switching the page cache off and on, and buffers that it takes.
//
// Owns: the flag, the pool of aligned buffers that all files of the process share, and telling
// which bytes need none. Does not own: what is written when.
#ifndef ASHLAR_SRC_IO_POSIX_DIRECT_H_
#define ASHLAR_SRC_IO_POSIX_DIRECT_H_

#include <cstddef>

#include "src/io/buffer_pool.h"

namespace ashlar::io {

// False where the file system does not allow it; nothing has changed then.
[[nodiscard]] bool SetDirect(int fd, bool direct);

// Buffers of kDirectBufferBytes, aligned to kDirectAlignment.
[[nodiscard]] BufferPool& DirectBuffers();

// Whether bytes that begin here can be written as they lie.
[[nodiscard]] bool IsDirectlyWritable(const std::byte* address);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_DIRECT_H_
