// DecodeToPlain: canonical form is plain, so there is one way to spell values out.
#include <algorithm>

#include "src/columnar/canonical.h"
#include "src/columnar/dictionary.h"

namespace ashlar::columnar {
namespace {

bool IsPlainThroughout(const ColumnData& data) {
  return data.encoding == Encoding::kPlain &&
         std::ranges::all_of(data.children,
                             [](const auto& child) { return IsPlainThroughout(*child); });
}

}  // namespace

absl::StatusOr<Column> DecodeToPlain(const Column& column) {
  if (IsPlainThroughout(*column.data())) return column;
  const ColumnPiece piece{&column, 0, column.length()};
  return MakeCanonical(column.type(), {&piece, 1});
}

}  // namespace ashlar::columnar
