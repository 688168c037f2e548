// Writes figures as text for people and as JSON for compare.py.
#include "bench/figures.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "src/base/check.h"

namespace ashlar::bench {

void Figures::SetTimes(double wall_ms, double cpu_ms) {
  wall_ms_ = wall_ms;
  cpu_ms_ = cpu_ms;
}

void Figures::Add(std::string_view name, double value) { values_.emplace_back(name, value); }

void Figures::Skip(std::string_view reason) { skipped_ = reason; }

void Figures::Report(const std::string& path) const { Report({*this}, path); }

void Figures::Report(const std::vector<Figures>& all, const std::string& path) {
  for (const Figures& figures : all) figures.Print();
  Write(all, path);
}

void Figures::Write(const std::vector<Figures>& all, const std::string& path) {
  if (path.empty()) return;
  std::string records;
  for (const Figures& figures : all) {
    const std::string record = figures.ToJson();
    if (!record.empty()) records += (records.empty() ? "" : ", ") + record;
  }
  std::ofstream out(path);
  out << R"({"benchmarks": [)" << records << "]}\n";
  ASHLAR_CHECK(out.good());
}

void Figures::Print() const {
  if (!skipped_.empty()) {
    std::cout << name_ << ": SKIPPED, " << skipped_ << '\n';
    return;
  }
  std::cout << name_ << ": " << wall_ms_ << " ms, CPU " << cpu_ms_ << " ms\n";
  for (const auto& [name, value] : values_) std::cout << "  " << name << " = " << value << '\n';
}

std::string Figures::ToJson() const {
  if (!skipped_.empty()) return {};
  std::ostringstream out;
  out.precision(12);
  out << R"({"name": ")" << name_ << R"(", "time_unit": "ms", "real_time": )" << wall_ms_
      << R"(, "cpu_time": )" << cpu_ms_;
  for (const auto& [name, value] : values_) out << ", \"" << name << "\": " << value;
  out << '}';
  return out.str();
}

std::string OutputPath(int argc, char** argv) {
  static constexpr std::string_view kFlag = "--benchmark_out=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(kFlag)) return std::string(argument.substr(kFlag.size()));
  }
  return {};
}

}  // namespace ashlar::bench
