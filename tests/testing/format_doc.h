// The tables of docs/FORMAT.md, for tests that hold them to the constants of the code.
//
// Owns: finding the rows of a table. Does not own: which constants a table shows.
#ifndef ASHLAR_TESTS_TESTING_FORMAT_DOC_H_
#define ASHLAR_TESTS_TESTING_FORMAT_DOC_H_

#include <fstream>
#include <string>
#include <vector>

#include "src/base/strings.h"

namespace ashlar::testkit {

// The rows "| 0 | 8 | magic |" between the heading "### <title>" and the next heading.
[[nodiscard]] inline std::vector<std::string> FormatDocRows(const std::string& path,
                                                            const std::string& title) {
  std::ifstream file(path);
  std::vector<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) inside = line == "### " + title;
    const bool is_row =
        line.starts_with("| ") && line.size() > 2 && line[2] >= '0' && line[2] <= '9';
    if (inside && is_row) rows.push_back(line);
  }
  return rows;
}

// The bytes of an annotated example: the lines "    0301 02  two numbers" between the heading "###
// <title>" and the next heading, of which the hexadecimal digits before two spaces count.
[[nodiscard]] inline std::string FormatDocBytes(const std::string& path, const std::string& title) {
  std::ifstream file(path);
  std::string digits;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) inside = line == "### " + title;
    if (!inside || !line.starts_with("    ")) continue;
    for (const char c : line.substr(4, line.find("  ", 4) - 4)) {
      if (c != ' ') digits += c;
    }
  }
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoul(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// The same rows as the constants say them.
template <typename Fields>
[[nodiscard]] std::vector<std::string> FormatFieldRows(const Fields& fields) {
  std::vector<std::string> rows;
  for (const auto& field : fields) {
    rows.push_back(base::StrCat("| ", field.offset, " | ", field.size, " | ", field.name, " |"));
  }
  return rows;
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_FORMAT_DOC_H_
