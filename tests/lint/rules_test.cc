// The rules themselves, on small files that break each of them and on ones that only look like it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/lint/banned_calls.h"
#include "tests/lint/layer_rules.h"
#include "tests/lint/source_file.h"
#include "tests/lint/style_rules.h"

namespace ashlar::lint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SourceFile Including(const std::string& path, const std::string& target) {
  return SourceFile(path, "// Comment.\n#include \"" + target + "\"\n");
}

std::vector<Finding> Layers(const std::string& path, const std::string& target) {
  return CheckLayers({Including(path, target)});
}

TEST(SourceFile, BlanksCommentsAndLiterals) {
  const SourceFile file("src/io/a.cc",
                        "f(\"open(\\\"\", '\\'', 1'000);  // open(\n"
                        "/* rand(\n*/ g(R\"x(open(\n)\" )x\");\n");
  EXPECT_THAT(file.code,
              ElementsAre(HasSubstr("f("), HasSubstr("  "), HasSubstr("g("), HasSubstr(");")));
  for (const std::string& line : file.code) {
    EXPECT_EQ(line.find("open"), std::string::npos) << line;
    EXPECT_EQ(line.find("rand"), std::string::npos) << line;
  }
  EXPECT_NE(file.code[0].find("1'000);"), std::string::npos);
}

TEST(SourceFile, IncludesInRawStringsAreText) {
  const SourceFile file("src/io/a.cc", "x = R\"(\n#include \"src/store/a.h\"\n)\";\n");
  EXPECT_THAT(QuotedIncludes(file), IsEmpty());
  EXPECT_THAT(QuotedIncludes(Including("src/io/a.cc", "src/base/b.h")), SizeIs(1));
}

TEST(LayerRules, LeftIsAllowed) {
  EXPECT_THAT(Layers("src/io/a.cc", "src/base/b.h"), IsEmpty());
  EXPECT_THAT(Layers("src/io/a.cc", "src/io/b.h"), IsEmpty());
  EXPECT_THAT(Layers("src/base/a.cc", "ashlar/b.h"), IsEmpty());
  EXPECT_THAT(Layers("src/store/a.cc", "src/query/b.h"), IsEmpty());
  EXPECT_THAT(Layers("tests/io/a_test.cc", "src/store/b.h"), IsEmpty());
  EXPECT_THAT(Layers("src/io/a.cc", "absl/status/status.h"), IsEmpty());
}

TEST(LayerRules, RightIsRefused) {
  const std::vector<Finding> findings = Layers("src/io/a.cc", "src/columnar/b.h");
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].path, "src/io/a.cc");
  EXPECT_EQ(findings[0].line, 2u);
  EXPECT_THAT(findings[0].message, HasSubstr("src/io/ must not include src/columnar/b.h"));
  EXPECT_THAT(Layers("include/ashlar/a.h", "src/base/b.h"), SizeIs(1));
  EXPECT_THAT(Layers("src/query/a.cc", "src/compaction/b.h"), SizeIs(1));
  EXPECT_THAT(Layers("src/compaction/a.cc", "src/query/b.h"), SizeIs(1));
  EXPECT_THAT(Layers("src/store/a.cc", "tools/b.h"), SizeIs(1));
  EXPECT_THAT(Layers("tools/a.cc", "tests/testing/b.h"), SizeIs(1));
}

TEST(LayerRules, UnknownFoldersAreRefused) {
  EXPECT_THAT(Layers("src/misc/a.cc", "src/base/b.h"), SizeIs(1));
  EXPECT_THAT(Layers("src/store/a.cc", "src/misc/b.h"), SizeIs(1));
}

TEST(LayerRules, IncludesStartAtTheRoot) {
  EXPECT_THAT(Layers("src/io/a.cc", "../base/b.h"), SizeIs(1));
  EXPECT_THAT(CheckLayers({Including("src/io/a.cc", "b.h"), SourceFile("src/io/b.h", "// B.\n")}),
              SizeIs(1));
  EXPECT_THAT(Layers("src/base/a.cc", "blake3.h"), IsEmpty()) << "a library's header";
}

TEST(LayerRules, CyclesAreFound) {
  const SourceFile a = Including("src/io/a.h", "src/io/b.h");
  const SourceFile b = Including("src/io/b.h", "ashlar/c.h");
  EXPECT_THAT(CheckIncludeCycles({a, b, Including("include/ashlar/c.h", "src/io/a.h")}), SizeIs(1));
  EXPECT_THAT(CheckIncludeCycles({a, b, SourceFile("include/ashlar/c.h", "// C.\n")}), IsEmpty());
  EXPECT_THAT(CheckIncludeCycles({Including("src/io/a.h", "src/io/a.h")}), SizeIs(1));
  const SourceFile d = Including("src/io/d.h", "src/io/b.h");
  EXPECT_THAT(CheckIncludeCycles({a, b, d}), IsEmpty()) << "two ways to one file are no cycle";
}

TEST(StyleRules, OpeningComment) {
  EXPECT_THAT(CheckOpeningComment({"a.cc", "// Owns the thing of things.\n"}), IsEmpty());
  EXPECT_THAT(CheckOpeningComment({"a.cc", "// Owns a thing\n// of things.\n"}), IsEmpty());
  EXPECT_THAT(CheckOpeningComment({"a.cc", "#include <a>\n// Owns the thing of things.\n"}),
              SizeIs(1));
  EXPECT_THAT(CheckOpeningComment({"a.cc", "// a.cc\n"}), SizeIs(1));
  EXPECT_THAT(CheckOpeningComment({"a.cc", "// A title with no full stop\n"}), SizeIs(1));
  EXPECT_THAT(CheckOpeningComment({"a.cc", ""}), SizeIs(1));
}

TEST(StyleRules, LineLength) {
  EXPECT_THAT(CheckLineLength({"a.cc", std::string(100, 'x')}), IsEmpty());
  EXPECT_THAT(CheckLineLength({"a.cc", "x\n" + std::string(101, 'x')}), SizeIs(1));
  EXPECT_THAT(CheckLineLength({"a.cc", std::string(99, 'x') + "€"}), IsEmpty());
}

TEST(StyleRules, FileLength) {
  const auto lines = [](size_t count) { return std::string(count, '\n'); };
  EXPECT_THAT(CheckFileLength({"src/io/a.cc", lines(320)}), IsEmpty());
  EXPECT_THAT(CheckFileLength({"src/io/a.cc", lines(321)}), SizeIs(1));
  EXPECT_THAT(CheckFileLength({"tests/io/a.cc", lines(321)}), IsEmpty());
}

TEST(StyleRules, HeaderGuard) {
  EXPECT_EQ(GuardFor("include/ashlar/types.h"), "ASHLAR_TYPES_H_");
  EXPECT_EQ(GuardFor("src/io/file_system.h"), "ASHLAR_SRC_IO_FILE_SYSTEM_H_");
  const std::string guard = "ASHLAR_SRC_IO_A_H_";
  const std::string open = "// A.\n#ifndef " + guard + "\n#define " + guard + "\n";
  const std::string good = open + "#endif  // " + guard + "\n";
  EXPECT_THAT(CheckHeaderGuard({"src/io/a.h", good}), IsEmpty());
  EXPECT_THAT(CheckHeaderGuard({"src/io/b.h", good}), SizeIs(1));
  EXPECT_THAT(CheckHeaderGuard({"src/io/a.h", open + "#endif\n"}), SizeIs(1));
  EXPECT_THAT(CheckHeaderGuard({"src/io/a.h", "#pragma once\n"}), SizeIs(1));
  EXPECT_THAT(CheckHeaderGuard({"src/io/a.cc", ""}), IsEmpty());
}

TEST(StyleRules, Leftovers) {
  EXPECT_THAT(CheckLeftovers({"a.cc",
                              "// TO"
                              "DO(me): later\nint x;  // FIX"
                              "ME\n"}),
              SizeIs(2));
  EXPECT_THAT(CheckLeftovers({"a.cc", "// to do is fine\n"}), IsEmpty());
}

std::vector<Finding> Banned(const std::string& path, const std::string& code) {
  return CheckBannedCalls(SourceFile(path, code));
}

TEST(BannedCalls, EachIsFoundAndNamesItsReplacement) {
  for (const std::string code :
       {"int fd = open(path, 0);", "::open(path)", "n = ::read(fd, p, 1);", "fsync(fd);",
        "void* p = mmap(0, 1);", "std::random_device r;",
        "auto t = std::chrono::system_clock::now();", "std::this_thread::sleep_for(d);",
        "x = rand();", "x = std::rand();", "std::thread t(f);", "std::jthread t(f);",
        "std::vector<std::thread> threads;"}) {
    for (const std::string folder : {"src/store/", "tools/", "bench/", "include/ashlar/"}) {
      const std::vector<Finding> findings = Banned(folder + "a.cc", code);
      ASSERT_THAT(findings, SizeIs(1)) << code;
      EXPECT_THAT(findings[0].message, HasSubstr("is banned: use ")) << code;
    }
  }
}

TEST(BannedCalls, LookalikesPass) {
  for (const std::string code :
       {"file.open(path);", "file->open(path);", "Reopen(x); reopen(x);", "x = io::read(fd);",
        "// open(path) and rand()", "f(\"mmap(\");", "operand(1);", "std::thread::id id;",
        "n = std::thread::hardware_concurrency();", "std::this_thread::get_id();"}) {
    EXPECT_THAT(Banned("src/store/a.cc", code), IsEmpty()) << code;
  }
}

TEST(BannedCalls, IoBaseAndTestsMay) {
  for (const std::string path : {"src/io/a.cc", "src/base/a.cc", "tests/io/a_test.cc"}) {
    EXPECT_THAT(Banned(path, "fsync(fd);"), IsEmpty()) << path;
  }
}

}  // namespace
}  // namespace ashlar::lint
