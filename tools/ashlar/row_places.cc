// Runs of rows on neighbouring lines; see the header.
#include "tools/ashlar/row_places.h"

#include <algorithm>
#include <iterator>

#include "src/base/check.h"

namespace ashlar::tools {

void RowPlaces::Add(size_t file, std::span<const uint64_t> lines) {
  for (const uint64_t line : lines) {
    const bool goes_on = !runs_.empty() && runs_.back().first.file == file &&
                         line - runs_.back().first.line == rows_ - runs_.back().first_row;
    if (!goes_on) runs_.push_back({rows_, {file, line}});
    ++rows_;
  }
}

RowPlaces::Place RowPlaces::Of(uint64_t row) const {
  ASHLAR_CHECK(row < rows_);
  const auto run = std::prev(std::ranges::upper_bound(runs_, row, {}, &Run::first_row));
  return {run->first.file, run->first.line + (row - run->first_row)};
}

}  // namespace ashlar::tools
