// Making small manifests, edits and version sets for tests.
#include "tests/manifest/manifest_testing.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/manifest/deaths.h"

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

std::shared_ptr<const SegmentMeta> MovedTo(uint64_t id, const SegmentMeta& segment) {
  auto moved = std::make_shared<SegmentMeta>(segment);
  moved->file = MakeSegment(id)->file;
  return moved;
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

DatasetState KeyedDefinition(uint64_t id, const std::string& name) {
  DatasetState state = Definition(id, name);
  state.key = {1};
  state.partition_by = {2};
  state.hash_index = id % 2 == 0;
  return state;
}

SegmentEntry KeyedEntry(std::shared_ptr<const SegmentMeta> meta) {
  const uint64_t id = meta->file.id;
  const std::string greatest = id % 5 == 0 ? std::string(70, '\xff') : base::StrCat("k", id, "z");
  return {std::move(meta), 0, nullptr,
          std::make_shared<const KeyRange>(MakeKeyRange(base::StrCat("k", id), greatest))};
}

const DatasetState& StateOf(const VersionSet& set, uint64_t id) {
  for (const auto& [name, dataset] : set.current()->datasets) {
    if (dataset->id == id) return *dataset;
  }
  ASHLAR_CHECK(false);
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

ManifestEdit CreateKeyedDataset(const VersionSet& set, uint64_t id, const std::string& name,
                                const std::vector<std::shared_ptr<const SegmentMeta>>& segments) {
  ManifestEdit edit = CreateDataset(set, id, name, segments);
  DatasetEdit& dataset = edit.version->datasets[0];
  dataset.definition = KeyedDefinition(id, name);
  for (SegmentSplice& splice : dataset.splices) {
    for (SegmentEntry& entry : splice.inserted) entry = KeyedEntry(entry.meta);
  }
  return edit;
}

ManifestEdit KillRows(const VersionSet& set, uint64_t id, uint64_t segment_id,
                      const std::vector<uint32_t>& rows) {
  const DatasetState& state = StateOf(set, id);
  const auto entry =
      std::find_if(state.segments.begin(), state.segments.end(),
                   [&](const SegmentEntry& e) { return e.meta->file.id == segment_id; });
  ASHLAR_CHECK(entry != state.segments.end());
  ManifestEdit edit = NextVersion(set);
  DatasetEdit change;
  change.dataset_id = id;
  const RowsDied died{segment_id, DeletionVector::Make(entry->meta->rows, rows)};
  ASHLAR_CHECK(AddDeaths(state, std::span(&died, 1), &change).ok());
  edit.version->datasets.push_back(std::move(change));
  return edit;
}

ManifestEdit CompactRun(const VersionSet& set, uint64_t id, uint64_t begin, uint64_t count) {
  const DatasetState& state = StateOf(set, id);
  auto merged = std::make_shared<SegmentMeta>(*MakeSegment(set.next_segment_id));
  merged->rows = 0;
  for (uint64_t at = begin; at < begin + count; ++at) merged->rows += LiveRows(state.segments[at]);
  SegmentEntry entry{std::move(merged), 1};
  if (state.is_keyed()) entry = KeyedEntry(entry.meta);
  ManifestEdit edit;
  edit.compactions = {{id, false, std::nullopt, {{begin, count, {std::move(entry)}}}}};
  edit.next_segment_id = set.next_segment_id + 1;
  return edit;
}

namespace {

// Of some dataset; an edit of nothing when none has segments.
ManifestEdit RandomCompaction(const VersionSet& set, base::Random& random) {
  std::vector<uint64_t> ids;
  for (const auto& [name, state] : set.current()->datasets) {
    if (!state->segments.empty()) ids.push_back(state->id);
  }
  if (ids.empty()) return {};
  const uint64_t id = ids[random.Uniform(ids.size())];
  const uint64_t size = StateOf(set, id).segments.size();
  const uint64_t begin = random.Uniform(size);
  return CompactRun(set, id, begin, 1 + random.Uniform(size - begin));
}

// Some rows of some segments that the edit keeps; now and then all that are alive.
void AddRandomDeaths(const DatasetState& state, base::Random& random, DatasetEdit* change) {
  std::vector<RowsDied> died;
  for (uint64_t at = 0; at < state.segments.size(); ++at) {
    const bool removed = std::any_of(
        change->splices.begin(), change->splices.end(),
        [&](const SegmentSplice& s) { return at >= s.begin && at - s.begin < s.removed; });
    if (removed || !random.OneIn(3)) continue;
    const SegmentEntry& entry = state.segments[at];
    const bool all = random.OneIn(8);
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < entry.meta->rows; ++row) {
      if (entry.dead != nullptr && entry.dead->Contains(row)) continue;
      if (all || random.OneIn(4)) rows.push_back(row);
    }
    if (rows.empty()) continue;
    died.push_back({entry.meta->file.id, DeletionVector::Make(entry.meta->rows, rows)});
  }
  ASHLAR_CHECK(AddDeaths(state, died, change).ok());
}

// Of a segment that some version lists, the oldest ones included.
void AddRandomMove(const VersionSet& set, base::Random& random, ManifestEdit* edit) {
  if (!random.OneIn(3)) return;
  const Manifest& version = *set.versions[random.Uniform(set.versions.size())];
  for (const auto& [name, dataset] : version.datasets) {
    if (dataset->segments.empty() || random.OneIn(2)) continue;
    const auto& old = dataset->segments[random.Uniform(dataset->segments.size())].meta;
    const uint64_t id = edit->next_segment_id.value_or(set.next_segment_id);
    edit->moves = {{old->file.id, MovedTo(id, *old)}};
    edit->next_segment_id = id + 1;
    return;
  }
}

}  // namespace

ManifestEdit AppendSegment(const VersionSet& set, uint64_t id, size_t keep) {
  ManifestEdit edit = NextVersion(set);
  for (const auto& [name, dataset] : set.current()->datasets) {
    if (dataset->id != id) continue;
    SegmentEntry entry{MakeSegment(set.next_segment_id), 0};
    if (dataset->is_keyed()) entry = KeyedEntry(entry.meta);
    SegmentSplice splice{dataset->segments.size(), 0, {std::move(entry)}};
    edit.version->datasets.push_back({id, false, std::nullopt, {std::move(splice)}});
  }
  edit.next_segment_id = set.next_segment_id + 1;
  if (set.versions.size() >= keep) edit.expired = {set.versions.front()->version};
  return edit;
}

ManifestEdit RandomEdit(const VersionSet& set, base::Random& random) {
  const auto& datasets = set.current()->datasets;
  const uint64_t id = set.next_segment_id;
  if (random.OneIn(5)) {
    ManifestEdit compaction = RandomCompaction(set, random);
    if (!compaction.compactions.empty()) return compaction;
  }
  ManifestEdit edit = NextVersion(set);
  if (datasets.empty() || random.OneIn(6)) {
    const bool keyed = random.OneIn(2);
    edit = (keyed ? CreateKeyedDataset : CreateDataset)(set, set.next_dataset_id,
                                                        base::StrCat("d", set.next_dataset_id),
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
      if (dataset->is_keyed()) {
        for (SegmentEntry& entry : splice.inserted) entry = KeyedEntry(entry.meta);
      }
      if (!dataset->is_keyed() || random.OneIn(2)) change.splices.push_back(std::move(splice));
      if (dataset->is_keyed()) AddRandomDeaths(*dataset, random, &change);
      if (random.OneIn(4)) {
        change.definition =
            (dataset->is_keyed() ? KeyedDefinition : Definition)(dataset->id, dataset->name + "x");
      }
      if (random.OneIn(4)) change.flushed_up_to = edit.version->sequence;
    }
    edit.version->datasets.push_back(std::move(change));
    edit.next_segment_id = id + 2;
  }
  AddRandomMove(set, random, &edit);
  if (set.versions.size() > 5 && set.tags.empty()) edit.expired = {set.versions[1]->version};
  if (random.OneIn(5)) {
    edit.set_tags = {{"t", {edit.version->version, {{"k", std::string("v\0\n", 3)}}}}};
  } else if (!set.tags.empty()) {
    edit.deleted_tags = {set.tags.begin()->first};
  }
  if (random.OneIn(4)) {
    const uint64_t last =
        set.durable_logs.empty() ? set.oldest_log : set.durable_logs.back().number;
    edit.durable_logs = {{last + 1, random.Uniform(1'000'000)}};
    if (random.OneIn(3)) edit.oldest_log = set.oldest_log + random.Uniform(3);
  }
  if (random.OneIn(5)) edit.retention = {{random.Uniform(20), -1}};
  return edit;
}

std::string Describe(const VersionSet& set) {
  std::string text =
      base::StrCat(set.next_segment_id, " ", set.next_dataset_id, " ", set.oldest_log, " ",
                   set.retention_count, " ", set.retention_age_us, "\n");
  for (const DurableLog& log : set.durable_logs) {
    text += base::StrCat("log ", log.number, " durable up to ", log.bytes, "\n");
  }
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
                       state->rows, " ", state->logical_bytes, " ", state->hash_index, " key");
      for (const uint32_t field : state->key) text += base::StrCat(" ", field);
      text += " by";
      for (const uint32_t field : state->partition_by) text += base::StrCat(" ", field);
      text += ":";
      for (const SegmentEntry& entry : state->segments) {
        const SegmentMeta& meta = *entry.meta;
        text += base::StrCat(" ", meta.file.id, ",", entry.level, ",", meta.file.bytes, ",",
                             meta.file.footer_digest.ToHex(), ",", meta.digest.ToHex(), ",",
                             meta.rows, ",", meta.logical_bytes, ",", meta.own_chunk_bytes);
        for (const ChunkUse& use : meta.uses) {
          text += base::StrCat("+", use.holder->file.id, "/", use.ordinal, "/", use.bytes);
        }
        if (entry.dead != nullptr) {
          text += " dead";
          for (const uint32_t row : entry.dead->Rows()) text += base::StrCat(" ", row);
        }
        if (entry.keys != nullptr) {
          text += base::StrCat(" from ", entry.keys->min, " to ", entry.keys->max.value_or("end"));
        }
      }
      text += "\n";
    }
  }
  return text;
}

}  // namespace ashlar::manifest
