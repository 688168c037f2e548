// The real data: where it is, and what Python makes of it.
//
// Owns: finding the baseball tables and running the scripts beside them. Does not own: what is
// expected of them. All answers are empty where there is no data, or no Python: then skip, visibly.
#ifndef ASHLAR_TESTS_TOOLS_BASEBALL_H_
#define ASHLAR_TESTS_TOOLS_BASEBALL_H_

#include <filesystem>
#include <string>

namespace ashlar::tools::real_data {

// The directory of the tables: in $ASHLAR_SHARED_DATA, else in ../shared/data.
[[nodiscard]] std::filesystem::path BaseballDirectory();
// The output of make_players_jsonl.py.
[[nodiscard]] std::string MakePlayers(const std::filesystem::path& data);
// The output of questions.py.
[[nodiscard]] std::string AnswerWithPython(const std::filesystem::path& data);

}  // namespace ashlar::tools::real_data

#endif  // ASHLAR_TESTS_TOOLS_BASEBALL_H_
