// The golden dump: the format's bytes, held to the code. ASHLAR_REWRITE_GOLDENS=1 rewrites it.
#include "src/log/log_dump.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "src/base/bytes.h"
#include "src/io/file_names.h"
#include "tests/log/log_testing.h"
#include "tests/testing/corruption.h"

namespace ashlar::log {
namespace {

// Two groups, written over an older log that had four.
std::string RecycledBytes() {
  const auto files = MakeFiles();
  {
    const auto old = *LogWriter::Create(*files, 6, {.file_bytes = 4096});
    for (uint64_t i = 1; i <= 4; ++i) EXPECT_TRUE(old->AppendGroup(Views({MakeRecord(i, 5)})).ok());
  }
  const auto writer =
      *LogWriter::Recycle(*files, 6, 8, {.file_bytes = 4096, .previous = {7, 1024}});
  EXPECT_TRUE(writer->AppendGroup(Views(MakeRecords(10, {4, 0, 20}))).ok());
  EXPECT_TRUE(writer->Sync().ok());
  EXPECT_TRUE(writer->AppendGroup(Views(MakeRecords(13, {500}))).ok());
  return testkit::ReadFile(*files, io::LogName(8));
}

void ExpectGolden(const std::string& actual, const std::string& name) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/tests/" + name;
  if (std::getenv("ASHLAR_REWRITE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(actual == golden.str()) << "ASHLAR_REWRITE_GOLDENS=1 rewrites " << path;
}

TEST(LogDump, IsGolden) {
  const std::string bytes = RecycledBytes();
  const LogDumpResult text = DumpLog(base::AsBytes(bytes), io::LogName(8), false);
  EXPECT_FALSE(text.damaged);
  ExpectGolden(text.output, "log/testdata/recycled.txt");
  ExpectGolden(DumpLog(base::AsBytes(bytes), io::LogName(8), true).output,
               "log/testdata/recycled.json");
}

TEST(LogDump, FuzzCorpusIsOfThisFormat) {
  const std::string bytes = RecycledBytes();
  ExpectGolden('\0' + bytes, "fuzz/corpus/log/as_is");
  ExpectGolden('\1' + bytes, "fuzz/corpus/log/checksums_fixed");
  ExpectGolden('\3' + bytes.substr(0, 2000), "fuzz/corpus/log/live_and_cut");
  ExpectGolden('\5' + bytes.substr(0, 2048), "fuzz/corpus/log/sealed");
  ExpectGolden('\x9' + bytes.substr(0, 2048) + bytes, "fuzz/corpus/log/two_logs");
}

TEST(LogDump, SaysWhichBytesAreWrong) {
  const std::string bytes = RecycledBytes();
  for (size_t at = 0; at < bytes.size(); at += 3) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    const LogDumpResult dump = DumpLog(base::AsBytes(damaged), "x", false);
    // The first group was durable when the second one was written.
    EXPECT_EQ(dump.damaged, at < 1024) << at;
    const std::string_view cut = std::string_view(bytes).substr(0, at);
    EXPECT_FALSE(DumpLog(base::AsBytes(cut), "x", true).output.empty());
  }
}

}  // namespace
}  // namespace ashlar::log
