// In which form an exported column goes out: plain, or a dictionary with codes of a given width.
//
// Owns: the choice for each node of a type tree, and bringing columns of any encoding into the form
// chosen. Does not own: the C structs (arrow_export.h). Why apart: the schema of a stream is fixed
// before most of its batches are seen.
#ifndef ASHLAR_SRC_COLUMNAR_ARROW_FORM_H_
#define ASHLAR_SRC_COLUMNAR_ARROW_FORM_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"

namespace ashlar::columnar {

struct ArrowForm {
  uint8_t code_width = 0;           // 0: plain
  std::vector<ArrowForm> children;  // one a child of the type
};

[[nodiscard]] ArrowForm PlainForm(const DataType& type);
// The form that costs least for this one column.
[[nodiscard]] ArrowForm FormOfColumn(const ColumnData& data);
// The form of all columns of a stream that begins with this one.
[[nodiscard]] ArrowForm FormOfStream(const ColumnData& first);

// `data` in that form, sharing what it can; itself when it has the form already. A dictionary's
// codes are never narrowed (checked).
[[nodiscard]] absl::StatusOr<std::shared_ptr<const ColumnData>> FitToForm(
    std::shared_ptr<const ColumnData> data, const ArrowForm& form);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ARROW_FORM_H_
