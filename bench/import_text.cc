// Writes rows as text, from their numbers alone.
#include "bench/import_text.h"

#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

uint64_t Scramble(uint64_t value) {
  value *= 0x9E3779B97F4A7C15;
  return value ^ (value >> 29);
}

}  // namespace

void AppendCsvRow(uint64_t row, bool quoted, std::string* text) {
  const uint64_t r = Scramble(row + 1);
  const char* quote = quoted ? "\"" : "";
  *text += base::StrCat(row, ",", quote, "person ", r % 100'000, quote, ",", quote, "Città ",
                        r % 977, quote, ",", static_cast<double>(r % 10'000) / 100);
  *text += base::StrCat(",19", 10 + r % 90, "-0", 1 + r % 9, "-", 10 + r % 18, ",2021-03-0",
                        1 + r % 9, "T0", r % 10, ":15:00Z,", r % 2 == 0, ",");
  if (r % 5 != 0) *text += base::StrCat(r % 1'000'000);
  *text += '\n';
}

void AppendJsonRow(uint64_t row, std::string* text) {
  const uint64_t r = Scramble(row + 1);
  *text += base::StrCat("{\"id\":", row, ",\"name\":\"person ", r % 100'000,
                        "\",\"birth\":{\"year\":", 1900 + r % 100, ",\"city\":\"Città ", r % 977,
                        "\"},\"score\":");
  *text += base::StrCat(static_cast<double>(r % 10'000) / 100 + 0.005, ",\"tags\":[\"a", r % 7,
                        "\",\"b\"],\"active\":", r % 2 == 0);
  if (r % 5 != 0) *text += base::StrCat(",\"count\":", r % 1'000'000);
  *text += "}\n";
}

}  // namespace ashlar::bench
