// Direct calls of the operating system, clocks, randomness and threads, and what to use instead.
//
// Owns: the list. It holds for the library and the tools; src/io and src/base are where such calls
// live, and tests may do what they like.
#ifndef ASHLAR_TESTS_LINT_BANNED_CALLS_H_
#define ASHLAR_TESTS_LINT_BANNED_CALLS_H_

#include <vector>

#include "tests/lint/source_file.h"

namespace ashlar::lint {

[[nodiscard]] std::vector<Finding> CheckBannedCalls(const SourceFile& file);

}  // namespace ashlar::lint

#endif  // ASHLAR_TESTS_LINT_BANNED_CALLS_H_
