// Generated CSV and JSON Lines of the kind people import.
#ifndef ASHLAR_BENCH_IMPORT_TEXT_H_
#define ASHLAR_BENCH_IMPORT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar::bench {

inline constexpr std::string_view kCsvHeader = "id,name,city,score,born,seen,active,count\n";

// Row `row` is the same whoever asks.
void AppendCsvRow(uint64_t row, bool quoted, std::string* text);
void AppendJsonRow(uint64_t row, std::string* text);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_IMPORT_TEXT_H_
