// RecoveryCheck: what must hold of every directory that a crash may leave behind.
//
// Owns: opening such a directory, and judging contents, files, the next commit and the next
// openings. Does not own: making such directories (crash_states.h).
#ifndef ASHLAR_TESTS_STORE_RECOVERY_CHECK_H_
#define ASHLAR_TESTS_STORE_RECOVERY_CHECK_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "src/io/file_system.h"
#include "src/store/store_core.h"
#include "tests/store/store_model.h"
#include "tests/testing/op_log.h"

namespace ashlar::testkit {

// What may be found: every acknowledged step, and perhaps the one in flight.
using LegalModels = std::vector<const StoreModel*>;

// Readers and the writer open the directory without a flag and find one of the legal states, in
// full; no needed file is missing and no other file is left; opening again finds the same; a commit
// works and is found by the next opening. The error says what does not hold.
[[nodiscard]] absl::Status CheckRecovery(const FileTree& tree, const LegalModels& legal);

// The segments that the open store needs are there, and no file besides them and the fixed ones.
[[nodiscard]] absl::Status CheckFilesOf(store::StoreCore& core);

// The opening that recovers, as CheckRecovery() does it, on any file system.
[[nodiscard]] absl::Status Recover(const std::shared_ptr<io::FileSystem>& files);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_RECOVERY_CHECK_H_
