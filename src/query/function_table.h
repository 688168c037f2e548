// The functions of the query language by name.
//
// Owns: names, numbers of arguments and the message for a name that is none. Does not own: argument
// types (bind_function.cc) or values.
#ifndef ASHLAR_SRC_QUERY_FUNCTION_TABLE_H_
#define ASHLAR_SRC_QUERY_FUNCTION_TABLE_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

inline constexpr size_t kAnyNumber = SIZE_MAX;

struct FunctionEntry {
  std::string_view name;
  Function function = Function::kNone;  // kNone: the binder makes something else of it
  size_t min_args = 1;
  size_t max_args = 1;
};

// Sorted by name. `count(distinct x)` is the function "count distinct".
[[nodiscard]] std::span<const FunctionEntry> Functions();
[[nodiscard]] const FunctionEntry* FindFunction(std::string_view lower_name);

// InvalidArgument for an unknown name (with the nearest ones) or a wrong number of arguments.
[[nodiscard]] absl::Status CheckCall(std::string_view lower_name, size_t args);

// ASCII only: names of functions and keywords.
[[nodiscard]] std::string LowerAscii(std::string_view text);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_FUNCTION_TABLE_H_
