// Numbers of crash tests; see the header.
#include "tests/testing/crash_count.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ashlar::testkit {

void CrashCount::Report(const std::string& what) const {
  std::printf("%s: %zu distinct images\n", what.c_str(), images_.size());
  const char* const directory = std::getenv("ASHLAR_CRASH_STATES");
  if (directory == nullptr) return;
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test.test_suite_name()) + "." + test.name();
  std::replace(name.begin(), name.end(), '/', '.');
  std::ofstream file(std::filesystem::path(directory) / name);
  for (const uint64_t hash : images_) file << std::hex << hash << "\n";
}

}  // namespace ashlar::testkit
