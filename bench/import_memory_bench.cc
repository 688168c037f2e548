// Peak memory, and speed, of importing a large CSV file into a store.
//
// Figure to hold: 256 MiB, whatever the file's size (ASHLAR_BENCH_MB; 256 MB by default). The peak
// is the kernel's count for this process, mapped pages of files included.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "bench/bench_store.h"
#include "bench/figures.h"
#include "bench/import_text.h"
#include "src/base/check.h"
#include "src/io/input_stream.h"
#include "tools/import/import.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDefaultMegabytes = 256;

void WriteCsvFile(const std::string& path, uint64_t bytes) {
  std::ofstream out(path, std::ios::binary);
  std::string text(kCsvHeader);
  for (uint64_t row = 0, written = 0; written < bytes; ++row) {
    AppendCsvRow(row, /*quoted=*/row % 4 == 0, &text);
    if (text.size() < (1 << 20)) continue;
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    written += text.size();
    text.clear();
  }
  out.close();
  ASHLAR_CHECK(out.good());
}

// VmHWM, VmRSS and their like, in bytes; 0 where the kernel does not tell.
double MemoryOfThisProcess(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stod(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

void Run(const std::string& output) {
  const ScratchDirectory directory;
  const std::string csv = directory.Path("rows.csv");
  WriteCsvFile(csv, Setting("ASHLAR_BENCH_MB", kDefaultMegabytes) << 20);
  auto counts = std::make_shared<SyncCounts>();
  auto store = OpenMetered(directory.Path("store"), counts);
  const double before = MemoryOfThisProcess("VmHWM");
  const double wall = WallSeconds();
  const double cpu = CpuSeconds();
  auto input = io::OpenInput(csv, directory.Path(""));
  ASHLAR_CHECK_OK(input.status());
  auto reader = tools::OpenImport(*std::move(input), {.format = tools::ImportFormat::kCsv});
  ASHLAR_CHECK_OK(reader.status());
  ASHLAR_CHECK_OK(store->CreateDataset("rows", (*reader)->schema()));
  const WriteStats stats = ReplaceAll(*store, "rows", **reader, {.rows_hint = (*reader)->rows()});
  const double wall_ms = (WallSeconds() - wall) * 1e3;
  const double cpu_ms = (CpuSeconds() - cpu) * 1e3;
  const auto bytes = static_cast<double>(std::filesystem::file_size(csv));
  Figures figures("import_csv_into_store");
  figures.SetTimes(wall_ms, cpu_ms);
  figures.Add("csv_mb", bytes / 1e6);
  figures.Add("rows", static_cast<double>(stats.rows));
  figures.Add("mb_per_cpu_second", bytes / 1e3 / cpu_ms);
  figures.Add("sync_ms", static_cast<double>(counts->nanoseconds) / 1e6);
  figures.Add("peak_mib", MemoryOfThisProcess("VmHWM") / (1 << 20));
  figures.Add("peak_before_mib", before / (1 << 20));
  figures.Report(output);
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) { ashlar::bench::Run(ashlar::bench::OutputPath(argc, argv)); }
