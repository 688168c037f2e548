// Memtables in key order; see the header.
#include "src/store/memory_run.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/morsel.h"
#include "src/query/take.h"

namespace ashlar::store {
namespace {

// The place of a field in a memtable's schema.
std::optional<size_t> FindFieldById(const Schema& schema, uint32_t id) {
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema.field(i).id == id) return i;
  }
  return std::nullopt;
}

class ChunkBlock final : public ColumnBlock {
 public:
  ChunkBlock(std::shared_ptr<const SortedMemory> rows, size_t chunk,
             std::shared_ptr<const Projection> projection)
      : rows_(std::move(rows)),
        chunk_(chunk),
        projection_(std::move(projection)),
        columns_(projection_->columns.size()) {}

  absl::StatusOr<Column> Read(size_t output) override {
    if (!columns_[output].has_value()) {
      ASSIGN_OR_RETURN(columns_[output], ReadFromChunk(output));
    }
    return *columns_[output];
  }

 private:
  absl::StatusOr<Column> ReadFromChunk(size_t output) const {
    const Projected& projected = projection_->columns[output];
    const DataType& type = projection_->schema.field(output).type;
    const log::MemtableView& view = rows_->view;
    const std::optional<size_t> field = FindFieldById(view.schema(), projected.id);
    if (!field.has_value()) return query::NullColumn(type, view.rows(chunk_));
    const Column top = view.ReadColumn(chunk_, *field);
    if (projected.members.empty()) return top;
    return query::ColumnOfInput(top, {*field, projected.members, type});
  }

  const std::shared_ptr<const SortedMemory> rows_;
  const size_t chunk_;
  const std::shared_ptr<const Projection> projection_;
  std::vector<std::optional<Column>> columns_;
};

class MemoryRun final : public SortedRun {
 public:
  MemoryRun(std::shared_ptr<const SortedMemory> rows, std::shared_ptr<const Projection> projection)
      : rows_(std::move(rows)) {
    ASHLAR_CHECK(rows_->order.keys.rows == rows_->order.rows.size());
    for (size_t chunk = 0; chunk < rows_->view.chunks(); ++chunk) {
      first_.push_back(rows_->view.first_position(chunk));
      blocks_.push_back(std::make_shared<ChunkBlock>(rows_, chunk, projection));
    }
  }

  uint64_t rows() const override { return rows_->order.rows.size(); }
  const manifest::DeletionVector* dead() const override { return nullptr; }
  std::string name() const override { return "the memtable"; }

  uint64_t Find(const KeyCut& cut) const override {
    uint64_t first = 0;
    for (uint64_t left = rows(); left > 0;) {
      const uint64_t half = (left + 1) / 2;
      if (cut.IsPassedBy(Compare(first + half - 1, cut.bytes))) first += half;
      left -= half;
    }
    return first;
  }

  std::strong_ordering Compare(uint64_t row, std::string_view key) const override {
    return rows_->order.keys.key(row) <=> key;
  }

  void AppendKey(uint64_t row, std::string* encoded) const override {
    *encoded += rows_->order.keys.key(row);
  }

  void AddRows(uint64_t first, uint64_t rows, RowGather* gather) const override {
    for (uint64_t i = 0; i < rows; ++i) {
      const uint64_t row = gather->backward() ? first + rows - 1 - i : first + i;
      const int64_t position = rows_->order.rows[row];
      const auto chunk = static_cast<size_t>(
          std::upper_bound(first_.begin(), first_.end(), position) - first_.begin() - 1);
      gather->Add(blocks_[chunk], static_cast<uint64_t>(position - first_[chunk]), 1);
    }
  }

 private:
  const std::shared_ptr<const SortedMemory> rows_;
  std::vector<int64_t> first_;  // positions, by chunk
  std::vector<std::shared_ptr<ColumnBlock>> blocks_;
};

}  // namespace

std::unique_ptr<SortedRun> MakeMemoryRun(std::shared_ptr<const SortedMemory> rows,
                                         std::shared_ptr<const Projection> projection) {
  return std::make_unique<MemoryRun>(std::move(rows), std::move(projection));
}

}  // namespace ashlar::store
