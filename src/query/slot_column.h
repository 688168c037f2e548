// SlotColumn: the column of one slot as nodes look at it, read at the first zone that needs it.
//
// Owns: when a column is read, and where the values and nulls of a zone lie in it. Does not own:
// what is done with them. One object a node; it keeps the column alive until the next morsel.
#ifndef ASHLAR_SRC_QUERY_SLOT_COLUMN_H_
#define ASHLAR_SRC_QUERY_SLOT_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "ashlar/column.h"
#include "ashlar/status_macros.h"
#include "src/columnar/packed_column.h"
#include "src/query/bits_ops.h"
#include "src/query/evaluator.h"
#include "src/query/morsel.h"

namespace ashlar::query {

class SlotColumn {
 public:
  explicit SlotColumn(size_t slot) : slot_(slot) {}

  [[nodiscard]] size_t slot() const { return slot_; }
  [[nodiscard]] Morsel* morsel() const { return morsel_; }

  void Begin(Morsel* morsel) {
    morsel_ = morsel;
    open_ = false;
    asked_ = false;
  }
  // The column as it lies bit-packed, or null: then it has to be opened. Asks once a morsel.
  [[nodiscard]] absl::StatusOr<const columnar::PackedColumn*> Packed() {
    if (!asked_) {
      ASSIGN_OR_RETURN(packed_, morsel_->ReadPacked(slot_));
      asked_ = true;
    }
    return packed_;
  }
  // True the first time in a morsel.
  [[nodiscard]] absl::StatusOr<bool> Open() {
    if (open_) return false;
    ASSIGN_OR_RETURN(column_, morsel_->Read(slot_));
    open_ = true;
    return true;
  }

  // After Open().
  [[nodiscard]] const Column& column() const { return column_; }
  [[nodiscard]] const ColumnData& data() const { return *column_.data(); }

  // False: no row is null. True: `valid` has the bits of those that are not.
  [[nodiscard]] bool ValidRows(const ZoneRange& zone, Bits* valid) const {
    const ColumnData& column = data();
    if (column.encoding == Encoding::kConstant) {
      if (column.dictionary->length != 0) return false;
      *valid = Bits();
      return true;
    }
    if (column.validity.empty() || column.null_count == 0) return false;
    *valid = LoadZoneBits(column.validity.data(), column.offset + zone.first_row, zone.rows);
    return true;
  }

  // Where fixed-width values, or codes, of a zone begin.
  [[nodiscard]] const std::byte* ValuesAt(const ZoneRange& zone, int width) const {
    return data().values.data() + (data().offset + zone.first_row) * width;
  }

 private:
  const size_t slot_;
  Morsel* morsel_ = nullptr;
  bool open_ = false;
  bool asked_ = false;
  Column column_;
  const columnar::PackedColumn* packed_ = nullptr;
};

// ValidRows() of a packed column.
[[nodiscard]] inline bool ValidPackedRows(const columnar::PackedColumn& column,
                                          const ZoneRange& zone, Bits* valid) {
  if (column.validity.empty() || column.null_count == 0) return false;
  *valid = LoadZoneBits(column.validity.data(), zone.first_row, zone.rows);
  return true;
}
[[nodiscard]] inline size_t ZoneIndex(const ZoneRange& zone) {
  return static_cast<size_t>(zone.first_row / kZoneRows);
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SLOT_COLUMN_H_
