// Batches in memory as morsels; see the header.
#include "src/query/memory_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::query {
namespace {

struct Piece {
  size_t batch = 0;
  int64_t offset = 0;  // in the batch
  int64_t rows = 0;
  uint64_t first_row = 0;  // over all batches
};

// Bits [first, first + rows) of a bitmap that need not be aligned to a word.
Bits LiveBits(const std::vector<uint64_t>& live, uint64_t first, int64_t rows) {
  Bits bits = Bits::FirstRows(rows);
  const uint64_t shift = first % 64;
  for (size_t word = 0; word < kZoneWords; ++word) {
    const uint64_t at = first / 64 + word;
    uint64_t value = at < live.size() ? live[at] >> shift : 0;
    if (shift != 0 && at + 1 < live.size()) value |= live[at + 1] << (64 - shift);
    bits.words[word] &= value;
  }
  return bits;
}

class MemoryMorsel final : public Morsel {
 public:
  MemoryMorsel(const RecordBatch& batch, const Piece& piece, const std::vector<uint64_t>* live,
               const std::vector<Input>& inputs, SourceCounters* counters)
      : batch_(batch),
        piece_(piece),
        live_(live),
        inputs_(inputs),
        counters_(counters),
        columns_(inputs.size()) {}

  int64_t rows() const override { return piece_.rows; }

  absl::StatusOr<Column> Read(size_t slot) override {
    ASHLAR_CHECK(slot < inputs_.size());
    if (!columns_[slot].has_value()) {
      ASSIGN_OR_RETURN(const Column whole,
                       ColumnOfInput(batch_.column(inputs_[slot].field), inputs_[slot]));
      ASSIGN_OR_RETURN(columns_[slot], whole.Slice(piece_.offset, piece_.rows));
      ++counters_->chunks_touched;
    }
    return *columns_[slot];
  }

  bool has_dead_rows() const override { return !live_->empty(); }

  const Bits* LiveRows(int64_t zone) override {
    if (live_->empty()) return nullptr;
    const int64_t first = zone * kZoneRows;
    ASHLAR_CHECK(first < piece_.rows);
    live_bits_ = LiveBits(*live_, piece_.first_row + static_cast<uint64_t>(first),
                          std::min(kZoneRows, piece_.rows - first));
    return &live_bits_;
  }

 private:
  const RecordBatch& batch_;
  const Piece piece_;
  const std::vector<uint64_t>* const live_;
  const std::vector<Input>& inputs_;
  SourceCounters* const counters_;
  std::vector<std::optional<Column>> columns_;
  Bits live_bits_;
};

class MemorySource final : public Source {
 public:
  MemorySource(Schema schema, std::vector<RecordBatch> batches, MemorySourceOptions options)
      : schema_(std::move(schema)), batches_(std::move(batches)), options_(std::move(options)) {
    ASHLAR_CHECK(options_.morsel_rows > 0 && options_.morsel_rows % kZoneRows == 0);
    uint64_t first_row = 0;
    for (size_t i = 0; i < batches_.size(); ++i) {
      ASHLAR_CHECK(batches_[i].schema().EqualsIgnoringIds(schema_));
      for (int64_t offset = 0; offset < batches_[i].rows(); offset += options_.morsel_rows) {
        const int64_t rows = std::min(options_.morsel_rows, batches_[i].rows() - offset);
        pieces_.push_back({i, offset, rows, first_row});
        first_row += static_cast<uint64_t>(rows);
      }
    }
    ASHLAR_CHECK(options_.live.empty() || options_.live.size() * 64 >= first_row);
  }

  const Schema& schema() const override { return schema_; }
  size_t morsels() const override { return pieces_.size(); }
  int64_t rows(size_t morsel) const override { return pieces_[morsel].rows; }
  std::string unit() const override { return "batches"; }
  std::string name() const override { return options_.name; }

  absl::StatusOr<std::unique_ptr<Morsel>> Open(size_t morsel, const std::vector<Input>& inputs,
                                               SourceCounters* counters) const override {
    ASHLAR_CHECK(morsel < pieces_.size());
    const Piece& piece = pieces_[morsel];
    return std::make_unique<MemoryMorsel>(batches_[piece.batch], piece, &options_.live, inputs,
                                          counters);
  }

 private:
  const Schema schema_;
  const std::vector<RecordBatch> batches_;
  const MemorySourceOptions options_;
  std::vector<Piece> pieces_;
};

}  // namespace

std::shared_ptr<const Source> MakeMemorySource(Schema schema, std::vector<RecordBatch> batches,
                                               MemorySourceOptions options) {
  return std::make_shared<const MemorySource>(std::move(schema), std::move(batches),
                                              std::move(options));
}

}  // namespace ashlar::query
