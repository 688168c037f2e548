// Rules about one file at a time: its opening comment, its size, its guard, its leftovers.
//
// Owns: what clang-format and the compiler do not check. Not: layout, which is clang-format's.
#ifndef ASHLAR_TESTS_LINT_STYLE_RULES_H_
#define ASHLAR_TESTS_LINT_STYLE_RULES_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/lint/source_file.h"

namespace ashlar::lint {

// The first line begins a comment of at least one sentence.
[[nodiscard]] std::vector<Finding> CheckOpeningComment(const SourceFile& file);

// At most 100 columns a line, counted in characters.
[[nodiscard]] std::vector<Finding> CheckLineLength(const SourceFile& file);

// At most 320 lines, except in tests.
[[nodiscard]] std::vector<Finding> CheckFileLength(const SourceFile& file);

// Headers are guarded by the macro that their path gives.
[[nodiscard]] std::vector<Finding> CheckHeaderGuard(const SourceFile& file);
[[nodiscard]] std::string GuardFor(std::string_view path);

// Nothing is left for later without an issue.
[[nodiscard]] std::vector<Finding> CheckLeftovers(const SourceFile& file);

}  // namespace ashlar::lint

#endif  // ASHLAR_TESTS_LINT_STYLE_RULES_H_
