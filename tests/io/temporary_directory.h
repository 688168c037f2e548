// TemporaryDirectory: an empty directory for one test, removed with all it holds.
//
// Owns: the directory. Does not own: what the test does there. It lives under the test's own
// temporary directory, or under ASHLAR_TEST_DIR where a real disk is wanted.
#ifndef ASHLAR_TESTS_IO_TEMPORARY_DIRECTORY_H_
#define ASHLAR_TESTS_IO_TEMPORARY_DIRECTORY_H_

#include <cstdlib>
#include <filesystem>
#include <string>

#include "gtest/gtest.h"
#include "src/base/check.h"

namespace ashlar::io {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    const char* chosen = std::getenv("ASHLAR_TEST_DIR");
    path_ = (chosen != nullptr ? std::string(chosen) + "/" : testing::TempDir()) + "ashlarXXXXXX";
    ASHLAR_CHECK(mkdtemp(path_.data()) != nullptr);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace ashlar::io

#endif  // ASHLAR_TESTS_IO_TEMPORARY_DIRECTORY_H_
