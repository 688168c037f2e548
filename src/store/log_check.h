// Verifying the commit logs of a store.
//
// Owns: reading every record that recovery would, and saying which file is damaged where. Does not
// own: the rule that tells a torn tail from damage (log/log_reader.h).
#ifndef ASHLAR_SRC_STORE_LOG_CHECK_H_
#define ASHLAR_SRC_STORE_LOG_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/io/file_system.h"
#include "src/log/log_reader.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

struct LogFindings {
  uint64_t files = 0;
  uint64_t bytes = 0;
  std::vector<DamagedRange> damage;  // at most one: nothing behind it can be trusted
  std::vector<std::string> notes;    // logs that nobody needs
};

// Damage is no error. Recovery holds in memory what it reads, and so does this.
[[nodiscard]] absl::StatusOr<LogFindings> CheckLogFiles(io::FileSystem& files,
                                                        const manifest::VersionSet& set,
                                                        log::LogTail tail);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_LOG_CHECK_H_
