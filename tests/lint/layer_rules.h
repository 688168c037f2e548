// The layer law: a folder includes only what stands to its left, and no include leads back.
//
// Owns: the order of the layers, which is stated here and nowhere else in code. Not: CMake's idea
// of it; a target that links too much is not seen here.
#ifndef ASHLAR_TESTS_LINT_LAYER_RULES_H_
#define ASHLAR_TESTS_LINT_LAYER_RULES_H_

#include <vector>

#include "tests/lint/source_file.h"

namespace ashlar::lint {

// Includes of a folder that does not stand to the left; files in no known folder; includes that do
// not start from the root of the repository.
[[nodiscard]] std::vector<Finding> CheckLayers(const std::vector<SourceFile>& files);

// One finding for each include that closes a cycle between files.
[[nodiscard]] std::vector<Finding> CheckIncludeCycles(const std::vector<SourceFile>& files);

}  // namespace ashlar::lint

#endif  // ASHLAR_TESTS_LINT_LAYER_RULES_H_
