// The whole tree, held to the layer law and the other rules that no compiler checks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/lint/banned_calls.h"
#include "tests/lint/layer_rules.h"
#include "tests/lint/source_file.h"
#include "tests/lint/style_rules.h"

namespace ashlar::lint {
namespace {

using ::testing::Contains;
using ::testing::Field;

const std::vector<SourceFile>& Tree() {
  static const auto* const tree = new std::vector<SourceFile>(LoadTree(ASHLAR_SOURCE_DIR));
  return *tree;
}

void ExpectNone(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) ADD_FAILURE() << finding;
}

template <typename Rule>
void ExpectEachFilePasses(Rule rule) {
  for (const SourceFile& file : Tree()) ExpectNone(rule(file));
}

TEST(LayerLaw, TreeWasFound) {
  for (const std::string_view path :
       {"include/ashlar/status_macros.h", "src/base/check.cc", "tests/lint/layer_law_test.cc"}) {
    EXPECT_THAT(Tree(), Contains(Field(&SourceFile::path, path)));
  }
}

TEST(LayerLaw, FoldersIncludeOnlyWhatStandsToTheirLeft) { ExpectNone(CheckLayers(Tree())); }

TEST(LayerLaw, NoIncludeCycles) { ExpectNone(CheckIncludeCycles(Tree())); }

TEST(LayerLaw, OperatingSystemOnlyInIoAndBase) { ExpectEachFilePasses(CheckBannedCalls); }

TEST(Style, FilesOpenWithAComment) { ExpectEachFilePasses(CheckOpeningComment); }

TEST(Style, LinesFit) { ExpectEachFilePasses(CheckLineLength); }

TEST(Style, FilesAreShort) { ExpectEachFilePasses(CheckFileLength); }

TEST(Style, HeadersAreGuarded) { ExpectEachFilePasses(CheckHeaderGuard); }

TEST(Style, NothingIsLeftForLater) { ExpectEachFilePasses(CheckLeftovers); }

}  // namespace
}  // namespace ashlar::lint
