// The way from a top-level column through structs: a null on the way makes the member null.
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/canonical.h"
#include "src/query/morsel.h"

namespace ashlar::query {
namespace {

// Whether some row is null in the struct and not in its member.
bool HidesNulls(const Column& parent, const Column& member) {
  if (parent.null_count() == 0) return false;
  for (int64_t row = 0; row < parent.length(); ++row) {
    if (parent.IsNull(row) && !member.IsNull(row)) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<Column> ColumnOfInput(const Column& top, const Input& input) {
  Column column = top;
  for (const size_t member : input.members) {
    ASHLAR_CHECK(column.type().id() == TypeId::kStruct);
    Column child = column.child(member);
    if (HidesNulls(column, child)) {
      // Stored structs are canonical and never get here; those of callers need not be. Making one
      // canonical nulls what lies under its null rows.
      const columnar::ColumnPiece piece{&column, 0, column.length()};
      ASSIGN_OR_RETURN(const Column canonical, columnar::MakeCanonical(column.type(), {&piece, 1}));
      child = canonical.child(member);
    }
    column = std::move(child);
  }
  return column;
}

}  // namespace ashlar::query
