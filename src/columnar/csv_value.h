// Values as CSV cells (RFC 4180).
//
// Owns: the text of one cell. Does not own: separators between cells and rows. A null is an empty
// cell, the empty string is "" in quotes, so that an import tells them apart; nested values are
// their JSON text.
#ifndef ASHLAR_SRC_COLUMNAR_CSV_VALUE_H_
#define ASHLAR_SRC_COLUMNAR_CSV_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ashlar/column.h"

namespace ashlar::columnar {

void AppendCsvValue(const Column& column, int64_t row, std::string* out);
// A cell that holds `text`, in quotes when it needs them; for header lines, too.
void AppendCsvText(std::string_view text, std::string* out);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CSV_VALUE_H_
