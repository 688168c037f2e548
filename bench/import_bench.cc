// Throughput of the import readers, schema inference included, one core.
//
// Owns: generated CSV and JSON Lines of the kind people import, and the bytes a second of reading
// them into batches. Figures to hold: CSV 100 MB/s, JSON Lines 80 MB/s.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <utility>

#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/input_stream.h"
#include "tools/import/import.h"

namespace ashlar::tools {
namespace {

constexpr int kRows = 200'000;

uint64_t Scramble(uint64_t value) {
  value *= 0x9E3779B97F4A7C15;
  return value ^ (value >> 29);
}

std::string MakeCsv(bool quoted) {
  std::string text = "id,name,city,score,born,seen,active,count\n";
  for (int i = 0; i < kRows; ++i) {
    const uint64_t r = Scramble(static_cast<uint64_t>(i) + 1);
    const char* quote = quoted ? "\"" : "";
    text += base::StrCat(i, ",", quote, "person ", r % 100'000, quote, ",", quote, "Città ",
                         r % 977, quote, ",", static_cast<double>(r % 10'000) / 100);
    text += base::StrCat(",19", 10 + r % 90, "-0", 1 + r % 9, "-", 10 + r % 18, ",2021-03-0",
                         1 + r % 9, "T0", r % 10, ":15:00Z,", r % 2 == 0, ",");
    if (r % 5 != 0) text += base::StrCat(r % 1'000'000);
    text += '\n';
  }
  return text;
}

std::string MakeJsonLines() {
  std::string text;
  for (int i = 0; i < kRows; ++i) {
    const uint64_t r = Scramble(static_cast<uint64_t>(i) + 1);
    text += base::StrCat("{\"id\":", i, ",\"name\":\"person ", r % 100'000,
                         "\",\"birth\":{\"year\":", 1900 + r % 100, ",\"city\":\"Città ", r % 977,
                         "\"},\"score\":");
    text += base::StrCat(static_cast<double>(r % 10'000) / 100 + 0.005, ",\"tags\":[\"a", r % 7,
                         "\",\"b\"],\"active\":", r % 2 == 0);
    if (r % 5 != 0) text += base::StrCat(",\"count\":", r % 1'000'000);
    text += "}\n";
  }
  return text;
}

void ReadAll(benchmark::State& state, const std::string& text, ImportFormat format) {
  for (auto _ : state) {
    state.PauseTiming();
    auto input = io::MakeMemoryInput("bench", text);
    state.ResumeTiming();
    auto reader = OpenImport(std::move(input), {.format = format});
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

void BM_ImportCsv(benchmark::State& state) { ReadAll(state, MakeCsv(false), ImportFormat::kCsv); }
BENCHMARK(BM_ImportCsv)->Unit(benchmark::kMillisecond);

void BM_ImportCsvQuoted(benchmark::State& state) {
  ReadAll(state, MakeCsv(true), ImportFormat::kCsv);
}
BENCHMARK(BM_ImportCsvQuoted)->Unit(benchmark::kMillisecond);

void BM_ImportJsonLines(benchmark::State& state) {
  ReadAll(state, MakeJsonLines(), ImportFormat::kJsonLines);
}
BENCHMARK(BM_ImportJsonLines)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ashlar::tools
