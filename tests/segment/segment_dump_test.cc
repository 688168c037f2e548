// The golden dump: the format's bytes, held to the code. ASHLAR_REWRITE_GOLDENS=1 rewrites it.
#include "src/segment/segment_dump.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "src/base/bytes.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

std::string SmallBytes() {
  const auto files = MakeFiles();
  EXPECT_GT(WriteSmall(*files).file.bytes, 0U);
  return *io::ReadWholeFile(*files, "segments/000000000001.seg", 1 << 20);
}

void ExpectGolden(const std::string& actual, const std::string& name) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/tests/segment/testdata/" + name;
  if (std::getenv("ASHLAR_REWRITE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(actual, golden.str()) << "golden " << path;
}

TEST(SegmentDump, TextIsGolden) {
  const std::string bytes = SmallBytes();
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(bytes), "small.seg", false);
  EXPECT_FALSE(dump.damaged);
  ExpectGolden(dump.output, "small_segment.txt");
}

TEST(SegmentDump, JsonIsGolden) {
  const std::string bytes = SmallBytes();
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(bytes), "small.seg", true);
  EXPECT_FALSE(dump.damaged);
  ExpectGolden(dump.output, "small_segment.json.txt");
}

TEST(SegmentDump, DamageIsMarkedAndTheRestIsShown) {
  std::string bytes = SmallBytes();
  bytes[300] ^= 1;
  const SegmentDumpResult body = DumpSegment(base::AsBytes(bytes), "small.seg", false);
  EXPECT_TRUE(body.damaged);
  EXPECT_NE(body.output.find("!! page 0: wrong"), std::string::npos);
  EXPECT_NE(body.output.find("chunk 1 city: utf8"), std::string::npos);
  bytes = SmallBytes();
  bytes[bytes.size() - 1] ^= 1;
  const SegmentDumpResult footer = DumpSegment(base::AsBytes(bytes), "small.seg", false);
  EXPECT_TRUE(footer.damaged);
  EXPECT_NE(footer.output.find("!! footer: small.seg: wrong checksum"), std::string::npos);
  EXPECT_NE(footer.output.find("body, not understood"), std::string::npos);
  EXPECT_NE(footer.output.find("tail offset: "), std::string::npos);
}

}  // namespace
}  // namespace ashlar::segment
