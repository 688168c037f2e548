// Order checks on an op log: what was durable when.
//
// Owns: the questions behind "no manifest record names a file that is not durable" and "no file is
// unlinked before its successor is durable". Does not own: which files a record names.
#ifndef ASHLAR_TESTS_TESTING_ORDER_CHECKER_H_
#define ASHLAR_TESTS_TESTING_ORDER_CHECKER_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "tests/testing/op_log.h"

namespace ashlar::testkit {

// After the first `op_count` operations: the name exists, and a crash can lose neither its bytes,
// nor its entry, nor the directory that holds it.
[[nodiscard]] bool IsDurable(const OpLog& log, size_t op_count, std::string_view name);

// After the first `op_count` operations: no crash can bring the name back.
[[nodiscard]] bool IsDurablyGone(const OpLog& log, size_t op_count, std::string_view name);

// Indices of the operations of this kind on this name, ascending. An operation at index i was
// allowed if its conditions held after the first i operations.
[[nodiscard]] std::vector<size_t> FindOps(const OpLog& log, OpKind kind, std::string_view name);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_ORDER_CHECKER_H_
