// The exit codes of the program, and which error gets which.
//
// Owns: the mapping that DESIGN section 7 promises to scripts. Does not own: messages.
#ifndef ASHLAR_TOOLS_ASHLAR_EXIT_CODE_H_
#define ASHLAR_TOOLS_ASHLAR_EXIT_CODE_H_

#include "absl/status/status.h"

namespace ashlar::tools {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitCorruption = 3;

// kExitFailed is also the no of `has` (Console::AnswerNo()).
// Usage errors never come here: only the parser of the command line knows them.
[[nodiscard]] inline int ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  return absl::IsDataLoss(status) ? kExitCorruption : kExitFailed;
}

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXIT_CODE_H_
