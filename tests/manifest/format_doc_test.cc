// docs/FORMAT.md, "Manifest", against the constants of the code.
#include "tests/testing/format_doc.h"

#include <gtest/gtest.h>

#include "src/manifest/format.h"

namespace ashlar::manifest {
namespace {

TEST(ManifestFormatDocument, TablesAreTheConstants) {
  const std::string path = std::string(ASHLAR_SOURCE_DIR) + "/docs/FORMAT.md";
  EXPECT_EQ(testkit::FormatDocRows(path, "Manifest file header"),
            testkit::FormatFieldRows(format::header::kFields));
  EXPECT_EQ(testkit::FormatDocRows(path, "Manifest record header"),
            testkit::FormatFieldRows(format::record::kFields));
}

}  // namespace
}  // namespace ashlar::manifest
