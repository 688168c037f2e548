// Rounds: every entrant has its turn, again and again, so that a noisy machine is as noisy for
// each.
//
// Owns: turns, medians over rounds, ratios within rounds, and the table they are printed in. Does
// not own: what a turn does (keyed_workloads.h).
#ifndef ASHLAR_BENCH_KEYED_ROUNDS_H_
#define ASHLAR_BENCH_KEYED_ROUNDS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/figures.h"

namespace ashlar::bench {

struct KeyedTurn {
  double operations = 0;
  double wall_seconds = 0;
  double cpu_seconds = 0;
  double written_bytes = 0;
  double settled_seconds = 0;     // until nothing was left to be done; 0: not measured
  std::vector<double> latencies;  // of operations or a sample of them, in seconds
};

// The clocks since it was made.
class TurnMeter {
 public:
  TurnMeter();
  [[nodiscard]] KeyedTurn Stop(double operations) const;

 private:
  double wall_;
  double cpu_;
  double written_;
};

struct Entrant {
  std::string name;
  // Nothing when there is nothing to measure: the engine has no such verb.
  std::function<std::optional<KeyedTurn>(size_t round)> run;
};

struct Contest {
  std::string name;   // of the figures: keyed_commits_8
  std::string title;  // for people
  size_t rounds = 1;
  bool warm_up = false;  // a round before that does not count
};

// Prints the table: medians over the rounds, and how many times faster than each, and with how many
// times less CPU, the first entrant was within a round (below 1: it was slower). One figure an
// entrant.
[[nodiscard]] std::vector<Figures> RunContest(const Contest& contest,
                                              const std::vector<Entrant>& entrants);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_KEYED_ROUNDS_H_
