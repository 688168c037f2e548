// The producer's side of the Arrow C data interface.
//
// Owns: making the structs and what their release callbacks free. Does not own: the choice of forms
// (arrow_form.h) nor streams (arrow_export_stream.cc). Each node of a tree is a struct of its own
// that stands on its own: it may be moved out of its parent and released before or after it.
#ifndef ASHLAR_SRC_COLUMNAR_ARROW_EXPORT_H_
#define ASHLAR_SRC_COLUMNAR_ARROW_EXPORT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/arrow.h"
#include "src/columnar/arrow_form.h"

namespace ashlar::columnar {

// A struct of the fields, each in its form.
void ExportSchema(const Schema& schema, const std::vector<ArrowForm>& forms, ArrowSchema* out);

// A struct array of the columns, brought into the forms. On an error `out` is released.
[[nodiscard]] absl::Status ExportBatch(const RecordBatch& batch,
                                       const std::vector<ArrowForm>& forms, ArrowArray* out);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ARROW_EXPORT_H_
