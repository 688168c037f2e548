// Where the file-system contract is tested: on disk, on disk without maps, in memory, and through
// the helpers of other tests.
//
// Owns: the typed fixture that the contract's tests share. Does not own: the tests.
#ifndef ASHLAR_TESTS_IO_FILE_SYSTEM_PLACES_H_
#define ASHLAR_TESTS_IO_FILE_SYSTEM_PLACES_H_

#include <memory>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/io/file_system.h"
#include "src/io/memory_file_system.h"
#include "src/io/posix_file_system.h"
#include "tests/io/temporary_directory.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/recording_file_system.h"

namespace ashlar::io {

struct OnDisk {
  TemporaryDirectory directory;
  std::unique_ptr<FileSystem> files = *OpenPosixFileSystem(directory.path(), {.map = true});
};

struct OnDiskUnmapped {
  TemporaryDirectory directory;
  std::unique_ptr<FileSystem> files = *OpenPosixFileSystem(directory.path(), {.map = false});
};

struct InMemory {
  std::unique_ptr<FileSystem> files = std::make_unique<MemoryFileSystem>();
};

// The helpers of other tests must not change what they pass on.
struct Recorded {
  std::unique_ptr<FileSystem> files = std::make_unique<testkit::RecordingFileSystem>();
};

struct NeverFailing {
  std::unique_ptr<FileSystem> files = std::make_unique<testkit::FaultyFileSystem>(
      std::make_unique<MemoryFileSystem>(), std::make_shared<testkit::FaultInjector>());
};

template <typename Place>
class FileSystemTest : public testing::Test {
 protected:
  FileSystem& files() { return *place_.files; }

  void Put(std::string_view name, std::string_view content) {
    auto file = files().Create(name, {});
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(base::AsBytes(content)).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Close().ok());
  }

  std::string Get(std::string_view name) {
    absl::StatusOr<std::string> content = ReadWholeFile(files(), name, 1 << 24);
    return content.ok() ? *content : content.status().ToString();
  }

 private:
  Place place_;
};

using Places = testing::Types<OnDisk, OnDiskUnmapped, InMemory, Recorded, NeverFailing>;

}  // namespace ashlar::io

#endif  // ASHLAR_TESTS_IO_FILE_SYSTEM_PLACES_H_
