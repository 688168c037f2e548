// docs/FORMAT.md, "Commit log", against the constants of the code.
#include "tests/testing/format_doc.h"

#include <gtest/gtest.h>

#include "src/log/format.h"

namespace ashlar::log {
namespace {

TEST(LogFormatDocument, TablesAreTheConstants) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/docs/FORMAT.md";
  EXPECT_EQ(testkit::FormatDocRows(path, "Commit log file header"),
            testkit::FormatFieldRows(format::header::kFields));
  EXPECT_EQ(testkit::FormatDocRows(path, "Log group header"),
            testkit::FormatFieldRows(format::group::kFields));
  EXPECT_EQ(testkit::FormatDocRows(path, "Log record header"),
            testkit::FormatFieldRows(format::record::kFields));
}

TEST(LogFormatDocument, LimitsAndMagicsAreTheConstants) {
  std::ifstream file(std::string(ASHLAR_SOURCE_DIR) + "/docs/FORMAT.md");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const std::string& expected :
       {base::StrCat("at most ", format::kMaxPayloadBytes, " bytes"),
        base::StrCat("at most ", format::kMaxBodyBytes, " bytes"),
        base::StrCat("`", format::kMagic, "`, the format version ", format::kVersion),
        base::StrCat("group magic is `", format::kGroupMagic, "`")}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected;
  }
}

}  // namespace
}  // namespace ashlar::log
