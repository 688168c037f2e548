// CURRENT: the one file that is replaced, and with it the store's state.
//
// Owns: the bytes of CURRENT and the order of the steps that swap it: at every instant of a crash
// the old file or the new one is there, whole. Does not own: the manifest that it names, which must
// be durable before the swap.
//
// One line of text, so that it can be read and written by hand in an emergency:
//   ashlar-current 1 MANIFEST-000000000007 crc32c=0123abcd
// The checksum covers all that stands before " crc32c=". Any later version keeps the first two
// words and the checksum, so that "too new" is never mistaken for damage, nor damage for it.
#ifndef ASHLAR_SRC_IO_ATOMIC_POINTER_H_
#define ASHLAR_SRC_IO_ATOMIC_POINTER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::io {

// Durable when it returns OK. After an error CURRENT names either the old manifest or the new one.
[[nodiscard]] absl::Status SwapCurrent(FileSystem& files, uint64_t manifest_number);

// The number of the manifest that CURRENT names. NotFound when there is no CURRENT, DataLoss when
// it is damaged, Unimplemented when a newer program wrote it.
[[nodiscard]] absl::StatusOr<uint64_t> ReadCurrent(FileSystem& files);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_ATOMIC_POINTER_H_
