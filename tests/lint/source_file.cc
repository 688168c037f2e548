// Splitting, blanking and loading of source files. The blanking knows comments, strings, raw
// strings, characters and digit separators: enough for the code that clang-format lets through.
#include "tests/lint/source_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace ashlar::lint {
namespace {

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The end of the literal or comment that begins at `at`, or `at` when none does.
size_t EndOfToken(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  const auto after = [&](std::string_view mark, size_t from) {
    const size_t found = text.find(mark, from);
    return found == text.npos ? text.size() : found + mark.size();
  };
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return after("*/", at + 2);
  const bool word_before = at > 0 && IsWord(text[at - 1]);
  if (rest.starts_with("R\"") && !word_before) {
    const size_t open = std::min(text.find('(', at), text.size());
    const std::string delimiter(text.substr(at + 2, open - at - 2));
    return after(")" + delimiter + "\"", open);
  }
  const char quote = rest[0];
  if (quote != '"' && (quote != '\'' || word_before)) return at;
  size_t end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, text.size());
}

std::string BlankCommentsAndLiterals(std::string_view text) {
  std::string code(text);
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = EndOfToken(text, at);
    if (end == at) {
      ++at;
      continue;
    }
    std::replace_if(
        code.begin() + static_cast<std::ptrdiff_t>(at),
        code.begin() + static_cast<std::ptrdiff_t>(end), [](char c) { return c != '\n'; }, ' ');
    at = end;
  }
  return code;
}

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

SourceFile::SourceFile(std::string file_path, std::string_view text)
    : path(std::move(file_path)),
      lines(SplitLines(text)),
      code(SplitLines(BlankCommentsAndLiterals(text))) {}

std::ostream& operator<<(std::ostream& out, const Finding& finding) {
  out << finding.path;
  if (finding.line > 0) out << ':' << finding.line;
  return out << ": " << finding.message;
}

std::vector<Include> QuotedIncludes(const SourceFile& file) {
  constexpr std::string_view kDirective = "#include \"";
  std::vector<Include> includes;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    // The directive must also be code: an include in a raw string is text.
    if (!line.starts_with(kDirective) || !file.code[i].starts_with("#include")) continue;
    const std::string_view rest = line.substr(kDirective.size());
    includes.push_back({i + 1, std::string(rest.substr(0, rest.find('"')))});
  }
  return includes;
}

std::vector<SourceFile> LoadTree(const std::filesystem::path& root) {
  std::vector<SourceFile> files;
  for (const char* folder : {"include", "src", "tools", "bench", "tests", "bindings"}) {
    if (!std::filesystem::is_directory(root / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::filesystem::path& path = entry.path();
      if (!entry.is_regular_file() || (path.extension() != ".h" && path.extension() != ".cc")) {
        continue;
      }
      std::ifstream in(path, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      files.emplace_back(path.lexically_relative(root).generic_string(), text);
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace ashlar::lint
