// Figures: what a whole-process benchmark says, in the shape of Google Benchmark's JSON.
//
// Owns: the file's text and a readable line a figure on standard output. Why this shape:
// tools/bench and compare.py then need to know one.
#ifndef ASHLAR_BENCH_FIGURES_H_
#define ASHLAR_BENCH_FIGURES_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ashlar::bench {

class Figures {
 public:
  explicit Figures(std::string name) : name_(std::move(name)) {}

  // Milliseconds an iteration, of the wall's clock and of the CPU's.
  void SetTimes(double wall_ms, double cpu_ms);
  void Add(std::string_view name, double value);
  // Nothing was measured, and why.
  void Skip(std::string_view reason);
  // Prints, and writes the file when `path` is not empty.
  void Report(const std::string& path) const;
  // The same for several, in one file.
  static void Report(const std::vector<Figures>& all, const std::string& path);
  // The file alone, for figures that were printed already.
  static void Write(const std::vector<Figures>& all, const std::string& path);

 private:
  void Print() const;
  [[nodiscard]] std::string ToJson() const;  // empty when skipped

  std::string name_;
  std::string skipped_;
  double wall_ms_ = 0;
  double cpu_ms_ = 0;
  std::vector<std::pair<std::string, double>> values_;
};

// What follows --benchmark_out= among the arguments; empty without it.
[[nodiscard]] std::string OutputPath(int argc, char** argv);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_FIGURES_H_
