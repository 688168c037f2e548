// Format strings of the Arrow C data interface, read.
//
// Owns: what a string says about one node, and whether Ashlar has such a type. Does not own: the
// nodes below it (arrow_import_schema.cc), nor writing the strings (arrow_export_schema.cc).
#ifndef ASHLAR_SRC_COLUMNAR_ARROW_FORMAT_H_
#define ASHLAR_SRC_COLUMNAR_ARROW_FORMAT_H_

#include <string_view>

#include "absl/status/status.h"
#include "src/columnar/arrow_import.h"

namespace ashlar::columnar {

// Sets the layout, its parameters and, but for lists and structs, the type of `node`, whose path
// is used in messages. A vector's type is set, too: its element is for the caller to check.
[[nodiscard]] absl::Status ReadFormat(std::string_view format, ArrowNode* node);

// Sets width and sign of the codes.
[[nodiscard]] absl::Status ReadCodeFormat(std::string_view format, ArrowNode* node);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ARROW_FORMAT_H_
