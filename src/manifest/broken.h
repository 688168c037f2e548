// Broken: how invariants say what is wrong: their name first, then the values that break it.
#ifndef ASHLAR_SRC_MANIFEST_BROKEN_H_
#define ASHLAR_SRC_MANIFEST_BROKEN_H_

#include <string_view>

#include "absl/status/status.h"
#include "src/base/strings.h"

namespace ashlar::manifest {

template <typename... Args>
[[nodiscard]] absl::Status Broken(std::string_view invariant, const Args&... args) {
  return absl::InternalError(base::StrCat(invariant, ": ", args...));
}

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_BROKEN_H_
