// Small manifests for tests, and how to compare them by value.
#ifndef ASHLAR_TESTS_MANIFEST_MANIFEST_TESTING_H_
#define ASHLAR_TESTS_MANIFEST_MANIFEST_TESTING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "src/base/random.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// A segment whose numbers follow from its id.
std::shared_ptr<const SegmentMeta> MakeSegment(uint64_t id, std::vector<ChunkUse> uses = {});
// The same content in file `id`.
std::shared_ptr<const SegmentMeta> MovedTo(uint64_t id, const SegmentMeta& segment);
// Version 0, nothing in it.
VersionSet EmptySet();
DatasetState Definition(uint64_t id, const std::string& name);
// The same with the key "id".
DatasetState KeyedDefinition(uint64_t id, const std::string& name);
// A listed segment of a keyed dataset, with bounds that follow from its id.
SegmentEntry KeyedEntry(std::shared_ptr<const SegmentMeta> meta);
// The next version of `set`, without datasets.
ManifestEdit NextVersion(const VersionSet& set);
// Version + 1: creates dataset `id` with these segments.
ManifestEdit CreateDataset(const VersionSet& set, uint64_t id, const std::string& name,
                           const std::vector<std::shared_ptr<const SegmentMeta>>& segments);
ManifestEdit CreateKeyedDataset(const VersionSet& set, uint64_t id, const std::string& name,
                                const std::vector<std::shared_ptr<const SegmentMeta>>& segments);
// Version + 1: rows of one segment of dataset `id` die.
ManifestEdit KillRows(const VersionSet& set, uint64_t id, uint64_t segment_id,
                      const std::vector<uint32_t>& rows);
// No version: `count` segments of dataset `id` from `begin` on become one of their live rows.
ManifestEdit CompactRun(const VersionSet& set, uint64_t id, uint64_t begin, uint64_t count);
// The state of dataset `id` in the newest version; it exists.
const DatasetState& StateOf(const VersionSet& set, uint64_t id);
// Version + 1: appends one new segment to dataset `id`, and expires the oldest beyond `keep`.
ManifestEdit AppendSegment(const VersionSet& set, uint64_t id, size_t keep = 1000);
// A random edit that fits `set`: of ordered and keyed datasets, with rows that die, or a compaction
// of the newest version.
ManifestEdit RandomEdit(const VersionSet& set, base::Random& random);
// Everything in the set as text: equal texts, equal values.
std::string Describe(const VersionSet& set);

}  // namespace ashlar::manifest

#endif  // ASHLAR_TESTS_MANIFEST_MANIFEST_TESTING_H_
