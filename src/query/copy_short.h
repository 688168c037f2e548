// Copying strings that are mostly short.
//
// Owns: the move itself. Does not own: where they lie.
#ifndef ASHLAR_SRC_QUERY_COPY_SHORT_H_
#define ASHLAR_SRC_QUERY_COPY_SHORT_H_

#include <cstddef>
#include <cstring>

namespace ashlar::query {

// Bytes behind a destination that CopyShort() may write to.
inline constexpr size_t kCopySlack = 16;

// Copies `size` bytes; `from_end` is the end of the buffer that they are in. Few bytes are copied
// as 16 at once where the source has them: no call and no loop for each.
inline void CopyShort(const std::byte* from, const std::byte* from_end, size_t size,
                      std::byte* to) {
  if (size <= kCopySlack && static_cast<size_t>(from_end - from) >= kCopySlack) {
    std::memcpy(to, from, kCopySlack);
  } else if (size != 0) {
    std::memcpy(to, from, size);
  }
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COPY_SHORT_H_
