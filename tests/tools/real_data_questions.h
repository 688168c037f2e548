// The twenty questions about the baseball tables, asked of Ashlar.
//
// Owns: each question as a query and, where one command can ask it, as arguments of `ashlar query`.
// Does not own: the answers (questions.py), nor the comparison (real_data_test.cc).
#ifndef ASHLAR_TESTS_TOOLS_REAL_DATA_QUESTIONS_H_
#define ASHLAR_TESTS_TOOLS_REAL_DATA_QUESTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/query.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools::real_data {

// Where questions are asked: datasets named like the CSV files, and `players`.
class Baseball {
 public:
  Baseball(Snapshot snapshot, QueryOptions options);

  // All rows of a dataset, which must exist.
  [[nodiscard]] Query From(const std::string& dataset) const;
  [[nodiscard]] const QueryOptions& options() const { return options_; }

 private:
  Snapshot snapshot_;
  QueryOptions options_;
};

struct Question {
  std::string name;  // as in questions.py
  absl::StatusOr<Query> (*ask)(const Baseball& baseball) = nullptr;
  // Dataset and options; empty when the question takes two queries.
  std::vector<std::string> arguments;
};

[[nodiscard]] const std::vector<Question>& Questions();

}  // namespace ashlar::tools::real_data

#endif  // ASHLAR_TESTS_TOOLS_REAL_DATA_QUESTIONS_H_
