// Building the key sections of a segment; see the header.
#include "src/segment/key_sections.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/segment/key_fences.h"
#include "src/segment/key_filter.h"
#include "src/segment/key_hash_index.h"

namespace ashlar::segment {

absl::Status CheckKeySections(const KeySections& keys, uint64_t rows) {
  if (rows == 0) return absl::InvalidArgumentError("a segment without rows has no keys");
  if (keys.hashes.size() != rows || keys.prefixes.size() != rows) {
    return absl::InvalidArgumentError(base::StrCat("there are ", keys.hashes.size(), " hashes and ",
                                                   keys.prefixes.size(), " prefixes of keys for ",
                                                   rows, " rows"));
  }
  const auto unsorted = std::ranges::is_sorted_until(keys.prefixes);
  if (unsorted != keys.prefixes.end()) {
    return absl::InvalidArgumentError(
        base::StrCat("row ", unsorted - keys.prefixes.begin(), " is not in the order of keys"));
  }
  return absl::OkStatus();
}

std::vector<KeySectionBytes> BuildKeySections(const KeySections& keys) {
  ASHLAR_CHECK(!keys.hashes.empty() && keys.hashes.size() == keys.prefixes.size());
  std::vector<KeySectionBytes> sections;
  sections.push_back({KeySectionKind::kFilter, BuildKeyFilter(keys.hashes)});
  sections.push_back({KeySectionKind::kFences, BuildKeyFences(keys.prefixes)});
  if (keys.hash_index) {
    std::optional<std::string> index = BuildKeyHashIndex(keys.hashes);
    if (index.has_value()) sections.push_back({KeySectionKind::kIndex, *std::move(index)});
  }
  return sections;
}

}  // namespace ashlar::segment
