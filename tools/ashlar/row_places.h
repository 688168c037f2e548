// RowPlaces: where the rows of a stream stand in the files that it was read from.
//
// Owns: the way from the number of a row, which is all that an engine knows, to file and line. Does
// not own: reading (import_input.h). Memory grows with the rows that do not stand one a line.
#ifndef ASHLAR_TOOLS_ASHLAR_ROW_PLACES_H_
#define ASHLAR_TOOLS_ASHLAR_ROW_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ashlar::tools {

class RowPlaces {
 public:
  struct Place {
    size_t file = 0;
    uint64_t line = 0;
  };

  // The lines of the next rows.
  void Add(size_t file, std::span<const uint64_t> lines);
  // Of a row that was added, counted from 0 over all files.
  [[nodiscard]] Place Of(uint64_t row) const;
  [[nodiscard]] uint64_t rows() const { return rows_; }

 private:
  // Rows on neighbouring lines.
  struct Run {
    uint64_t first_row = 0;
    Place first;
  };
  std::vector<Run> runs_;
  uint64_t rows_ = 0;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_ROW_PLACES_H_
