// Chunks as morsels; see the header.
#include "src/store/memtable_source.h"

#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/vector.h"

namespace ashlar::store {
namespace {

using query::Input;

class MemtableMorsel final : public query::Morsel {
 public:
  MemtableMorsel(const log::MemtableView& view, size_t chunk, const std::vector<Input>& inputs,
                 query::SourceCounters* counters)
      : view_(view), chunk_(chunk), inputs_(inputs), counters_(counters), columns_(inputs.size()) {}

  int64_t rows() const override { return view_.rows(chunk_); }

  absl::StatusOr<Column> Read(size_t slot) override {
    ASHLAR_CHECK(slot < inputs_.size());
    if (!columns_[slot].has_value()) {
      const Column top = view_.ReadColumn(chunk_, inputs_[slot].field);
      ASSIGN_OR_RETURN(columns_[slot], query::ColumnOfInput(top, inputs_[slot]));
      ++counters_->chunks_touched;
    }
    return *columns_[slot];
  }

  bool has_dead_rows() const override { return view_.has_dead_rows(chunk_); }

  const query::Bits* LiveRows(int64_t zone) override {
    if (!has_dead_rows()) return nullptr;
    live_.words = view_.LiveRows(chunk_, zone);
    return &live_;
  }

 private:
  const log::MemtableView& view_;
  const size_t chunk_;
  const std::vector<Input>& inputs_;
  query::SourceCounters* const counters_;
  std::vector<std::optional<Column>> columns_;
  query::Bits live_;
};

class MemtableSource final : public query::Source {
 public:
  MemtableSource(log::MemtableView view, std::string name)
      : view_(std::move(view)), name_(std::move(name)) {}

  const Schema& schema() const override { return view_.schema(); }
  size_t morsels() const override { return view_.chunks(); }
  int64_t rows(size_t morsel) const override { return view_.rows(morsel); }
  std::string unit() const override { return "memtable chunks"; }
  std::string name() const override { return name_; }

  absl::StatusOr<std::unique_ptr<query::Morsel>> Open(
      size_t morsel, const std::vector<Input>& inputs,
      query::SourceCounters* counters) const override {
    ASHLAR_CHECK(morsel < view_.chunks());
    return std::make_unique<MemtableMorsel>(view_, morsel, inputs, counters);
  }

 private:
  const log::MemtableView view_;
  const std::string name_;
};

}  // namespace

std::shared_ptr<const query::Source> MakeMemtableSource(log::MemtableView view, std::string name) {
  return std::make_shared<const MemtableSource>(std::move(view), std::move(name));
}

}  // namespace ashlar::store
