// Throughput of the import readers, schema inference included, one core.
//
// Owns: the bytes a second of reading generated text (import_text.h) into batches. Figures to hold:
// CSV 100 MB/s, JSON Lines 80 MB/s.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <utility>

#include "bench/import_text.h"
#include "src/base/check.h"
#include "src/io/input_stream.h"
#include "tools/import/import.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kRows = 200'000;

std::string MakeCsv(bool quoted) {
  std::string text(kCsvHeader);
  for (uint64_t row = 0; row < kRows; ++row) AppendCsvRow(row, quoted, &text);
  return text;
}

std::string MakeJsonLines() {
  std::string text;
  for (uint64_t row = 0; row < kRows; ++row) AppendJsonRow(row, &text);
  return text;
}

void ReadAll(benchmark::State& state, const std::string& text, tools::ImportFormat format) {
  for (auto _ : state) {
    state.PauseTiming();
    auto input = io::MakeMemoryInput("bench", text);
    state.ResumeTiming();
    auto reader = tools::OpenImport(std::move(input), {.format = format});
    ASHLAR_CHECK_OK(reader.status());
    RecordBatch batch;
    uint64_t rows = 0;
    while (true) {
      const auto more = (*reader)->Next(&batch);
      ASHLAR_CHECK_OK(more.status());
      if (!*more) break;
      rows += static_cast<uint64_t>(batch.rows());
    }
    ASHLAR_CHECK(rows == kRows);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

void BM_ImportCsv(benchmark::State& state) {
  ReadAll(state, MakeCsv(false), tools::ImportFormat::kCsv);
}
BENCHMARK(BM_ImportCsv)->Unit(benchmark::kMillisecond);

void BM_ImportCsvQuoted(benchmark::State& state) {
  ReadAll(state, MakeCsv(true), tools::ImportFormat::kCsv);
}
BENCHMARK(BM_ImportCsvQuoted)->Unit(benchmark::kMillisecond);

void BM_ImportJsonLines(benchmark::State& state) {
  ReadAll(state, MakeJsonLines(), tools::ImportFormat::kJsonLines);
}
BENCHMARK(BM_ImportJsonLines)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ashlar::bench
