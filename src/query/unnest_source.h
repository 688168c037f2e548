// UnnestSource: a source with a row for each element of a list.
//
// Owns: the schema of such rows (the list's field becomes its element and keeps its name and
// place), which parent row and element each row is, and the columns, made when they are read: the
// elements as a slice of the list's own where no row was left out, parents repeated by a gather.
// Does not own: filters over elements; those over parent rows can be given here, so that elements
// of rows that fail are never looked at.
//
// Statistics of the source below rule out zones before the predicates are evaluated, and whole
// morsels by what later filters say of columns beside the list or of its elements.
//
// A morsel is one of the source below, however many elements that has: columns that nobody reads
// cost nothing, but each that is read is as long as all elements of the morsel, and so are four
// bytes a row for the parent and, where elements are left out, four for the element. Opening a
// morsel reads the list and evaluates the predicates.
#ifndef ASHLAR_SRC_QUERY_UNNEST_SOURCE_H_
#define ASHLAR_SRC_QUERY_UNNEST_SOURCE_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/query/control.h"
#include "src/query/evaluator.h"
#include "src/query/morsel.h"

namespace ashlar::query {

struct UnnestOptions {
  // A row without elements (an empty list or a null) becomes one row with a null element; else it
  // has no rows.
  bool keep_empty = false;
  // Rows of the source below for which one of these is not true are left out. Slots are those of
  // `inputs`.
  std::vector<BoundPtr> conjuncts = {};
  std::vector<Input> inputs = {};
  BackEnd back_end = BackEnd::kVectorised;
  const QueryControl* control = nullptr;  // asked for each zone below; may be null
};

// `path` names a list, through structs ("birth.places"). NotFound, or InvalidArgument when it is no
// list or lies within another list, which must be unnested first. The element is always nullable.
[[nodiscard]] absl::StatusOr<Schema> UnnestedSchema(const Schema& schema, std::string_view path);

[[nodiscard]] absl::StatusOr<std::shared_ptr<const Source>> MakeUnnestSource(
    std::shared_ptr<const Source> source, std::string_view path, UnnestOptions options = {});

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_UNNEST_SOURCE_H_
