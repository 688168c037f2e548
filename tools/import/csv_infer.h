// The schema of a CSV file, from one pass over all of it.
//
// Owns: the narrowest type that holds every value of a column. Does not own: what one text could be
// (text_class.h). Every field comes out nullable: the next file may have an empty cell.
//
// bool, int64, uint64 (some value beyond int64, none negative), float64, date32, timestamp or utf8.
// Integers among decimals make float64 only when a double holds each of them exactly. Any quoted
// empty text, any mixture and anything else is utf8, and so is a column without a value.
#ifndef ASHLAR_TOOLS_IMPORT_CSV_INFER_H_
#define ASHLAR_TOOLS_IMPORT_CSV_INFER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "tools/import/csv_table.h"

namespace ashlar::tools {

struct InferredSchema {
  Schema schema;
  uint64_t rows = 0;
};

// Reads all rows that are left.
[[nodiscard]] absl::StatusOr<InferredSchema> InferCsvSchema(CsvTable& table);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_CSV_INFER_H_
