// CodeSet: which dictionary codes are wanted, in the form that is fastest to look for.
//
// Owns: choosing between deciding without a look, a few ranges of codes, and a table, and doing it.
// Does not own: what codes mean, or nulls: the codes of null rows may be anything, so callers leave
// those rows out of the selection.
#ifndef ASHLAR_SRC_QUERY_CODE_SET_H_
#define ASHLAR_SRC_QUERY_CODE_SET_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "src/columnar/packed_column.h"
#include "src/query/vector.h"

namespace ashlar::query {

class CodeSet {
 public:
  struct Run {
    uint32_t first;
    uint32_t last;
  };

  CodeSet() = default;
  // Code i is wanted where flags[i] is not 0.
  explicit CodeSet(std::vector<uint8_t> flags);

  [[nodiscard]] bool none() const { return runs_.empty() && !inverted_ && !table(); }
  // Of the codes that there are.
  [[nodiscard]] bool all() const { return runs_.empty() && inverted_; }
  // Looked up code by code.
  [[nodiscard]] bool table() const { return !flags_.empty(); }
  // Wanted are these, or, when inverted, all but these. Without table().
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] bool inverted() const { return inverted_; }

  // Leaves the selected rows whose code (of `width` bytes) is wanted.
  void Retain(const std::byte* codes, int width, int64_t rows, Bits* selection) const;
  // The same where codes are bit-packed. Without table().
  void RetainPacked(const columnar::PackedZone& zone, Bits* selection) const;

 private:
  std::vector<Run> runs_;
  bool inverted_ = false;
  std::vector<uint8_t> flags_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_CODE_SET_H_
