// The golden dump: the format's bytes, held to the code. ASHLAR_REWRITE_GOLDENS=1 rewrites it.
#include "src/segment/segment_dump.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "src/base/bytes.h"
#include "tests/segment/key_testing.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

std::string SmallBytes() {
  const auto files = MakeFiles();
  EXPECT_GT(WriteSmall(*files).file.bytes, 0U);
  return *io::ReadWholeFile(*files, "segments/000000000001.seg", 1 << 20);
}

void ExpectGolden(const std::string& actual, const std::string& name) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/tests/" + name;
  if (std::getenv("ASHLAR_REWRITE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(actual == golden.str()) << "differs from " << path;
}

// Its bytes are those of one release of zstd.
std::string CompactBytes() {
  const auto files = MakeFiles();
  EXPECT_TRUE(
      WriteSegment(*files, CompactSchema(), CompactColumns(), 1, Storage::kCompact).status().ok());
  return *io::ReadWholeFile(*files, "segments/000000000001.seg", 1 << 20);
}

TEST(SegmentDump, CompactTextIsGolden) {
  if (ZSTD_versionNumber() != 10504) GTEST_SKIP() << "golden bytes are those of zstd 1.5.4";
  const std::string bytes = CompactBytes();
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(bytes), "compact.seg", false);
  EXPECT_FALSE(dump.damaged);
  EXPECT_NE(dump.output.find(" codes, planes"), std::string::npos);
  EXPECT_NE(dump.output.find(" values, planes"), std::string::npos);
  EXPECT_NE(dump.output.find(" offsets, planes"), std::string::npos);
  EXPECT_NE(dump.output.find(" values, zstd"), std::string::npos);
  ExpectGolden(dump.output, "segment/testdata/compact_segment.txt");
}

TEST(SegmentDump, CompactFuzzCorpusIsOfThisFormat) {
  if (ZSTD_versionNumber() != 10504) GTEST_SKIP() << "golden bytes are those of zstd 1.5.4";
  ExpectGolden('\1' + CompactBytes(), "fuzz/corpus/segment/compact_checksums_fixed");
}

std::string KeyedBytes() {
  base::Random random(9);
  const auto files = MakeFiles();
  EXPECT_TRUE(WriteKeyed(*files, MakeKeys(KeyShape::kGroups, 150, random), true).status().ok());
  return *io::ReadWholeFile(*files, "segments/000000000001.seg", 1 << 20);
}

TEST(SegmentDump, KeyedTextIsGolden) {
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(KeyedBytes()), "keyed.seg", false);
  EXPECT_FALSE(dump.damaged);
  ExpectGolden(dump.output, "segment/testdata/keyed_segment.txt");
}

TEST(SegmentDump, KeyedJsonIsGolden) {
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(KeyedBytes()), "keyed.seg", true);
  EXPECT_FALSE(dump.damaged);
  ExpectGolden(dump.output, "segment/testdata/keyed_segment.json.txt");
}

TEST(SegmentDump, TextIsGolden) {
  const std::string bytes = SmallBytes();
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(bytes), "small.seg", false);
  EXPECT_FALSE(dump.damaged);
  ExpectGolden(dump.output, "segment/testdata/small_segment.txt");
}

TEST(SegmentDump, JsonIsGolden) {
  const std::string bytes = SmallBytes();
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(bytes), "small.seg", true);
  EXPECT_FALSE(dump.damaged);
  ExpectGolden(dump.output, "segment/testdata/small_segment.json.txt");
}

// The seeds of the fuzz target (tests/fuzz/fuzz_segment.cc): a mode, then a file of today's format.
TEST(SegmentDump, FuzzCorpusIsOfThisFormat) {
  const std::string bytes = SmallBytes();
  ExpectGolden(std::string(1, '\0') + bytes, "fuzz/corpus/segment/small_as_is");
  ExpectGolden(std::string(1, '\1') + bytes, "fuzz/corpus/segment/small_checksums_fixed");
  const auto files = MakeFiles();
  const Schema schema = AllTypesSchema();
  base::Random random(8);
  std::vector<Column> columns;
  for (const Field& field : schema.fields()) {
    columns.push_back(RandomColumn(field.type, 20, Values::kFewDistinct, random));
  }
  ASSERT_TRUE(WriteSegment(*files, schema, columns, 1).ok());
  ExpectGolden('\1' + *io::ReadWholeFile(*files, "segments/000000000001.seg", 1 << 20),
               "fuzz/corpus/segment/all_types_checksums_fixed");
  ExpectGolden('\1' + KeyedBytes(), "fuzz/corpus/segment/keyed_checksums_fixed");
  ExpectGolden('\5' + KeyedBytes(), "fuzz/corpus/segment/keyed_all_checksums_fixed");
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
