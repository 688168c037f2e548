// docs/FORMAT.md against the constants of the code, in both directions.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "src/base/strings.h"
#include "src/segment/format.h"

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

// The rows "| offset | size | field |" below the heading "### <title>".
std::vector<std::string> TableRows(const std::string& title) {
  std::istringstream section(Section());
  std::vector<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(section, line);) {
    if (line.starts_with("### ")) inside = line == "### " + title;
    const bool is_row =
        line.starts_with("| ") && line.size() > 2 && line[2] >= '0' && line[2] <= '9';
    if (inside && is_row) rows.push_back(line);
  }
  return rows;
}

template <size_t N>
void ExpectTable(const std::string& title, const std::array<format::FixedField, N>& fields) {
  std::vector<std::string> expected;
  for (const format::FixedField& field : fields) {
    expected.push_back(
        base::StrCat("| ", field.offset, " | ", field.size, " | ", field.name, " |"));
  }
  EXPECT_EQ(TableRows(title), expected) << title;
}

TEST(SegmentFormatDocument, TablesAreTheConstants) {
  ExpectTable("Header", format::header::kFields);
  ExpectTable("Footer", format::footer::kFields);
  ExpectTable("Chunk table entry", format::entry::kFields);
  ExpectTable("Reference", format::reference::kFields);
  ExpectTable("Chunk that is here", format::here::kFields);
  ExpectTable("Node", format::node::kFields);
  ExpectTable("Zone", format::zone::kFields);
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
