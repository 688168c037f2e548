// Turns, medians and the table. See keyed_rounds.h.
#include "bench/keyed_rounds.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <utility>

#include "bench/bench_store.h"
#include "bench/process_times.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

// Of one entrant, a value a round.
struct Series {
  std::vector<double> rate;
  std::vector<double> wall_ns;
  std::vector<double> cpu_ns;
  std::vector<double> bytes;
  std::vector<double> settled_rate;
  std::vector<double> p50_us;
  std::vector<double> p99_us;
  std::vector<double> faster;    // how many times the rate of this one the first entrant has
  std::vector<double> less_cpu;  // how many times the CPU time of the first one this one takes
};

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void Add(const KeyedTurn& turn, Series* series) {
  series->rate.push_back(turn.operations / turn.wall_seconds);
  series->wall_ns.push_back(turn.wall_seconds / turn.operations * 1e9);
  series->cpu_ns.push_back(turn.cpu_seconds / turn.operations * 1e9);
  series->bytes.push_back(turn.written_bytes / turn.operations);
  if (turn.settled_seconds > 0) {
    series->settled_rate.push_back(turn.operations / turn.settled_seconds);
  }
  if (turn.latencies.empty()) return;
  series->p50_us.push_back(Percentile(turn.latencies, 50) * 1e6);
  series->p99_us.push_back(Percentile(turn.latencies, 99) * 1e6);
}

std::vector<Series> Measure(const Contest& contest, const std::vector<Entrant>& entrants) {
  std::vector<Series> series(entrants.size());
  const size_t rounds = contest.rounds + (contest.warm_up ? 1 : 0);
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < entrants.size(); ++i) {
      const std::optional<KeyedTurn> turn = entrants[i].run(round);
      if (contest.warm_up && round == 0) continue;
      if (turn.has_value()) Add(*turn, &series[i]);
    }
    for (Series& one : series) {
      if (one.rate.empty() || series[0].rate.empty()) continue;
      one.faster.push_back(series[0].rate.back() / one.rate.back());
      one.less_cpu.push_back(one.cpu_ns.back() / series[0].cpu_ns.back());
    }
  }
  return series;
}

struct Column {
  const char* title;
  const char* figure;
  std::vector<double> Series::*values;
  int decimals;
};

constexpr int kNameWidth = 10;
constexpr int kWidth = 13;

// In the table's order.
const std::vector<Column>& Columns() {
  static const std::vector<Column> kColumns = {
      {"op/s", "ops_per_second", &Series::rate, 0},
      {"ns/op", "ns_per_op", &Series::wall_ns, 0},
      {"p50 us", "p50_us", &Series::p50_us, 2},
      {"p99 us", "p99_us", &Series::p99_us, 2},
      {"CPU ns/op", "cpu_ns_per_op", &Series::cpu_ns, 0},
      {"bytes/op", "bytes_per_op", &Series::bytes, 0},
      {"settled op/s", "settled_ops_per_second", &Series::settled_rate, 0},
      {"x faster", "first_times_faster", &Series::faster, 2},
      {"x less CPU", "first_times_less_cpu", &Series::less_cpu, 2},
  };
  return kColumns;
}

void PrintHead(const Contest& contest) {
  std::cout << "\n"
            << contest.title << ", medians of " << contest.rounds << " rounds\n"
            << std::left << std::setw(kNameWidth) << "" << std::right;
  for (const Column& column : Columns()) std::cout << std::setw(kWidth) << column.title;
  std::cout << '\n';
}

Figures PrintLine(const Contest& contest, const std::string& name, const Series& series) {
  Figures figures(base::StrCat(contest.name, "/", name));
  std::cout << std::left << std::setw(kNameWidth) << name << std::right << std::fixed;
  if (series.rate.empty()) {
    std::cout << "  has no such reads\n";
    figures.Skip("the engine has no such reads");
    return figures;
  }
  figures.SetTimes(Median(series.wall_ns) * 1e-6, Median(series.cpu_ns) * 1e-6);
  for (const Column& column : Columns()) {
    const std::vector<double>& values = series.*column.values;
    std::cout << std::setw(kWidth) << std::setprecision(column.decimals);
    if (values.empty()) {
      std::cout << "-";
      continue;
    }
    const double median = Median(values);
    std::cout << median;
    figures.Add(column.figure, median);
  }
  std::cout << std::endl;
  return figures;
}

}  // namespace

TurnMeter::TurnMeter() : wall_(WallSeconds()), cpu_(CpuSeconds()), written_(WrittenBytes()) {}

KeyedTurn TurnMeter::Stop(double operations) const {
  KeyedTurn turn;
  turn.operations = operations;
  turn.wall_seconds = WallSeconds() - wall_;
  turn.cpu_seconds = CpuSeconds() - cpu_;
  turn.written_bytes = WrittenBytes() - written_;
  return turn;
}

std::vector<Figures> RunContest(const Contest& contest, const std::vector<Entrant>& entrants) {
  const std::vector<Series> series = Measure(contest, entrants);
  std::vector<Figures> figures;
  PrintHead(contest);
  for (size_t i = 0; i < entrants.size(); ++i) {
    figures.push_back(PrintLine(contest, entrants[i].name, series[i]));
  }
  return figures;
}

}  // namespace ashlar::bench
