// Mutate: one input of a fuzz target made from another, by the choices of a seeded generator.
//
// Owns: what a mutation is where libFuzzer is absent. Not: coverage; it guides nothing.
#ifndef ASHLAR_TESTS_FUZZ_MUTATE_H_
#define ASHLAR_TESTS_FUZZ_MUTATE_H_

#include <string>
#include <string_view>

#include "src/base/random.h"

namespace ashlar::fuzz {

// A few random changes of `input`: bits, bytes, integers, lengths, and pieces of `other`.
[[nodiscard]] std::string Mutate(std::string input, std::string_view other, base::Random& random);

}  // namespace ashlar::fuzz

#endif  // ASHLAR_TESTS_FUZZ_MUTATE_H_
