// Spelling and parsing of the store's file names.
#include "src/io/file_names.h"

#include <string>

#include "gtest/gtest.h"

namespace ashlar::io {
namespace {

TEST(FileNames, AreSpelledCanonically) {
  EXPECT_EQ(ManifestName(1), "MANIFEST-000000000001");
  EXPECT_EQ(SegmentName(42), "segments/000000000042.seg");
  EXPECT_EQ(LogName(999999999999), "log/999999999999.log");
  EXPECT_EQ(LogName(1000000000000), "log/1000000000000.log");
}

TEST(FileNames, ParseWhatTheySpell) {
  for (uint64_t number : {uint64_t{0}, uint64_t{1}, uint64_t{999999999999}, uint64_t{1000000000000},
                          kMaxFileNumber}) {
    EXPECT_EQ(ParseFileName(ManifestName(number)), (ParsedFileName{FileKind::kManifest, number}));
    EXPECT_EQ(ParseFileName(SegmentName(number)), (ParsedFileName{FileKind::kSegment, number}));
    EXPECT_EQ(ParseFileName(LogName(number)), (ParsedFileName{FileKind::kLog, number}));
  }
  EXPECT_EQ(ParseFileName("LOCK")->kind, FileKind::kLock);
  EXPECT_EQ(ParseFileName("READERS")->kind, FileKind::kReaders);
  EXPECT_EQ(ParseFileName("RESERVE")->kind, FileKind::kReserve);
  EXPECT_EQ(ParseFileName("CURRENT")->kind, FileKind::kCurrent);
  EXPECT_EQ(ParseFileName("CURRENT.tmp")->kind, FileKind::kCurrentTemporary);
  EXPECT_EQ(ParseFileName("segments")->kind, FileKind::kSegmentsFolder);
  EXPECT_EQ(ParseFileName("log")->kind, FileKind::kLogFolder);
}

TEST(FileNames, ForeignNamesDoNotParse) {
  for (const char* name : {"",
                           "lock",
                           "CURRENT2",
                           "MANIFEST-",
                           "MANIFEST-1",
                           "MANIFEST-00000000001",
                           "MANIFEST-0000000000001",
                           "MANIFEST--00000000001",
                           "MANIFEST-+00000000001",
                           "MANIFEST-00000000000a",
                           "MANIFEST-000000000001 ",
                           "MANIFEST-9223372036854775808",
                           "MANIFEST-99999999999999999999999",
                           "000000000001.seg",
                           "segments/000000000001.log",
                           "segments/000000000001.seg.tmp",
                           "segments/.seg",
                           "segments/x000000000001.seg",
                           "segments/../000000000001.seg",
                           "log/000000000001.seg",
                           "segments/",
                           "log/",
                           "segments/0x0000000001.seg",
                           "xsegments/000000000001.seg"}) {
    EXPECT_EQ(ParseFileName(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace ashlar::io
