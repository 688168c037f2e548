// The first part is bound to the beginning of the text, the last one to its end; those between are
// taken as far to the left as they match, which leaves most for the rest: no backtracking.
#include "src/query/like_matcher.h"

#include "src/query/text_functions.h"

namespace ashlar::query {

absl::StatusOr<LikeMatcher> LikeMatcher::Make(std::string_view pattern) {
  LikeMatcher matcher;
  for (size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '%') {
      matcher.parts_.emplace_back();
      continue;
    }
    if (c == '_') {
      matcher.parts_.back().literals.emplace_back();
      continue;
    }
    if (c == '\\') {
      c = ++i < pattern.size() ? pattern[i] : '\0';
      if (c != '%' && c != '_' && c != '\\') {
        return absl::InvalidArgumentError("in a pattern, \\ stands before %, _ or \\ only");
      }
    }
    matcher.parts_.back().literals.back() += c;
  }
  for (Part& part : matcher.parts_) {
    part.characters = part.literals.size() - 1;
    for (const std::string& literal : part.literals) {
      part.characters += static_cast<size_t>(CharacterCount(literal));
    }
  }
  return matcher;
}

size_t LikeMatcher::Part::MatchAt(std::string_view text, size_t at) const {
  for (size_t i = 0; i < literals.size(); ++i) {
    if (i != 0) {
      if (at >= text.size()) return text.npos;
      at = NextCharacter(text, at);
    }
    if (!text.substr(at).starts_with(literals[i])) return text.npos;
    at += literals[i].size();
  }
  return at;
}

size_t LikeMatcher::Part::Find(std::string_view text, size_t at) const {
  while (true) {
    at = text.find(literals[0], at);
    if (at == text.npos) return text.npos;
    const size_t end = MatchAt(text, at);
    if (end != text.npos || at >= text.size()) return end;
    at = NextCharacter(text, at);
  }
}

bool LikeMatcher::Matches(std::string_view text) const {
  size_t at = parts_[0].MatchAt(text, 0);
  if (parts_.size() == 1) return at == text.size();
  if (at == text.npos) return false;
  for (size_t i = 1; i + 1 < parts_.size(); ++i) {
    at = parts_[i].Find(text, at);
    if (at == text.npos) return false;
  }
  const Part& last = parts_.back();
  const std::string_view rest = text.substr(at);
  const int64_t surplus = CharacterCount(rest) - static_cast<int64_t>(last.characters);
  if (surplus < 0) return false;
  const size_t skipped = Substr(rest, 1, surplus).size();
  return last.MatchAt(rest, skipped) == rest.size();
}

}  // namespace ashlar::query
