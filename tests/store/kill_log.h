// A process that is killed, and another that goes on on the same disk before its power is cut.
//
// Owns: joining the two op logs into one, so that what the first left unsynced is still in doubt
// while the second trusts what it sees. Does not own: enumerating crash states.
#ifndef ASHLAR_TESTS_STORE_KILL_LOG_H_
#define ASHLAR_TESTS_STORE_KILL_LOG_H_

#include <cstddef>

#include "tests/testing/op_log.h"

namespace ashlar::testkit {

// What a process sees that starts after the first `point` operations, nothing lost.
[[nodiscard]] FileTree LiveTree(const OpLog& log, size_t point);

// The first `point` operations of `killed`, then those of `next`, which began on LiveTree().
[[nodiscard]] OpLog JoinLogs(const OpLog& killed, size_t point, const OpLog& next);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_KILL_LOG_H_
