// CURRENT: the one file that is replaced, and with it the store's state.
//
// Owns: the bytes of CURRENT and the order of the steps that swap it: at every instant of a crash
// the old file or the new one is there, whole. Does not own: the manifest that it names, which must
// be durable before the swap.
//
// One line of text, so that it can be read and written by hand in an emergency:
//   ashlar-current 1 MANIFEST-000000000007 crc32c=0123abcd
//   ashlar-current 1 MANIFEST-000000000007 clean=12345 crc32c=0123abcd
// The second form says that the manifest was closed with that many bytes and is not written to. The
// checksum covers all that stands before " crc32c=". Any later version keeps the first two words
// and the checksum, so that "too new" is never mistaken for damage, nor damage for it.
#ifndef ASHLAR_SRC_IO_ATOMIC_POINTER_H_
#define ASHLAR_SRC_IO_ATOMIC_POINTER_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::io {

struct CurrentPointer {
  uint64_t manifest_number = 0;
  std::optional<uint64_t> clean_bytes;

  friend bool operator==(const CurrentPointer&, const CurrentPointer&) = default;
};

// Durable when it returns OK. After an error CURRENT holds either the old pointer or the new one;
// `*unchanged` then says that it surely holds the old one, and that the swap may be tried again.
[[nodiscard]] absl::Status SwapCurrent(FileSystem& files, uint64_t manifest_number,
                                       std::optional<uint64_t> clean_bytes = std::nullopt,
                                       bool* unchanged = nullptr);

// What CURRENT holds. NotFound when there is no CURRENT, DataLoss when it is damaged, Unimplemented
// when a newer program wrote it.
[[nodiscard]] absl::StatusOr<CurrentPointer> ReadCurrentPointer(FileSystem& files);
// Its manifest number alone.
[[nodiscard]] absl::StatusOr<uint64_t> ReadCurrent(FileSystem& files);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_ATOMIC_POINTER_H_
