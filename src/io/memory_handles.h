// Open files and locks of the in-memory file system.
//
// Owns: the step from a MemoryFile to the interfaces of file_system.h, and the file's name in
// messages. Does not own: the bytes (memory_file.h) nor the tree (memory_file_system.h).
#ifndef ASHLAR_SRC_IO_MEMORY_HANDLES_H_
#define ASHLAR_SRC_IO_MEMORY_HANDLES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/io/memory_file.h"

namespace ashlar::io {

// `status` with the operation and the file's name in front of its message.
[[nodiscard]] absl::Status InMemoryFile(const absl::Status& status, std::string_view operation,
                                        std::string_view name);

[[nodiscard]] std::unique_ptr<WritableFile> MakeMemoryWritable(std::shared_ptr<MemoryFile> file,
                                                               std::string name);
// Makes the file longer as options.size asks.
[[nodiscard]] absl::StatusOr<std::unique_ptr<BlockFile>> MakeMemoryBlockFile(
    std::shared_ptr<MemoryFile> file, std::string name, const BlockFileOptions& options);
[[nodiscard]] std::shared_ptr<ReadableFile> MakeMemoryReadable(std::shared_ptr<MemoryFile> file,
                                                               std::string name);
[[nodiscard]] absl::StatusOr<std::unique_ptr<FileLock>> LockMemoryFile(
    std::shared_ptr<MemoryFile> file);
[[nodiscard]] absl::StatusOr<std::unique_ptr<FileLock>> LockMemoryByte(
    std::shared_ptr<MemoryFile> file, uint64_t position);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_MEMORY_HANDLES_H_
