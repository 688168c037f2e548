// Turns, medians and ratios; see the header.
#include "bench/paired.h"

#include "bench/bench_store.h"
#include "bench/process_times.h"
#include "src/base/check.h"

namespace ashlar::bench {
namespace {

struct Turn {
  double cpu = 0;
  double wall = 0;
};

Turn Run(const Contender& contender) {
  const double cpu = CpuSeconds();
  const double wall = WallSeconds();
  contender.run();
  return {CpuSeconds() - cpu, WallSeconds() - wall};
}

double Median(const std::vector<double>& values) { return Percentile(values, 50); }

}  // namespace

PairedResult MeasureInTurn(const std::vector<Contender>& contenders, size_t turns) {
  ASHLAR_CHECK(!contenders.empty() && turns > 0);
  std::vector<std::vector<double>> cpu(contenders.size());
  std::vector<std::vector<double>> wall(contenders.size());
  std::vector<std::vector<double>> ratios(contenders.size());
  for (const Contender& contender : contenders) contender.run();
  for (size_t turn = 0; turn < turns; ++turn) {
    for (size_t i = 0; i < contenders.size(); ++i) {
      const Turn measured = Run(contenders[i]);
      cpu[i].push_back(measured.cpu);
      wall[i].push_back(measured.wall);
    }
    for (size_t i = 0; i < contenders.size(); ++i) {
      ratios[i].push_back(cpu[0].back() / cpu[i].back());
    }
  }
  PairedResult result;
  for (size_t i = 0; i < contenders.size(); ++i) {
    result.times.push_back({Median(cpu[i]), Median(wall[i]), Percentile(cpu[i], 1)});
    result.ratios.push_back(Median(ratios[i]));
  }
  return result;
}

}  // namespace ashlar::bench
