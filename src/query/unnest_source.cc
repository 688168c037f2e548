// Morsels one to one with those below; inputs are handed down or made from elements.
#include "src/query/unnest_source.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"
#include "src/query/conjuncts.h"
#include "src/query/pruning.h"
#include "src/query/take.h"
#include "src/query/unnest_rows.h"
#include "src/query/unnest_schema.h"

namespace ashlar::query {
namespace {

// What an input of the unnested rows is made of.
struct Slot {
  enum class Kind : uint8_t {
    kParent,   // a column below, repeated
    kElement,  // the element, or a member of it
    kAround,   // a struct that holds the list, on the way to it
  };
  Kind kind = Kind::kParent;
  size_t below = 0;             // kParent, kAround: slot of the morsel below
  std::vector<size_t> members;  // kElement: from the element; kAround: from the struct to the list
};

Slot SlotOf(const Input& input, const Input& list) {
  Slot slot;
  if (input.field != list.field) return slot;
  const auto [in, way] = std::ranges::mismatch(input.members, list.members);
  if (way == list.members.end()) {
    slot.kind = Slot::Kind::kElement;
    slot.members.assign(in, input.members.end());
  } else if (in == input.members.end()) {
    slot.kind = Slot::Kind::kAround;
    slot.members.assign(way, list.members.end());
  }
  return slot;
}

DataType TypeAt(const Schema& schema, const Input& input) {
  DataType type = schema.field(input.field).type;
  for (const size_t member : input.members) type = DataType(type.fields()[member].type);
  return type;
}

class UnnestMorsel final : public Morsel {
 public:
  UnnestMorsel(const Schema& below, const Input& list, const UnnestOptions& options,
               const std::vector<Input>& inputs)
      : inputs_(inputs), columns_(inputs.size()), below_inputs_(options.inputs) {
    list_slot_ = below_inputs_.size();
    below_inputs_.push_back(list);
    for (const Input& input : inputs) {
      Slot slot = SlotOf(input, list);
      if (slot.kind != Slot::Kind::kElement) {
        slot.below = below_inputs_.size();
        below_inputs_.push_back({input.field, input.members, TypeAt(below, input)});
      }
      slots_.push_back(std::move(slot));
    }
  }

  // Opens the morsel below and finds the rows.
  absl::Status Prepare(const Source& source, size_t index, const UnnestOptions& options,
                       SourceCounters* counters) {
    ASSIGN_OR_RETURN(below_, source.Open(index, below_inputs_, counters));
    std::vector<std::unique_ptr<Evaluator>> filters;
    for (const BoundPtr& conjunct : options.conjuncts) {
      filters.push_back(MakeEvaluator(conjunct, options.back_end));
      RETURN_IF_ERROR(filters.back()->BeginMorsel(*below_));
    }
    RETURN_IF_ERROR(LoadStatistics(options.conjuncts));
    for (int64_t first = 0; first < below_->rows(); first += kZoneRows) {
      if (options.control != nullptr) RETURN_IF_ERROR(options.control->Check());
      const ZoneRange zone{first, std::min(kZoneRows, below_->rows() - first)};
      if (IsRuledOut(zone)) continue;
      Bits parents = Bits::FirstRows(zone.rows);
      if (const Bits* live =
              below_->has_dead_rows() ? below_->LiveRows(first / kZoneRows) : nullptr) {
        for (size_t w = 0; w < kZoneWords; ++w) parents.words[w] &= live->words[w];
      }
      for (const auto& filter : filters) {
        if (!parents.None()) RETURN_IF_ERROR(filter->Filter(zone, &parents));
      }
      if (parents.None()) continue;
      RETURN_IF_ERROR(AppendRows(zone, parents, options.keep_empty));
    }
    return absl::OkStatus();
  }

  int64_t rows() const override { return rows_.has_value() ? rows_->rows() : 0; }

  absl::StatusOr<Column> Read(size_t slot) override {
    ASHLAR_CHECK(slot < slots_.size());
    if (!columns_[slot].has_value()) {
      ASSIGN_OR_RETURN(columns_[slot], Make(slots_[slot], inputs_[slot]));
      ASHLAR_CHECK(columns_[slot]->length() == rows());
    }
    return *columns_[slot];
  }

 private:
  // Of the predicates that may prune: none before them, nor they, may fail.
  absl::Status LoadStatistics(const std::vector<BoundPtr>& conjuncts) {
    statistics_.assign(below_inputs_.size(), nullptr);
    for (const BoundPtr& conjunct : conjuncts) {
      if (conjunct->may_fail) break;
      if (!IsPrunable(*conjunct)) continue;
      pruning_.push_back(conjunct);
      for (const size_t slot : SlotsOf(*conjunct)) {
        ASSIGN_OR_RETURN(statistics_[slot], below_->Statistics(slot));
      }
    }
    return absl::OkStatus();
  }

  bool IsRuledOut(const ZoneRange& zone) const {
    const auto number = static_cast<uint64_t>(zone.first_row / kZoneRows);
    return std::ranges::any_of(pruning_, [&](const BoundPtr& conjunct) {
      return JudgeZone(*conjunct, statistics_, number, zone.rows) == Verdict::kNone;
    });
  }

  // The list is read when a row is selected, not before.
  absl::Status AppendRows(const ZoneRange& zone, const Bits& parents, bool keep_empty) {
    if (!rows_.has_value()) {
      ASSIGN_OR_RETURN(Column list, below_->Read(list_slot_));
      rows_.emplace(std::move(list), keep_empty);
    }
    return rows_->Append(zone, parents);
  }

  absl::StatusOr<Column> Elements() {
    if (!elements_.has_value()) {
      ASSIGN_OR_RETURN(elements_, rows_->Elements());
    }
    return *elements_;
  }

  absl::StatusOr<Column> Make(const Slot& slot, const Input& input) {
    if (!rows_.has_value()) return NullColumn(input.type, 0);
    if (slot.kind == Slot::Kind::kElement) {
      ASSIGN_OR_RETURN(const Column elements, Elements());
      return ColumnOfInput(elements, {0, slot.members, input.type});
    }
    ASSIGN_OR_RETURN(const Column below, below_->Read(slot.below));
    if (slot.kind == Slot::Kind::kParent) return Take(below, rows_->parents());
    return TakeAround(below, input.type, slot.members);
  }

  // A struct on the way to the list: its other members repeated, the element in the list's place.
  absl::StatusOr<Column> TakeAround(const Column& below, const DataType& type,
                                    std::span<const size_t> way) {
    if (way.empty()) return Elements();
    auto out = std::make_shared<ColumnData>();
    out->type = type;
    out->length = rows();
    TakeValidity(below, out.get());
    for (size_t i = 0; i < type.fields().size(); ++i) {
      const Column child = below.child(i);
      auto taken = i == way.front() ? TakeAround(child, type.fields()[i].type, way.subspan(1))
                                    : Take(child, rows_->parents());
      RETURN_IF_ERROR(taken.status());
      out->children.push_back(taken->data());
    }
    return Column(std::move(out));
  }

  void TakeValidity(const Column& below, ColumnData* out) const {
    if (below.null_count() == 0) return;
    columnar::BufferBuilder bits;
    bits.Resize(static_cast<size_t>(columnar::BitmapBytes(out->length)));
    int64_t row = 0;
    for (const uint32_t parent : rows_->parents()) {
      const bool null = below.IsNull(parent);
      out->null_count += null ? 1 : 0;
      if (!null) columnar::SetBit(bits.data(), row);
      ++row;
    }
    if (out->null_count != 0) out->validity = bits.Finish();
  }

  const std::vector<Input>& inputs_;
  std::vector<Slot> slots_;
  std::vector<std::optional<Column>> columns_;
  std::vector<Input> below_inputs_;  // of the predicates, then the list, then the parents'
  size_t list_slot_ = 0;
  std::unique_ptr<Morsel> below_;
  std::vector<BoundPtr> pruning_;
  std::vector<const segment::ZoneMap*> statistics_;  // by slot below
  std::optional<UnnestRows> rows_;                   // none while no row is selected
  std::optional<Column> elements_;
};

class UnnestSource final : public Source {
 public:
  UnnestSource(std::shared_ptr<const Source> below, Schema schema, Input list,
               UnnestOptions options)
      : below_(std::move(below)),
        schema_(std::move(schema)),
        list_(std::move(list)),
        options_(std::move(options)) {}

  const Schema& schema() const override { return schema_; }
  size_t morsels() const override { return below_->morsels(); }
  int64_t rows(size_t morsel) const override { return below_->rows(morsel); }
  base::Executor& executor() const override { return below_->executor(); }
  base::Clock& clock() const override { return below_->clock(); }
  void CountMaterialized(uint64_t rows) const override { below_->CountMaterialized(rows); }
  std::string unit() const override { return below_->unit(); }
  std::string name() const override { return below_->name(); }

  absl::StatusOr<std::unique_ptr<Morsel>> Open(size_t morsel, const std::vector<Input>& inputs,
                                               SourceCounters* counters) const override {
    auto opened = std::make_unique<UnnestMorsel>(below_->schema(), list_, options_, inputs);
    RETURN_IF_ERROR(opened->Prepare(*below_, morsel, options_, counters));
    return opened;
  }

  // A column beside the list has the values that it has below. So have elements, but where a null
  // may stand for a row without any, or is counted by elements and not by rows.
  std::shared_ptr<const segment::ZoneMap> MorselBounds(size_t morsel,
                                                       const Input& input) const override {
    const Slot slot = SlotOf(input, list_);
    const bool element = slot.kind == Slot::Kind::kElement;
    if (slot.kind == Slot::Kind::kAround || (element && options_.keep_empty)) return nullptr;
    Input below = input;
    if (element) {
      below.field = list_.field;
      below.members = list_.members;
      below.members.push_back(0);
      below.members.insert(below.members.end(), slot.members.begin(), slot.members.end());
    }
    std::shared_ptr<const segment::ZoneMap> bounds = below_->MorselBounds(morsel, below);
    if (bounds == nullptr) bounds = ReadBounds(morsel, below);
    return bounds != nullptr && element && bounds->null_count(0) != 0 ? nullptr : bounds;
  }

 private:
  // From the zone maps below, which are read sooner or later. What is wrong with them will be said
  // by whoever opens the morsel to read it.
  std::shared_ptr<const segment::ZoneMap> ReadBounds(size_t morsel, const Input& input) const {
    const std::vector<Input> inputs = {input};
    SourceCounters counters;
    const auto opened = below_->Open(morsel, inputs, &counters);
    if (!opened.ok()) return nullptr;
    const auto map = (*opened)->Statistics(0);
    if (!map.ok() || *map == nullptr || (*map)->zones() == 0) return nullptr;
    return std::make_shared<const segment::ZoneMap>((*map)->Summary());
  }

  const std::shared_ptr<const Source> below_;
  const Schema schema_;
  const Input list_;
  const UnnestOptions options_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Source>> MakeUnnestSource(std::shared_ptr<const Source> source,
                                                               std::string_view path,
                                                               UnnestOptions options) {
  ASSIGN_OR_RETURN(Input list, FindList(source->schema(), path));
  ASSIGN_OR_RETURN(Schema schema, ReplaceList(source->schema(), list));
  return std::make_shared<const UnnestSource>(std::move(source), std::move(schema), std::move(list),
                                              std::move(options));
}

}  // namespace ashlar::query
