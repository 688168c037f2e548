// Helpers that look at, plant and damage whole files.
//
// Owns: moving between a file system and plain maps of bytes. Does not own: which damage is worth
// trying.
#ifndef ASHLAR_TESTS_TESTING_CORRUPTION_H_
#define ASHLAR_TESTS_TESTING_CORRUPTION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/io/memory_file_system.h"
#include "tests/testing/op_log.h"

namespace ashlar::testkit {

// The file must be there.
[[nodiscard]] std::string ReadFile(io::FileSystem& files, std::string_view name);

// Replaces or makes the file, also under those who have it open.
void WriteFile(io::MemoryFileSystem& files, std::string_view name, std::string_view content);

// Flips the bits of `mask` in one byte.
void FlipByte(io::MemoryFileSystem& files, std::string_view name, uint64_t offset,
              uint8_t mask = 0xFF);

// Cuts the file to `size` bytes, which it must have.
void CutFile(io::MemoryFileSystem& files, std::string_view name, uint64_t size);

// All files and directories.
[[nodiscard]] absl::StatusOr<FileTree> ReadTree(io::FileSystem& files);

[[nodiscard]] std::unique_ptr<io::MemoryFileSystem> MakeFileSystem(const FileTree& tree);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_CORRUPTION_H_
