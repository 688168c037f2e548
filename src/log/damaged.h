// How damage in a file of the commit log is named: the file, what is wrong, and where.
//
// Owns: the error and its words. Does not own: finding damage (file_header.h, log_codec.h).
#ifndef ASHLAR_SRC_LOG_DAMAGED_H_
#define ASHLAR_SRC_LOG_DAMAGED_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "src/base/strings.h"

namespace ashlar::log {

[[nodiscard]] inline absl::Status Damaged(std::string_view name, std::string_view why,
                                          uint64_t offset) {
  return absl::DataLossError(base::StrCat(name, ": ", why, " at offset ", offset));
}

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_DAMAGED_H_
