// Applying commits to a memtable and finding keys; views are in memtable_view.cc.
#include "src/log/memtable.h"

#include <algorithm>
#include <functional>
#include <list>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/dictionary.h"
#include "src/log/memtable_view.h"

namespace ashlar::log {
namespace {

constexpr size_t kMostChunks = (size_t{1} << (32 - kChunkRowBits)) - 1;
// Slots of the key table that are asked for ahead of their use.
constexpr int64_t kPrefetchDistance = 8;

bool IsPlainThroughout(const ColumnData& data) {
  return data.encoding == Encoding::kPlain &&
         std::ranges::all_of(data.children,
                             [](const auto& child) { return IsPlainThroughout(*child); });
}

// The columns, or where one is not plain their decoded form, which `decoded` then holds.
absl::StatusOr<std::span<const Column>> PlainColumns(const std::vector<Column>& columns,
                                                     std::list<std::vector<Column>>* decoded) {
  const bool plain = std::ranges::all_of(
      columns, [](const Column& column) { return IsPlainThroughout(*column.data()); });
  if (plain) return columns;
  std::vector<Column> made;
  for (const Column& column : columns) {
    ASSIGN_OR_RETURN(Column one, columnar::DecodeToPlain(column));
    made.push_back(std::move(one));
  }
  return decoded->emplace_back(std::move(made));
}

}  // namespace

// Two writers at once are a bug of the store's, found before they spoil anything.
struct Memtable::Writing {
  explicit Writing(std::atomic_flag& flag) : writing(flag) {
    ASHLAR_CHECK(!writing.test_and_set(std::memory_order_acquire));
  }
  ~Writing() { writing.clear(std::memory_order_release); }
  std::atomic_flag& writing;
};

Memtable::Memtable(Schema schema, bool keyed) : schema_(std::move(schema)), keyed_(keyed) {
  bytes_.store(sizeof(*this) + newest_.bytes());
}

Memtable::~Memtable() = default;

std::shared_ptr<Memtable> Memtable::Make(Schema schema, bool keyed) {
  ASHLAR_CHECK(schema.size() > 0);
  return std::shared_ptr<Memtable>(new Memtable(std::move(schema), keyed));
}

absl::Status Memtable::Check(std::span<const MemtableBatch> batches) const {
  if (sealed()) return absl::FailedPreconditionError("the memtable is sealed");
  uint64_t rows = 0;
  for (const MemtableBatch& batch : batches) {
    const std::vector<Column>& columns = batch.rows.columns();
    ASHLAR_CHECK(keyed_ || !columns.empty());
    ASHLAR_CHECK(columns.empty() || !keyed_ ||
                 batch.keys.rows == static_cast<size_t>(batch.rows.rows()));
    rows += columns.empty() ? batch.keys.rows : static_cast<uint64_t>(batch.rows.rows());
    if (columns.empty()) continue;
    if (columns.size() != schema_.size()) {
      return absl::InvalidArgumentError(base::StrCat("a batch has ", columns.size(),
                                                     " columns; the dataset has ", schema_.size()));
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].type() == schema_.field(i).type) continue;
      return absl::InvalidArgumentError(base::StrCat(
          "field ", base::QuoteForMessage(schema_.field(i).name), " (",
          schema_.field(i).type.ToString(), ") does not take ", columns[i].type().ToString()));
    }
  }
  // Each row may need a chunk of its own.
  if (rows >= kMostChunks - owned_.size()) {
    return absl::ResourceExhaustedError("the memtable has no row numbers left: flush it");
  }
  return absl::OkStatus();
}

absl::Status Memtable::Apply(uint64_t sequence, std::span<const MemtableBatch> batches) {
  const Writing writing(writing_);
  ASHLAR_CHECK(sequence > last_sequence_.load(std::memory_order_relaxed) && sequence != kNeverEnds);
  RETURN_IF_ERROR(Check(batches));
  std::list<std::vector<Column>> decoded;
  absl::InlinedVector<ChunkRows, 4> steps;
  for (const MemtableBatch& batch : batches) {
    ChunkRows& step = steps.emplace_back();
    ASSIGN_OR_RETURN(step.columns, PlainColumns(batch.rows.columns(), &decoded));
    step.keys = keyed_ ? &batch.keys : nullptr;
    step.count = step.columns.empty() ? static_cast<int64_t>(batch.keys.rows) : batch.rows.rows();
    step.sequence = sequence;
  }
  // Nothing below fails.
  uint64_t rows = 0;
  for (const ChunkRows& step : steps) {
    AppendRows(step);
    rows += static_cast<uint64_t>(step.count);
  }
  UpdateStats(sequence, sequence, rows);
  return absl::OkStatus();
}

absl::Status Memtable::ApplyEach(std::span<const uint64_t> sequences, const MemtableBatch& batch) {
  const Writing writing(writing_);
  ASHLAR_CHECK(!sequences.empty() && !batch.rows.columns().empty());
  ASHLAR_CHECK(static_cast<int64_t>(sequences.size()) == batch.rows.rows());
  ASHLAR_CHECK(sequences.front() > last_sequence_.load(std::memory_order_relaxed));
  ASHLAR_CHECK(std::ranges::adjacent_find(sequences, std::greater_equal<>()) == sequences.end());
  ASHLAR_CHECK(sequences.back() != kNeverEnds);
  RETURN_IF_ERROR(Check({&batch, 1}));
  std::list<std::vector<Column>> decoded;
  ChunkRows rows;
  ASSIGN_OR_RETURN(rows.columns, PlainColumns(batch.rows.columns(), &decoded));
  rows.keys = keyed_ ? &batch.keys : nullptr;
  rows.count = batch.rows.rows();
  rows.sequences = sequences;
  AppendRows(rows);
  UpdateStats(sequences.front(), sequences.back(), sequences.size());
  return absl::OkStatus();
}

void Memtable::AppendRows(ChunkRows rows) {
  if (keyed_) newest_.Reserve(static_cast<size_t>(rows.count));
  while (rows.count > 0) {
    if (owned_.empty()) StartChunk(rows);
    MemtableChunk& chunk = *owned_.back();
    // While the columns are copied, the first slots come.
    for (int64_t i = 0; keyed_ && i < std::min(rows.count, kPrefetchDistance); ++i) {
      newest_.Prefetch(rows.keys->hashes[static_cast<size_t>(rows.begin + i)]);
    }
    const int64_t first = chunk.appended();
    const int64_t taken = chunk.Append(rows);
    if (taken == 0) {
      StartChunk(rows);
      continue;
    }
    if (keyed_) {
      ChunkRows part = rows;
      part.count = taken;
      IndexRows(first, part);
    }
    chunk.Publish();
    rows.begin += taken;
    rows.count -= taken;
  }
}

void Memtable::StartChunk(const ChunkRows& rows) {
  const MemtableChunk* const before = owned_.empty() ? nullptr : owned_.back().get();
  auto chunk = std::make_shared<MemtableChunk>(schema_, rows, before, pieces_);
  if (before != nullptr) owned_.back()->Close();
  chunk_bytes_ += chunk->bytes();
  chunks_.Append(chunk.get());
  owned_.push_back(std::move(chunk));
}

void Memtable::IndexRows(int64_t first, const ChunkRows& rows) {
  MemtableChunk& chunk = *owned_.back();
  const std::vector<uint64_t>& hashes = rows.keys->hashes;
  for (int64_t i = 0; i < rows.count; ++i) {
    const auto from = static_cast<size_t>(rows.begin + i);
    if (i + kPrefetchDistance < rows.count) newest_.Prefetch(hashes[from + kPrefetchDistance]);
    const std::string_view key = rows.keys->key(from);
    const KeyTable::Place place = newest_.Locate(
        hashes[from], [&](uint32_t row) { return ChunkOf(row).key(RowIn(row)) == key; });
    chunk.SetPrevious(first + i, place.row);
    newest_.Publish(place, hashes[from], RowNumber(owned_.size() - 1, first + i));
    if (place.row == kNoRow) continue;
    owned_[place.row >> kChunkRowBits]->End(RowIn(place.row), rows.SequenceOf(rows.begin + i));
  }
}

void Memtable::UpdateStats(uint64_t first_sequence, uint64_t last_sequence, uint64_t rows) {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  if (last_sequence_.load(kRelaxed) == 0) first_sequence_.store(first_sequence, kRelaxed);
  last_sequence_.store(last_sequence, kRelaxed);
  rows_.store(rows_.load(kRelaxed) + rows, kRelaxed);
  keys_.store(newest_.keys(), kRelaxed);
  bytes_.store(sizeof(*this) + newest_.bytes() + chunks_.bytes() + chunk_bytes_ +
                   owned_.capacity() * sizeof(owned_[0]),
               kRelaxed);
}

void Memtable::Seal() {
  const Writing writing(writing_);
  if (!owned_.empty()) owned_.back()->Close();
  sealed_.store(true, std::memory_order_release);
}

MemtableHit Memtable::Find(std::string_view key, uint64_t hash, uint64_t sequence) const {
  ASHLAR_CHECK(keyed_);
  uint32_t row =
      newest_.Find(hash, [&](uint32_t other) { return ChunkOf(other).key(RowIn(other)) == key; });
  for (; row != kNoRow; row = ChunkOf(row).previous(RowIn(row))) {
    const MemtableChunk& chunk = ChunkOf(row);
    const uint64_t begin = chunk.begin_sequence(RowIn(row));
    if (begin > sequence) continue;
    const bool deleted = chunk.is_tombstone(RowIn(row));
    return {deleted ? MemtableHit::Kind::kTombstone : MemtableHit::Kind::kRow, row, begin};
  }
  return {};
}

Column Memtable::ReadCell(uint32_t row, size_t field) const {
  return ChunkOf(row).ReadColumn(field, RowIn(row), RowIn(row) + 1);
}

MemtableView Memtable::View(uint64_t sequence) const {
  return MemtableView(shared_from_this(), sequence);
}

MemtableStats Memtable::stats() const {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  return {.rows = rows_.load(kRelaxed),
          .keys = keys_.load(kRelaxed),
          .bytes = bytes_.load(kRelaxed),
          .first_sequence = first_sequence_.load(kRelaxed),
          .last_sequence = last_sequence_.load(kRelaxed)};
}

}  // namespace ashlar::log
