// Errors for names that do not exist, with the nearest names that do.
#ifndef ASHLAR_SRC_BASE_NEAREST_NAMES_H_
#define ASHLAR_SRC_BASE_NEAREST_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace ashlar::base {

// NotFound: "no dataset 'playrs'; did you mean 'players'?"
[[nodiscard]] absl::Status UnknownName(std::string_view kind, std::string_view name,
                                       const std::vector<std::string>& known);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_NEAREST_NAMES_H_
