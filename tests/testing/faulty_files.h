// The open files of FaultyFileSystem.
//
// Owns: what a failing append, sync or read does to its file. Does not own: which call fails
// (fault_injector.h).
#ifndef ASHLAR_TESTS_TESTING_FAULTY_FILES_H_
#define ASHLAR_TESTS_TESTING_FAULTY_FILES_H_

#include <memory>
#include <string>

#include "src/io/file_system.h"
#include "tests/testing/fault_injector.h"

namespace ashlar::testkit {

[[nodiscard]] std::unique_ptr<io::WritableFile> MakeFaultyWritable(
    std::unique_ptr<io::WritableFile> file, std::shared_ptr<FaultInjector> injector,
    std::string name);

// `base` holds the file under this name.
[[nodiscard]] std::unique_ptr<io::BlockFile> MakeFaultyBlockFile(
    io::FileSystem& base, std::unique_ptr<io::BlockFile> file,
    std::shared_ptr<FaultInjector> injector, std::string name);

[[nodiscard]] std::shared_ptr<io::ReadableFile> MakeFaultyReadable(
    std::shared_ptr<io::ReadableFile> file, std::shared_ptr<FaultInjector> injector,
    std::string name);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_FAULTY_FILES_H_
