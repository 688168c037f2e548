// Answers: rows of simple values, from Python, from Ashlar's tables and from its program.
//
// Owns: bringing the three into one form, and saying where they differ. Does not own: asking.
#ifndef ASHLAR_TESTS_TOOLS_ANSWERS_H_
#define ASHLAR_TESTS_TOOLS_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ashlar/query.h"

namespace ashlar::tools::real_data {

// Null, or one value; dates are text. Whole numbers are no fractions: 1 differs from 1.0.
using Cell = std::variant<std::monostate, int64_t, double, std::string>;

struct Answer {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

// The output of questions.py, by name. Empty when it is broken.
[[nodiscard]] std::map<std::string, Answer> ParseAnswers(const std::string& json);
[[nodiscard]] Answer AnswerOf(const Table& table);
// Lines of JSON objects, in which nulls are left out.
[[nodiscard]] Answer AnswerOfLines(const std::vector<std::string>& columns,
                                   const std::string& lines);

// Names, order and every value; fractions within 1e-9 of their size. Says the first difference, or
// nothing.
[[nodiscard]] std::string Difference(const Answer& expected, const Answer& actual);

}  // namespace ashlar::tools::real_data

#endif  // ASHLAR_TESTS_TOOLS_ANSWERS_H_
