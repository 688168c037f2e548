// Chunks as morsels; see the header.
#include "src/store/memtable_morsel.h"

#include <optional>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/vector.h"

namespace ashlar::store {
namespace {

using query::Input;

class MemtableMorsel final : public query::Morsel {
 public:
  MemtableMorsel(const LayerView& layer, size_t chunk, const std::vector<Input>& inputs,
                 query::SourceCounters* counters)
      : layer_(layer),
        chunk_(chunk),
        inputs_(inputs),
        counters_(counters),
        columns_(inputs.size()) {}

  int64_t rows() const override { return layer_.view().rows(chunk_); }

  absl::StatusOr<Column> Read(size_t slot) override {
    ASHLAR_CHECK(slot < inputs_.size());
    if (!columns_[slot].has_value()) {
      const Column top = layer_.view().ReadColumn(chunk_, inputs_[slot].field);
      ASSIGN_OR_RETURN(columns_[slot], query::ColumnOfInput(top, inputs_[slot]));
      ++counters_->chunks_touched;
    }
    return *columns_[slot];
  }

  bool has_dead_rows() const override { return layer_.has_dead_rows(chunk_); }

  const query::Bits* LiveRows(int64_t zone) override {
    if (!has_dead_rows()) return nullptr;
    live_.words = layer_.LiveRows(chunk_, zone);
    return &live_;
  }

 private:
  const LayerView& layer_;
  const size_t chunk_;
  const std::vector<Input>& inputs_;
  query::SourceCounters* const counters_;
  std::vector<std::optional<Column>> columns_;
  query::Bits live_;
};

}  // namespace

std::unique_ptr<query::Morsel> MakeMemtableMorsel(const LayerView& layer, size_t chunk,
                                                  const std::vector<Input>& inputs,
                                                  query::SourceCounters* counters) {
  ASHLAR_CHECK(chunk < layer.view().chunks());
  return std::make_unique<MemtableMorsel>(layer, chunk, inputs, counters);
}

}  // namespace ashlar::store
