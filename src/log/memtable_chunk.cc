// Filling chunks and reading them; see the header.
#include "src/log/memtable_chunk.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "src/base/check.h"

namespace ashlar::log {
namespace {

// Chunks start small, for a dataset may never hold more, and grow by this while they fill up.
constexpr int64_t kFirstChunkRows = 256;
constexpr int64_t kChunkGrowth = 4;
// Fixed-width values of a chunk take no more, unless they do for a few rows.
constexpr uint64_t kMostFixedBytes = uint64_t{16} << 20;
constexpr int64_t kWideRows = 16;
// Guesses of the bytes of keys that vary: of a row, of a chunk.
constexpr uint64_t kFirstKeyBytes = 16;
constexpr uint64_t kMostKeyBytes = uint64_t{4} << 20;
constexpr uint64_t kLeastKeyBytes = uint64_t{16} << 10;
constexpr uint64_t kKeyGrowth = 8;

// What every row takes, whatever its values.
uint64_t FixedBytes(const DataType& type) {
  uint64_t bytes = static_cast<uint64_t>(type.byte_width());
  if (type.id() != TypeId::kStruct) return bytes;
  for (const Field& field : type.fields()) bytes += FixedBytes(field.type);
  return bytes;
}

int64_t CapacityFor(const Schema& schema, const ChunkRows& rows, const MemtableChunk* model) {
  uint64_t row_bytes = rows.keys == nullptr ? 1 : rows.keys->width + 1;
  for (const Field& field : schema.fields()) row_bytes += FixedBytes(field.type);
  const auto most =
      static_cast<int64_t>(std::max<uint64_t>(kWideRows, kMostFixedBytes / row_bytes));
  if (model == nullptr) return std::min(kFirstChunkRows, most);
  if (model->appended() < model->capacity()) return model->capacity();
  return std::min({kMaxChunkRows, most, kChunkGrowth * model->capacity()});
}

// Who has filled a chunk of the largest size will fill more.
bool IsOneOfMany(const MemtableChunk* model) {
  return model != nullptr && model->capacity() == kMaxChunkRows;
}

uint64_t KeyBytes(const columnar::EncodedKeys& keys, int64_t begin, int64_t count) {
  const auto first = static_cast<size_t>(begin);
  const auto rows = static_cast<size_t>(count);
  if (keys.width != 0) return rows * keys.width;
  return keys.offsets[first + rows] - keys.offsets[first];
}

}  // namespace

MemtableChunk::MemtableChunk(const Schema& schema, const ChunkRows& rows,
                             const MemtableChunk* model, ChunkPieces& pieces)
    : capacity_(CapacityFor(schema, rows, model)),
      keyed_(rows.keys != nullptr),
      memory_(IsOneOfMany(model) ? &pieces : nullptr),
      begins_(memory_.TakeArray<uint64_t>(static_cast<size_t>(capacity_))) {
  ASHLAR_CHECK(rows.count > 0);
  for (size_t i = 0; i < schema.size(); ++i) {
    const GrowingColumn* const before = model == nullptr ? nullptr : model->columns_[i].get();
    columns_.push_back(
        std::make_unique<GrowingColumn>(schema.field(i).type, capacity_, before, &memory_));
    if (!rows.columns.empty()) columns_[i]->EnsureFits(*rows.columns[i].data(), rows.begin, 1);
  }
  if (keyed_) MakeKeySpace(rows, model);
  bytes_ = CountBytes();
}

void MemtableChunk::MakeKeySpace(const ChunkRows& rows, const MemtableChunk* model) {
  const auto capacity = static_cast<size_t>(capacity_);
  if (rows.keys->width != 0) {
    key_room_ = capacity * rows.keys->width;
  } else {
    uint64_t each = kFirstKeyBytes;
    uint64_t used = kLeastKeyBytes;
    if (model != nullptr && model->appended_ > 0) {
      const auto before = static_cast<uint64_t>(model->appended_);
      each = model->key_offsets_[before] * uint64_t{5} / (4 * before) + 1;
      used = std::max<uint64_t>(used, model->key_offsets_[before]);
    }
    const uint64_t most = std::min(kMostKeyBytes, kKeyGrowth * used);
    key_room_ = std::max(std::min(each * capacity, most), KeyBytes(*rows.keys, rows.begin, 1));
  }
  ends_ = memory_.TakeArray<std::atomic<uint64_t>>(capacity);
  hashes_ = memory_.TakeArray<uint64_t>(capacity);
  previous_ = memory_.TakeArray<uint32_t>(capacity);
  tombstones_ = memory_.TakeArray<uint8_t>(capacity);
  key_offsets_ = memory_.TakeArray<uint32_t>(capacity + 1);
  key_offsets_[0] = 0;
  // All keys of a chunk may be empty.
  key_bytes_ = memory_.TakeArray<char>(std::max<uint64_t>(key_room_, 1));
}

uint64_t MemtableChunk::CountBytes() const {
  const auto capacity = static_cast<uint64_t>(capacity_);
  uint64_t bytes = sizeof(*this) + capacity * sizeof(uint64_t);
  for (const auto& column : columns_) bytes += sizeof(GrowingColumn) + column->bytes();
  if (!keyed_) return bytes;
  constexpr uint64_t kKeyedRow = 2 * sizeof(uint64_t) + 2 * sizeof(uint32_t) + 1;
  return bytes + capacity * kKeyedRow + sizeof(uint32_t) + key_room_;
}

bool MemtableChunk::Fits(const ChunkRows& rows, int64_t count) const {
  if (count > capacity_ - appended_) return false;
  if (keyed_ && KeyBytes(*rows.keys, rows.begin, count) > key_room_ - key_offsets_[appended_]) {
    return false;
  }
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    if (!columns_[i]->Fits(*rows.columns[i].data(), rows.begin, count)) return false;
  }
  return true;
}

int64_t MemtableChunk::Append(const ChunkRows& rows) {
  ASHLAR_CHECK(keyed_ == (rows.keys != nullptr) && (keyed_ || !rows.columns.empty()));
  int64_t count = std::min(rows.count, capacity_ - appended_);
  while (count > 0 && !Fits(rows, count)) count /= 2;
  if (count == 0) return 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (rows.columns.empty()) {
      columns_[i]->AppendEmpty(count);
    } else {
      columns_[i]->Append(*rows.columns[i].data(), rows.begin, count);
    }
  }
  for (int64_t i = 0; i < count; ++i) {
    begins_[Index(appended_ + i)] = rows.SequenceOf(rows.begin + i);
  }
  if (keyed_) AppendKeys(rows, count);
  appended_ += count;
  return count;
}

void MemtableChunk::AppendKeys(const ChunkRows& rows, int64_t count) {
  const auto begin = static_cast<size_t>(rows.begin);
  const bool deletes = rows.columns.empty();
  std::copy_n(rows.keys->hashes.data() + begin, count, hashes_ + appended_);
  std::fill_n(tombstones_ + appended_, count, deletes ? 1 : 0);
  if (deletes) has_dead_.store(true, std::memory_order_release);
  for (int64_t i = 0; i < count; ++i) {
    const auto row = static_cast<size_t>(appended_ + i);
    const std::string_view bytes = rows.keys->key(begin + static_cast<size_t>(i));
    const uint32_t at = key_offsets_[row];
    std::memcpy(key_bytes_ + at, bytes.data(), bytes.size());
    key_offsets_[row + 1] = at + static_cast<uint32_t>(bytes.size());
    std::construct_at(ends_ + row, kNeverEnds);
  }
}

void MemtableChunk::End(int64_t row, uint64_t sequence) {
  ASHLAR_CHECK(end_sequence(row) == kNeverEnds && begin_sequence(row) <= sequence);
  ends_[Index(row)].store(sequence, std::memory_order_relaxed);
  has_dead_.store(true, std::memory_order_release);
}

int64_t MemtableChunk::RowsBegunBy(uint64_t sequence, int64_t rows) const {
  ASHLAR_CHECK(rows <= capacity_);
  return std::upper_bound(begins_, begins_ + rows, sequence) - begins_;
}

std::string_view MemtableChunk::key(int64_t row) const {
  const size_t index = Index(row);
  const uint32_t begin = key_offsets_[index];
  return {key_bytes_ + begin, key_offsets_[index + 1] - begin};
}

Column MemtableChunk::ReadColumn(size_t field, int64_t first, int64_t end) const {
  ASHLAR_CHECK(field < columns_.size());
  const bool closed = closed_.load(std::memory_order_acquire);
  return Column(std::make_shared<const ColumnData>(
      columns_[field]->View(shared_from_this(), first, end, closed)));
}

}  // namespace ashlar::log
