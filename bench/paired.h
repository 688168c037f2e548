// Paired measurements: two or more ways to one answer, run in turn, so that a noisy machine is as
// noisy for each of them.
//
// Owns: turns, medians and ratios. Does not own: what is run. Figures are CPU time of the process,
// which other processes cannot take; wall time stands beside it.
#ifndef ASHLAR_BENCH_PAIRED_H_
#define ASHLAR_BENCH_PAIRED_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace ashlar::bench {

struct Contender {
  std::string name;
  std::function<void()> run;  // one turn, its result consumed
};

struct PairedResult {
  struct Times {
    double cpu_seconds = 0;  // medians over the turns
    double wall_seconds = 0;
    double best_cpu_seconds = 0;
  };
  std::vector<Times> times;  // by contender
  // Median, over the turns, of the first contender's CPU time divided by each one's: above 1 when
  // the other is faster. The first is 1.
  std::vector<double> ratios;
};

// One turn of all that does not count, then `turns` that do.
[[nodiscard]] PairedResult MeasureInTurn(const std::vector<Contender>& contenders, size_t turns);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_PAIRED_H_
