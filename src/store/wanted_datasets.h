// The datasets that somebody asks upkeep for, by their names.
//
// Owns: what a list of names means, for all verbs that take one: none means all.
#ifndef ASHLAR_SRC_STORE_WANTED_DATASETS_H_
#define ASHLAR_SRC_STORE_WANTED_DATASETS_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "src/base/nearest_names.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

// NotFound names the first one that is not there, and what comes near it.
[[nodiscard]] inline absl::Status CheckKnown(const std::vector<std::string>& wanted,
                                             const manifest::DatasetMap& datasets) {
  for (const std::string& name : wanted) {
    if (datasets.contains(name)) continue;
    std::vector<std::string> known;
    for (const auto& [other, state] : datasets) known.push_back(other);
    return base::UnknownName("dataset", name, known);
  }
  return absl::OkStatus();
}

[[nodiscard]] inline bool IsWanted(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_WANTED_DATASETS_H_
