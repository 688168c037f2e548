// Nearest names by edit distance.

#include "src/base/nearest_names.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::base {
namespace {

constexpr size_t kComparedBytes = 64;  // longer names are compared by their beginning
constexpr size_t kSuggestions = 3;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A letter in the other case is no edit.
size_t EditDistance(std::string_view a, std::string_view b) {
  a = a.substr(0, kComparedBytes);
  b = b.substr(0, kComparedBytes);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

absl::Status UnknownName(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& known) {
  std::vector<std::pair<size_t, std::string_view>> near;
  const size_t limit = 1 + std::min(name.size(), kComparedBytes) / 3;
  for (const std::string& candidate : known) {
    const size_t distance = EditDistance(name, candidate);
    if (distance <= limit) near.emplace_back(distance, candidate);
  }
  std::sort(near.begin(), near.end());
  std::string message =
      StrCat("no ", kind, " '", EscapeForTerminal(name.substr(0, kComparedBytes)), "'");
  for (size_t i = 0; i < near.size() && i < kSuggestions; ++i) {
    message += StrCat(i == 0 ? "; did you mean '" : ", '", EscapeForTerminal(near[i].second), "'");
  }
  if (!near.empty()) message += "?";
  return absl::NotFoundError(message);
}

}  // namespace ashlar::base
