// Making small manifests, edits and version sets for tests.
#include "tests/manifest/manifest_testing.h"

#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::manifest {

std::shared_ptr<const SegmentMeta> MakeSegment(uint64_t id, std::vector<ChunkUse> uses) {
  auto meta = std::make_shared<SegmentMeta>();
  meta->file = {id, 1000 + id, base::DigestOf(base::AsBytes(base::StrCat("footer", id)))};
  meta->rows = 10 + id % 7;
  meta->logical_bytes = 100 * meta->rows;
  meta->own_chunk_bytes = 500 + id;
  meta->digest = base::DigestOf(base::AsBytes(base::StrCat("segment", id)));
  meta->uses = std::move(uses);
  return meta;
}

VersionSet EmptySet() {
  VersionSet set;
  set.versions.push_back(std::make_shared<const Manifest>());
  return set;
}

DatasetState Definition(uint64_t id, const std::string& name) {
  DatasetState state;
  state.id = id;
  state.name = name;
  state.schema = *Schema::Make({{"id", Int64(), false}, {"city", Utf8()}});
  state.next_field_id = 3;
  state.chunker.target_rows = 1024;
  state.chunker.max_bytes = 1 << 20;
  return state;
}

ManifestEdit NextVersion(const VersionSet& set) {
  const Manifest& current = *set.current();
  ManifestEdit edit;
  edit.version = VersionEdit{current.version + 1,
                             current.sequence + 1,
                             static_cast<int64_t>(1'000'000 * (current.version + 1)),
                             {}};
  return edit;
}

ManifestEdit CreateDataset(const VersionSet& set, uint64_t id, const std::string& name,
                           const std::vector<std::shared_ptr<const SegmentMeta>>& segments) {
  ManifestEdit edit = NextVersion(set);
  DatasetEdit dataset{id, false, Definition(id, name), {}};
  SegmentSplice splice;
  for (const auto& meta : segments) {
    splice.inserted.push_back({meta, 0});
    edit.next_segment_id =
        std::max(edit.next_segment_id.value_or(set.next_segment_id), meta->file.id + 1);
  }
  if (!segments.empty()) dataset.splices.push_back(std::move(splice));
  edit.version->datasets.push_back(std::move(dataset));
  edit.next_dataset_id = std::max(set.next_dataset_id, id + 1);
  return edit;
}

ManifestEdit AppendSegment(const VersionSet& set, uint64_t id, size_t keep) {
  ManifestEdit edit = NextVersion(set);
  for (const auto& [name, dataset] : set.current()->datasets) {
    if (dataset->id != id) continue;
    SegmentSplice splice{dataset->segments.size(), 0, {{MakeSegment(set.next_segment_id), 0}}};
    edit.version->datasets.push_back({id, false, std::nullopt, {std::move(splice)}});
  }
  edit.next_segment_id = set.next_segment_id + 1;
  if (set.versions.size() >= keep) edit.expired = {set.versions.front()->version};
  return edit;
}

ManifestEdit RandomEdit(const VersionSet& set, base::Random& random) {
  const auto& datasets = set.current()->datasets;
  const uint64_t id = set.next_segment_id;
  ManifestEdit edit = NextVersion(set);
  if (datasets.empty() || random.OneIn(6)) {
    edit = CreateDataset(set, set.next_dataset_id, base::StrCat("d", set.next_dataset_id),
                         {MakeSegment(id), MakeSegment(id + 1)});
  } else {
    auto dataset =
        std::next(datasets.begin(), static_cast<long>(random.Uniform(datasets.size())))->second;
    const uint64_t size = dataset->segments.size();
    DatasetEdit change{dataset->id, random.OneIn(12), std::nullopt, {}};
    if (!change.drop) {
      const uint64_t begin = random.Uniform(size + 1);
      SegmentSplice splice{begin, random.Uniform(size - begin + 1), {}};
      std::vector<ChunkUse> uses;
      if (size > 0) {
        const auto& holder = dataset->segments[random.Uniform(size)].meta;
        uses.push_back({AsHolder(holder), 3, 20});
      }
      splice.inserted = {{MakeSegment(id, std::move(uses)), 2}, {MakeSegment(id + 1), 0}};
      change.splices.push_back(std::move(splice));
      if (random.OneIn(4)) change.definition = Definition(dataset->id, dataset->name + "x");
    }
    edit.version->datasets.push_back(std::move(change));
    edit.next_segment_id = id + 2;
  }
  if (set.versions.size() > 5 && set.tags.empty()) edit.expired = {set.versions[1]->version};
  if (random.OneIn(5)) {
    edit.set_tags = {{"t", {edit.version->version, {{"k", std::string("v\0\n", 3)}}}}};
  } else if (!set.tags.empty()) {
    edit.deleted_tags = {set.tags.begin()->first};
  }
  if (random.OneIn(5)) edit.retention = {{random.Uniform(20), -1}};
  return edit;
}

std::string Describe(const VersionSet& set) {
  std::string text =
      base::StrCat(set.next_segment_id, " ", set.next_dataset_id, " ", set.oldest_log, " ",
                   set.retention_count, " ", set.retention_age_us, "\n");
  for (const auto& [name, tag] : set.tags) {
    text += base::StrCat("tag ", name, " ", tag.version);
    for (const auto& [key, value] : tag.attributes) text += base::StrCat(" ", key, "=", value);
    text += "\n";
  }
  for (const auto& manifest : set.versions) {
    text += base::StrCat("version ", manifest->version, " ", manifest->sequence, " ",
                         manifest->committed_us, "\n");
    for (const auto& [name, state] : manifest->datasets) {
      text +=
          base::StrCat(" ", name, " ", state->id, " ", state->name, " ", state->schema.ToString(),
                       " ", state->next_field_id, " ", static_cast<int>(state->chunker.mode), " ",
                       state->chunker.target_rows, " ", state->chunker.max_bytes, " ",
                       static_cast<int>(state->storage), " ", state->flushed_up_to, " ",
                       state->rows, " ", state->logical_bytes, ":");
      for (const SegmentEntry& entry : state->segments) {
        const SegmentMeta& meta = *entry.meta;
        text += base::StrCat(" ", meta.file.id, ",", entry.level, ",", meta.file.bytes, ",",
                             meta.file.footer_digest.ToHex(), ",", meta.digest.ToHex(), ",",
                             meta.rows, ",", meta.logical_bytes, ",", meta.own_chunk_bytes);
        for (const ChunkUse& use : meta.uses) {
          text += base::StrCat("+", use.holder->file.id, "/", use.ordinal, "/", use.bytes);
        }
      }
      text += "\n";
    }
  }
  return text;
}

}  // namespace ashlar::manifest
