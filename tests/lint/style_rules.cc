// The per-file rules: see style_rules.h.
#include "tests/lint/style_rules.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "src/base/strings.h"

namespace ashlar::lint {
namespace {

constexpr size_t kMaxColumns = 100;
constexpr size_t kMaxLines = 320;

bool IsInTests(const SourceFile& file) { return file.path.starts_with("tests/"); }

// Characters, not bytes: bytes that go on with a UTF-8 sequence do not count.
size_t Columns(std::string_view line) {
  return static_cast<size_t>(std::count_if(
      line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

}  // namespace

std::vector<Finding> CheckOpeningComment(const SourceFile& file) {
  constexpr std::ptrdiff_t kFewestWords = 4;
  std::string comment;
  for (const std::string& line : file.lines) {
    if (!line.starts_with("//")) break;
    comment += line.substr(2);
  }
  const bool sentence = comment.find('.') != comment.npos &&
                        std::count(comment.begin(), comment.end(), ' ') >= kFewestWords;
  if (sentence) return {};
  return {{file.path, 1, "opens without a sentence on what the file owns"}};
}

std::vector<Finding> CheckLineLength(const SourceFile& file) {
  std::vector<Finding> findings;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const size_t columns = Columns(file.lines[i]);
    if (columns <= kMaxColumns) continue;
    findings.push_back({file.path, i + 1, base::StrCat("has ", columns, " columns; 100 at most")});
  }
  return findings;
}

std::vector<Finding> CheckFileLength(const SourceFile& file) {
  if (IsInTests(file) || file.lines.size() <= kMaxLines) return {};
  return {{file.path, 0, base::StrCat("has ", file.lines.size(), " lines; split it, 320 at most")}};
}

std::string GuardFor(std::string_view path) {
  constexpr std::string_view kPublic = "include/ashlar/";
  if (path.starts_with(kPublic)) path.remove_prefix(kPublic.size());
  std::string guard = "ASHLAR_";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    guard += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return guard + '_';
}

std::vector<Finding> CheckHeaderGuard(const SourceFile& file) {
  if (!file.IsHeader()) return {};
  const std::string guard = GuardFor(file.path);
  const auto& lines = file.lines;
  const auto opened = std::find(lines.begin(), lines.end(), "#ifndef " + guard);
  const bool guarded = opened != lines.end() && opened + 1 != lines.end() &&
                       *(opened + 1) == "#define " + guard && lines.back() == "#endif  // " + guard;
  if (guarded) return {};
  return {{file.path, 0, base::StrCat("needs the header guard ", guard)}};
}

std::vector<Finding> CheckLeftovers(const SourceFile& file) {
  std::vector<Finding> findings;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    // In two parts each, or this file would find itself.
    for (const std::string_view mark : {"TO"
                                        "DO",
                                        "FIX"
                                        "ME",
                                        "XX"
                                        "X:"}) {
      if (file.lines[i].find(mark) == std::string::npos) continue;
      findings.push_back({file.path, i + 1, base::StrCat(mark, ": do it now, or open an issue")});
    }
  }
  return findings;
}

}  // namespace ashlar::lint
