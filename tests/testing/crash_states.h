// Which directory trees a crash may leave behind.
//
// Owns: the model of a disk that loses power. Does not own: judging what a store makes of such a
// tree.
//
// Bytes written are durable up to the last Sync of their file; entries are durable after a
// SyncDirectory of their directory (a rename between two directories: of both). Everything else is
// pending. The ordered model keeps pending directory changes in order, as ext4 does; the strict
// model may keep any of them. A rename is atomic in both. Pending bytes may be lost, cut, replaced
// by zeros or by junk in both; of bytes written in place, any sectors may be the old ones.
#ifndef ASHLAR_TESTS_TESTING_CRASH_STATES_H_
#define ASHLAR_TESTS_TESTING_CRASH_STATES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "src/io/memory_file_system.h"
#include "tests/testing/op_log.h"

namespace ashlar::testkit {

struct CrashOptions {
  bool strict = true;
  size_t torn_writes = 3;         // So many of the last pending writes are torn.
  size_t max_cuts_per_write = 8;  // Cut positions a torn write is tried at.
  size_t random_states = 8;
  uint64_t seed = 1;
};

struct CrashState {
  FileTree tree;
  std::string description;  // The first way in which it arises, for example "prefix 3".
};

// The distinct trees that a crash after the first `point` operations may leave.
[[nodiscard]] std::vector<CrashState> CrashStates(const OpLog& log, size_t point,
                                                  const CrashOptions& options = {});

[[nodiscard]] std::unique_ptr<io::MemoryFileSystem> Materialize(const CrashState& state);

// Equal for equal trees; for de-duplication across crash points.
[[nodiscard]] uint64_t ContentHash(const FileTree& tree);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_CRASH_STATES_H_
