// Sorting words into options and arguments.
#include "tools/ashlar/argument_order.h"

#include <cstddef>
#include <string_view>

namespace ashlar::tools {
namespace {

bool IsOption(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && (word[1] < '0' || word[1] > '9');
}

bool HasValueBehind(std::string_view word) {
  return word.starts_with("--") && word != "--help" && word.find('=') == word.npos;
}

}  // namespace

std::vector<std::string> OptionsFirst(std::span<const char* const> words) {
  std::vector<std::string> ordered;
  std::vector<std::string> arguments = {"--"};
  bool only_arguments = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (!only_arguments && word == "--") {
      only_arguments = true;
    } else if (only_arguments || !IsOption(word)) {
      arguments.emplace_back(word);
    } else {
      ordered.emplace_back(word);
      if (HasValueBehind(word) && i + 1 < words.size()) ordered.emplace_back(words[++i]);
    }
  }
  ordered.insert(ordered.end(), arguments.begin(), arguments.end());
  return ordered;
}

std::vector<std::string> OptionNames(std::span<const char* const> words) {
  std::vector<std::string> names;
  for (const std::string_view word : words) {
    if (word == "--") break;
    if (IsOption(word)) names.emplace_back(word.substr(0, word.find('=')));
  }
  return names;
}

}  // namespace ashlar::tools
