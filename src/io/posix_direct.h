// Direct I/O on one descriptor: switching the page cache off and on, and buffers that it takes.
//
// Owns: the flag, and the pool of aligned buffers that all files of the process share. Does not
// own: what is written when.
#ifndef ASHLAR_SRC_IO_POSIX_DIRECT_H_
#define ASHLAR_SRC_IO_POSIX_DIRECT_H_

#include <cstddef>

#include "src/io/buffer_pool.h"

namespace ashlar::io {

// What the addresses of direct writes are aligned to, and a multiple of every disk's block.
inline constexpr size_t kDirectAlignment = 4096;

// False where the file system does not allow it; nothing has changed then.
[[nodiscard]] bool SetDirect(int fd, bool direct);

// Buffers of 1 MiB, aligned to kDirectAlignment.
[[nodiscard]] BufferPool& DirectBuffers();

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_DIRECT_H_
