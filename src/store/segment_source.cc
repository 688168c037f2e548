// Segments, and rows in memory, as morsels; see the header.
#include "src/store/segment_source.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/segment_reader.h"
#include "src/store/key_conditions.h"
#include "src/store/memtable_morsel.h"

namespace ashlar::store {
namespace {

using query::Input;
using segment::ZoneMap;

// Leaves of a type, in the order in which a field's zone maps are kept.
uint32_t LeavesOf(const DataType& type) {
  if (segment::IsLeaf(type)) return 1;
  uint32_t leaves = 0;
  for (const DataType& child : segment::ChildTypes(type)) leaves += LeavesOf(child);
  return leaves;
}

// Which of its field's leaves an input is; nothing when it is none.
std::optional<uint32_t> LeafOf(const Schema& schema, const Input& input) {
  if (!segment::IsLeaf(input.type)) return std::nullopt;
  DataType type = schema.field(input.field).type;
  uint32_t leaf = 0;
  for (const size_t member : input.members) {
    const std::vector<DataType> children = segment::ChildTypes(type);
    for (size_t i = 0; i < member; ++i) leaf += LeavesOf(children[i]);
    type = children[member];
  }
  return leaf;
}

class SegmentMorsel final : public query::Morsel {
 public:
  SegmentMorsel(const manifest::SegmentEntry& entry, segment::SegmentReader reader,
                const Schema& schema, const std::vector<Input>& inputs, SegmentCache& cache,
                query::SourceCounters* counters)
      : meta_(entry.meta),
        dead_(entry.dead),
        reader_(std::move(reader)),
        schema_(schema),
        inputs_(inputs),
        cache_(cache),
        counters_(counters),
        slots_(inputs.size()) {}

  int64_t rows() const override { return static_cast<int64_t>(meta_->rows); }

  bool has_dead_rows() const override { return dead_ != nullptr; }

  const query::Bits* LiveRows(int64_t zone) override {
    static_assert(query::kZoneWords == manifest::kZoneMaskWords);
    if (dead_ == nullptr) return nullptr;
    live_.words = dead_->ZoneMask(static_cast<uint64_t>(zone));
    return &live_;
  }

  absl::StatusOr<Column> Read(size_t slot) override {
    Slot& wanted = slots_.at(slot);
    if (!wanted.column.has_value()) {
      ASSIGN_OR_RETURN(const Column top, ReadField(inputs_[slot].field));
      ASSIGN_OR_RETURN(wanted.column, query::ColumnOfInput(top, inputs_[slot]));
    }
    return *wanted.column;
  }

  absl::StatusOr<const columnar::PackedColumn*> ReadPacked(size_t slot) override {
    Slot& wanted = slots_.at(slot);
    if (wanted.column.has_value()) return nullptr;  // it is unpacked by now
    if (!wanted.looked_for_planes) {
      const Input& input = inputs_[slot];
      ASSIGN_OR_RETURN(wanted.packed,
                       reader_.ReadPacked(schema_.field(input.field), input.members));
      wanted.looked_for_planes = true;
      if (wanted.packed.has_value()) {
        CountTouched(input.field);
        for (const PinnedBytes& planes : wanted.packed->planes) {
          counters_->bytes_borrowed += planes.size();
        }
      }
    }
    return wanted.packed.has_value() ? &*wanted.packed : nullptr;
  }

  absl::StatusOr<const ZoneMap*> Statistics(size_t slot) override {
    Slot& wanted = slots_.at(slot);
    if (!wanted.looked) {
      RETURN_IF_ERROR(LoadStatistics(inputs_[slot], &wanted));
      wanted.looked = true;
    }
    return wanted.statistics.has_value() ? &*wanted.statistics : nullptr;
  }

 private:
  struct Slot {
    std::optional<Column> column;
    std::optional<columnar::PackedColumn> packed;
    bool looked_for_planes = false;
    bool looked = false;
    std::optional<ZoneMap> statistics;
  };

  // A chunk counts once, whether it is read packed, unpacked or both.
  void CountTouched(size_t field) {
    if (touched_.insert(field).second) ++counters_->chunks_touched;
  }

  absl::StatusOr<Column> ReadField(size_t field) {
    const auto known = fields_.find(field);
    if (known != fields_.end()) return known->second;
    segment::ReadCost cost;
    ASSIGN_OR_RETURN(Column column, reader_.ReadColumn(schema_.field(field), &cost));
    CountTouched(field);
    if (cost.decoded) ++counters_->chunks_decoded;
    counters_->bytes_borrowed += cost.bytes_borrowed;
    counters_->bytes_copied += cost.bytes_copied;
    fields_.emplace(field, column);
    return column;
  }

  absl::Status LoadStatistics(const Input& input, Slot* slot) {
    const std::optional<uint32_t> leaf = LeafOf(schema_, input);
    if (!leaf.has_value()) return absl::OkStatus();
    const Field& field = schema_.field(input.field);
    ASSIGN_OR_RETURN(const std::vector<ZoneMap> maps, reader_.ReadZoneMaps(field));
    if (*leaf >= maps.size()) return absl::OkStatus();  // the segment is older than the field
    slot->statistics = maps[*leaf];
    const BoundsCache::Key key{meta_->file.id, field.id, *leaf};
    if (cache_.bounds().Find(key) == nullptr) {
      cache_.bounds().Insert(key, std::make_shared<const ZoneMap>(maps[*leaf].Summary()));
    }
    return absl::OkStatus();
  }

  const std::shared_ptr<const manifest::SegmentMeta> meta_;
  const manifest::DeletionVectorPtr dead_;  // null: no row is
  const segment::SegmentReader reader_;
  const Schema& schema_;
  const std::vector<Input>& inputs_;
  SegmentCache& cache_;
  query::SourceCounters* const counters_;
  std::vector<Slot> slots_;
  absl::flat_hash_map<size_t, Column> fields_;
  absl::flat_hash_set<size_t> touched_;
  query::Bits live_;
};

// The segments come first, then the chunks of rows in memory.
class SegmentSource final : public query::Source {
 public:
  explicit SegmentSource(std::shared_ptr<const Dataset::Impl> dataset)
      : dataset_(std::move(dataset)) {
    ASHLAR_CHECK(dataset_ != nullptr && dataset_->state != nullptr && dataset_->cache != nullptr);
    if (dataset_->memory == nullptr) return;
    for (const LayerView& layer : dataset_->memory->views()) {
      for (size_t i = 0; i < layer.view().chunks(); ++i) chunks_.push_back({&layer, i});
    }
  }

  const Schema& schema() const override { return dataset_->state->schema; }
  size_t morsels() const override { return segments() + chunks_.size(); }
  int64_t rows(size_t morsel) const override {
    if (morsel < segments()) return static_cast<int64_t>(Meta(morsel)->rows);
    const Chunk& chunk = chunks_.at(morsel - segments());
    return chunk.layer->view().rows(chunk.number);
  }
  std::string unit() const override {
    return chunks_.empty() ? "segments" : "segments and memtable chunks";
  }
  std::string name() const override {
    return base::StrCat("dataset ", base::QuoteForMessage(dataset_->state->name));
  }
  base::Executor& executor() const override { return dataset_->cache->executor(); }
  base::Clock& clock() const override { return dataset_->cache->clock(); }
  void CountMaterialized(uint64_t rows) const override {
    dataset_->cache->read_stats()->rows_materialized += rows;
  }

  absl::StatusOr<std::unique_ptr<query::Morsel>> Open(
      size_t morsel, const std::vector<Input>& inputs,
      query::SourceCounters* counters) const override {
    if (morsel >= segments()) {
      const Chunk& chunk = chunks_.at(morsel - segments());
      return MakeMemtableMorsel(*chunk.layer, chunk.number, inputs, counters);
    }
    ASSIGN_OR_RETURN(const auto live, dataset_->LiveSegments());
    ASSIGN_OR_RETURN(segment::SegmentReader reader, dataset_->cache->OpenReader(Meta(morsel)));
    return std::make_unique<SegmentMorsel>(live->segments[morsel], std::move(reader), schema(),
                                           inputs, *dataset_->cache, counters);
  }

  std::unique_ptr<query::MorselFilter> MakeFilter(
      const std::vector<query::PointCondition>& conditions) const override {
    return MakeKeyConditions(dataset_, conditions);
  }

  std::shared_ptr<const ZoneMap> MorselBounds(size_t morsel, const Input& input) const override {
    if (morsel >= segments()) return nullptr;
    const std::optional<uint32_t> leaf = LeafOf(schema(), input);
    if (!leaf.has_value()) return nullptr;
    return dataset_->cache->bounds().Find(
        {Meta(morsel)->file.id, schema().field(input.field).id, *leaf});
  }

 private:
  const std::shared_ptr<const manifest::SegmentMeta>& Meta(size_t morsel) const {
    ASHLAR_CHECK(morsel < dataset_->state->segments.size());
    return dataset_->state->segments[morsel].meta;
  }

  [[nodiscard]] size_t segments() const { return dataset_->state->segments.size(); }

  struct Chunk {
    const LayerView* layer = nullptr;
    size_t number = 0;
  };
  const std::shared_ptr<const Dataset::Impl> dataset_;
  std::vector<Chunk> chunks_;
};

}  // namespace

std::shared_ptr<const query::Source> MakeSegmentSource(
    std::shared_ptr<const Dataset::Impl> dataset) {
  return std::make_shared<const SegmentSource>(std::move(dataset));
}

}  // namespace ashlar::store
