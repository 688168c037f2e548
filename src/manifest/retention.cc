// ExpiredVersions: which versions nothing keeps any longer.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "src/base/check.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {
namespace {

// A clock that went back makes nothing old; times too far apart to subtract are old.
bool IsOlderThan(int64_t committed_us, int64_t now_us, int64_t age_us) {
  int64_t age = 0;
  if (__builtin_sub_overflow(now_us, committed_us, &age)) return now_us > committed_us;
  return age > age_us;
}

}  // namespace

std::vector<uint64_t> ExpiredVersions(const VersionSet& set, uint64_t retention_count,
                                      int64_t retention_age_us, int64_t now_us,
                                      const std::vector<uint64_t>& held) {
  ASHLAR_CHECK(!set.versions.empty());
  absl::flat_hash_set<uint64_t> kept(held.begin(), held.end());
  for (const auto& [name, tag] : set.tags) kept.insert(tag.version);
  kept.insert(set.current()->version);
  std::vector<uint64_t> expired;
  for (size_t i = 0; i < set.versions.size(); ++i) {
    const Manifest& manifest = *set.versions[i];
    const bool among_newest = set.versions.size() - i <= retention_count;
    const bool old =
        retention_age_us >= 0 && IsOlderThan(manifest.committed_us, now_us, retention_age_us);
    if ((!among_newest || old) && !kept.contains(manifest.version)) {
      expired.push_back(manifest.version);
    }
  }
  return expired;
}

}  // namespace ashlar::manifest
