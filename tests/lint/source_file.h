// SourceFile: one C++ file of the tree, as text and as code.
//
// Owns: reading the tree and telling code from comments and literals. Not: any rule. Rules take
// files as values, so that their own tests need no disk.
#ifndef ASHLAR_TESTS_LINT_SOURCE_FILE_H_
#define ASHLAR_TESTS_LINT_SOURCE_FILE_H_

#include <cstddef>
#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::lint {

struct SourceFile {
  // `path` is relative to the root of the repository, with forward slashes.
  SourceFile(std::string file_path, std::string_view text);

  [[nodiscard]] bool IsHeader() const { return path.ends_with(".h"); }

  std::string path;
  std::vector<std::string> lines;
  // The same lines with comments and the insides of literals blanked out.
  std::vector<std::string> code;
};

// What one line breaks, and what to do instead. Lines count from 1; 0 is the whole file.
struct Finding {
  std::string path;
  size_t line = 0;
  std::string message;
};
std::ostream& operator<<(std::ostream& out, const Finding& finding);

struct Include {
  size_t line = 0;
  std::string target;
};
// The quoted includes.
[[nodiscard]] std::vector<Include> QuotedIncludes(const SourceFile& file);

// Every .h and .cc file under the folders of code, by path.
[[nodiscard]] std::vector<SourceFile> LoadTree(const std::filesystem::path& root);

}  // namespace ashlar::lint

#endif  // ASHLAR_TESTS_LINT_SOURCE_FILE_H_
