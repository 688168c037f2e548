// LikeMatcher: one pattern of `like`, compiled once, matched against many texts.
//
// Owns: the meaning of % (any run of characters), _ (one character) and \ (takes %, _ or \ as it
// is). Does not own: nulls. Immutable after Make(); safe on any thread.
#ifndef ASHLAR_SRC_QUERY_LIKE_MATCHER_H_
#define ASHLAR_SRC_QUERY_LIKE_MATCHER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace ashlar::query {

class LikeMatcher {
 public:
  // InvalidArgument for a backslash before anything else, or at the end.
  [[nodiscard]] static absl::StatusOr<LikeMatcher> Make(std::string_view pattern);

  [[nodiscard]] bool Matches(std::string_view text) const;

 private:
  // What stands between two %s. Each literal is followed by one `_`, but for the last one.
  struct Part {
    std::vector<std::string> literals = {""};
    size_t characters = 0;  // of all that it matches

    // Where a match that begins at `at` ends, or npos.
    [[nodiscard]] size_t MatchAt(std::string_view text, size_t at) const;
    // Where the leftmost match from `at` on ends, or npos.
    [[nodiscard]] size_t Find(std::string_view text, size_t at) const;
  };

  std::vector<Part> parts_ = std::vector<Part>(1);
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_LIKE_MATCHER_H_
