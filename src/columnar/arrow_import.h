// The consumer's side of the Arrow C data interface.
//
// Owns: what an array of a given schema node looks like (the plan, made once a stream) and turning
// arrays into columns by it. Does not own: streams (arrow_import_stream.cc). Everything is checked
// but what cannot be: that buffers are as long as lengths and offsets claim.
#ifndef ASHLAR_SRC_COLUMNAR_ARROW_IMPORT_H_
#define ASHLAR_SRC_COLUMNAR_ARROW_IMPORT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/arrow.h"

namespace ashlar::columnar {

enum class ArrowLayout : uint8_t {
  kFixed,     // values as Ashlar has them; bits of bools, too
  kVariable,  // utf8, binary
  kTime,      // 64-bit times of another unit
  kList,
  kVector,
  kStruct,
};

// One node of a schema. Values are those of the dictionary where there is one.
struct ArrowNode {
  std::string path;  // "birth.year", for messages
  DataType type;     // what the column will be
  bool nullable = true;
  ArrowLayout layout = ArrowLayout::kFixed;
  bool large_offsets = false;  // of 64 bits, for kVariable and kList
  int64_t multiplier = 1;      // kTime: Ashlar's value is Arrow's times this, over that; one is 1
  int64_t divisor = 1;
  uint8_t code_width = 0;  // of a dictionary's codes: 1, 2, 4 or 8; 0 without one
  bool signed_codes = false;
  std::vector<ArrowNode> children;
};

// The plan of each column. InvalidArgument for what breaks the specification, Unimplemented for
// types that Ashlar has not; both name field and format.
[[nodiscard]] absl::StatusOr<std::vector<ArrowNode>> PlanImport(const ArrowSchema& schema);

// The column that `array` holds, valid throughout (Column::Validate()). Buffers are shared;
// `owner` keeps them alive.
[[nodiscard]] absl::StatusOr<Column> ImportColumn(const ArrowNode& node, const ArrowArray& array,
                                                  const std::shared_ptr<const void>& owner);

// InvalidArgument: "field 'birth.year': what".
[[nodiscard]] absl::Status BadArrow(const ArrowNode& node, std::string_view what);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ARROW_IMPORT_H_
