// docs/FORMAT.md against the constants of the code, in both directions.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "src/base/strings.h"
#include "src/columnar/bit_planes.h"
#include "src/segment/format.h"
#include "tests/testing/format_doc.h"

namespace ashlar::segment {
namespace {

// The document's "## Segment file" section.
std::string Section() {
  std::ifstream file(std::string(ASHLAR_SOURCE_DIR) + "/docs/FORMAT.md");
  std::string section;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) inside = line == "## Segment file";
    if (inside) section += line + "\n";
  }
  return section;
}

template <size_t N>
void ExpectTable(const std::string& title, const std::array<format::FixedField, N>& fields) {
  const std::string document = std::string(ASHLAR_SOURCE_DIR) + "/docs/FORMAT.md";
  EXPECT_EQ(testkit::FormatDocRows(document, title), testkit::FormatFieldRows(fields)) << title;
}

TEST(SegmentFormatDocument, TablesAreTheConstants) {
  ExpectTable("Header", format::header::kFields);
  ExpectTable("Footer", format::footer::kFields);
  ExpectTable("Chunk table entry", format::entry::kFields);
  ExpectTable("Reference", format::reference::kFields);
  ExpectTable("Chunk that is here", format::here::kFields);
  ExpectTable("Node", format::node::kFields);
  ExpectTable("Planes", format::planes::kFields);
  ExpectTable("Zone", format::zone::kFields);
  ExpectTable("Key table", format::keys::kFields);
  ExpectTable("Key section", format::section::kFields);
  ExpectTable("Key index", format::bucket::kFields);
}

TEST(SegmentFormatDocument, NamesMagicsSizesAndFlags) {
  const std::string section = Section();
  const std::vector<std::string> facts = {
      base::StrCat("`", format::kHeaderMagic, "`"),
      base::StrCat("`", format::kFooterMagic, "`"),
      base::StrCat("format version is ", format::kVersion),
      base::StrCat("header of ", format::header::kSize, " bytes"),
      base::StrCat("footer of ", format::footer::kSize, " bytes"),
      base::StrCat("multiple of ", format::kAlignment),
      base::StrCat("page of ", format::kPageBytes, " bytes"),
      base::StrCat(format::kZoneRows, " top-level rows"),
      base::StrCat(format::kMaxRatio, " times its bytes"),
      base::StrCat("at most ", format::kFreeBytes, " bytes"),
      base::StrCat("whole zone takes ", columnar::kPlaneBytes, " bytes"),
      base::StrCat(format::planes::kSize, " bytes a zone"),
      base::StrCat("of ", format::filter::kBitsAKey, " bits a key"),
      base::StrCat("blocks of ", format::filter::kBlockBytes, " bytes, each of ",
                   format::filter::kWords, " words"),
      base::StrCat("rows 0, ", format::fences::kRows, ", ", 2 * format::fences::kRows),
      base::StrCat("a multiple of ", format::fences::kNodeFences, " fences (a node of ",
                   format::fences::kNodeBytes, " bytes)"),
      base::StrCat("for each ", format::bucket::kKeys, " rows"),
      base::StrCat(format::zone::kHasBounds, " has bounds"),
      base::StrCat(format::zone::kMinTruncated, " min truncated"),
      base::StrCat(format::zone::kMaxTruncated, " max truncated"),
      base::StrCat(format::zone::kHasNan, " has NaN"),
      base::StrCat(format::zone::kAllNull, " all null")};
  for (const std::string& fact : facts) {
    EXPECT_NE(section.find(fact), std::string::npos) << "missing: " << fact;
  }
}

}  // namespace
}  // namespace ashlar::segment
