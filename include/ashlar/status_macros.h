// The two macros that carry absl::Status through code that does not throw.
//
// Owns: RETURN_IF_ERROR and ASSIGN_OR_RETURN. Not: any error type; those are Abseil's. They are
// guarded, so that a program that already has macros of these names (most Abseil users do) keeps
// its own.
#ifndef ASHLAR_STATUS_MACROS_H_
#define ASHLAR_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define ASHLAR_MACRO_CONCAT_INNER(a, b) a##b
#define ASHLAR_MACRO_CONCAT(a, b) ASHLAR_MACRO_CONCAT_INNER(a, b)

#ifndef RETURN_IF_ERROR
#define RETURN_IF_ERROR(expression)                                                           \
  do {                                                                                        \
    if (absl::Status ashlar_status = (expression); !ashlar_status.ok()) return ashlar_status; \
  } while (false)
#endif

#ifndef ASSIGN_OR_RETURN
#define ASHLAR_ASSIGN_OR_RETURN_INNER(result, target, expression) \
  auto result = (expression);                                     \
  if (!result.ok()) return std::move(result).status();            \
  target = *std::move(result)
#define ASSIGN_OR_RETURN(target, expression) \
  ASHLAR_ASSIGN_OR_RETURN_INNER(ASHLAR_MACRO_CONCAT(ashlar_result_, __LINE__), target, expression)
#endif

#endif  // ASHLAR_STATUS_MACROS_H_
