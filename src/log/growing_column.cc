// Appending to a growing column; views are made in growing_column_view.cc.
#include "src/log/growing_column.h"

#include <algorithm>
#include <cstring>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/column_data.h"

namespace ashlar::log {
namespace {

using columnar::LoadOffset;

// Guesses for chunks without a model: bytes of a string, elements of a list.
constexpr int64_t kFirstStringBytes = 16;
constexpr int64_t kFirstListElements = 4;
// Guesses stay below this, in bytes or elements; what a row really needs is always made. And they
// grow step by step from chunk to chunk: after one wide row nobody knows that there will be more.
constexpr int64_t kMostGuessed = int64_t{4} << 20;
constexpr int64_t kLeastGuessed = int64_t{16} << 10;
constexpr int64_t kGuessGrowth = 8;

// Where logical row `begin` lies in the buffers of `source`.
int64_t PhysicalRow(const ColumnData& source, int64_t begin) { return source.offset + begin; }

int64_t Nulls(const ColumnData& source, int64_t row, int64_t count) {
  if (source.validity.empty()) return 0;
  return count - columnar::CountSetBits(source.validity.data(), row, count);
}

}  // namespace

GrowingColumn::Shape GrowingColumn::ShapeOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kBool:
      return Shape::kBits;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return Shape::kVariable;
    case TypeId::kList:
      return Shape::kList;
    case TypeId::kFixedSizeList:
      return Shape::kVector;
    case TypeId::kStruct:
      return Shape::kStruct;
    default:
      return Shape::kFixed;
  }
}

GrowingColumn::Buffer GrowingColumn::Allocate(int64_t bytes) {
  const uint64_t padded =
      base::AlignUp(static_cast<uint64_t>(std::max<int64_t>(bytes, 1)), base::kBufferAlignment);
  return {memory_->Take(padded), padded};
}

GrowingColumn::GrowingColumn(const DataType& type, int64_t capacity, const GrowingColumn* model,
                             ChunkMemory* memory)
    : type_(type),
      shape_(ShapeOf(type)),
      capacity_(capacity),
      own_memory_(memory == nullptr ? std::make_unique<ChunkMemory>(nullptr) : nullptr),
      memory_(memory == nullptr ? own_memory_.get() : memory) {
  ASHLAR_CHECK(capacity > 0);
  const bool ranges = shape_ == Shape::kVariable || shape_ == Shape::kList;
  if (ranges) {
    const int64_t first = shape_ == Shape::kList ? kFirstListElements : kFirstStringBytes;
    const bool known = model != nullptr && model->rows_ > 0;
    // A quarter more than the last rows took.
    const double each =
        known ? 1.25 * static_cast<double>(model->used_) / static_cast<double>(model->rows_)
              : static_cast<double>(first);
    const double guess = each * static_cast<double>(capacity);
    const int64_t before = std::max(known ? model->used_ : 0, kLeastGuessed);
    const int64_t most = std::min(kMostGuessed, kGuessGrowth * before);
    room_ =
        std::clamp<int64_t>(static_cast<int64_t>(std::min<double>(guess, kMostGuessed)), 64, most);
    offsets_ = Allocate((capacity + 1) * static_cast<int64_t>(sizeof(int32_t)));
    StoreOffset(0, 0);
  }
  if (shape_ == Shape::kVariable) values_ = Allocate(room_);
  if (shape_ == Shape::kBits) bits_.Allocate(capacity);
  if (shape_ == Shape::kFixed) {
    width_ = type.byte_width();
    ASHLAR_CHECK(width_ > 0);
    values_ = Allocate(capacity * width_);
  }
  if (shape_ == Shape::kVector) width_ = type.width();
  MakeChildren(model);
}

void GrowingColumn::MakeChildren(const GrowingColumn* model) {
  const std::vector<Field>& fields = type_.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    int64_t capacity = capacity_;
    if (shape_ == Shape::kList) capacity = room_;
    if (shape_ == Shape::kVector) capacity = capacity_ * width_;
    const GrowingColumn* const child = model == nullptr ? nullptr : model->children_[i].get();
    children_.push_back(std::make_unique<GrowingColumn>(fields[i].type, capacity, child, memory_));
  }
}

bool GrowingColumn::Fits(const ColumnData& source, int64_t begin, int64_t count) const {
  ASHLAR_CHECK(source.encoding == Encoding::kPlain);
  if (count > capacity_ - rows_) return false;
  const int64_t row = PhysicalRow(source, begin);
  switch (shape_) {
    case Shape::kVariable:
      return LoadOffset(source, row + count) - LoadOffset(source, row) <= room_ - used_;
    case Shape::kList: {
      const int64_t first = LoadOffset(source, row);
      return children_[0]->Fits(*source.children[0], first,
                                LoadOffset(source, row + count) - first);
    }
    case Shape::kVector:
      return children_[0]->Fits(*source.children[0], row * width_, count * width_);
    case Shape::kStruct:
      for (size_t i = 0; i < children_.size(); ++i) {
        if (!children_[i]->Fits(*source.children[i], row, count)) return false;
      }
      return true;
    default:
      return true;
  }
}

void GrowingColumn::EnsureFits(const ColumnData& source, int64_t begin, int64_t count) {
  ASHLAR_CHECK(rows_ == 0 && count <= capacity_);
  if (Fits(source, begin, count)) return;
  const int64_t row = PhysicalRow(source, begin);
  if (shape_ == Shape::kVariable) {
    room_ = LoadOffset(source, row + count) - LoadOffset(source, row);
    values_ = Allocate(room_);
  } else if (shape_ == Shape::kList) {
    const int64_t first = LoadOffset(source, row);
    const int64_t elements = LoadOffset(source, row + count) - first;
    if (elements > room_) {
      room_ = elements;
      children_[0] =
          std::make_unique<GrowingColumn>(type_.fields()[0].type, room_, nullptr, memory_);
    }
    children_[0]->EnsureFits(*source.children[0], first, elements);
  } else if (shape_ == Shape::kStruct) {
    for (size_t i = 0; i < children_.size(); ++i) {
      children_[i]->EnsureFits(*source.children[i], row, count);
    }
  }
  ASHLAR_CHECK(Fits(source, begin, count));
}

void GrowingColumn::Append(const ColumnData& source, int64_t begin, int64_t count) {
  ASHLAR_CHECK(count <= capacity_ - rows_);
  const int64_t row = PhysicalRow(source, begin);
  AppendValidity(source, row, count);
  switch (shape_) {
    case Shape::kBits:
      if (count > 0) bits_.Append(source.values.data(), row, rows_, count);
      break;
    case Shape::kFixed:
      AppendFixed(source, row, count);
      break;
    case Shape::kVariable:
    case Shape::kList:
      AppendRanges(source, row, count);
      break;
    case Shape::kVector:
      children_[0]->Append(*source.children[0], row * width_, count * width_);
      break;
    case Shape::kStruct:
      for (size_t i = 0; i < children_.size(); ++i) {
        children_[i]->Append(*source.children[i], row, count);
      }
      break;
  }
  rows_ += count;
}

void GrowingColumn::AppendEmpty(int64_t count) {
  ASHLAR_CHECK(count <= capacity_ - rows_);
  if (has_validity_.load(std::memory_order_relaxed)) validity_.AppendSet(rows_, count);
  if (shape_ == Shape::kFixed) {
    std::memset(values_.data() + rows_ * width_, 0, static_cast<size_t>(count * width_));
  } else if (shape_ == Shape::kVariable || shape_ == Shape::kList) {
    for (int64_t i = 0; i < count; ++i) StoreOffset(rows_ + i + 1, used_);
  } else if (shape_ == Shape::kVector) {
    children_[0]->AppendEmpty(count * width_);
  } else if (shape_ == Shape::kStruct) {
    for (const auto& child : children_) child->AppendEmpty(count);
  }
  rows_ += count;
}

void GrowingColumn::AppendValidity(const ColumnData& source, int64_t row, int64_t count) {
  const bool tracked = has_validity_.load(std::memory_order_relaxed);
  if (Nulls(source, row, count) == 0) {
    if (tracked) validity_.AppendSet(rows_, count);
    return;
  }
  if (!tracked) {
    validity_.Allocate(capacity_);
    validity_.AppendSet(0, rows_);
    // Readers that see rows of this append see this too: their row count is published later.
    has_validity_.store(true, std::memory_order_release);
  }
  validity_.Append(source.validity.data(), row, rows_, count);
}

void GrowingColumn::AppendFixed(const ColumnData& source, int64_t row, int64_t count) {
  std::byte* const to = values_.data() + rows_ * width_;
  const std::byte* const from = source.values.data() + row * width_;
  if (count == 1 && width_ == sizeof(uint64_t)) {  // the small commit
    std::memcpy(to, from, sizeof(uint64_t));
  } else if (count > 0) {
    std::memcpy(to, from, static_cast<size_t>(count * width_));
  }
}

// Strings and lists: what null rows point at is left behind.
void GrowingColumn::AppendRanges(const ColumnData& source, int64_t row, int64_t count) {
  if (Nulls(source, row, count) == 0) {
    const int64_t base = LoadOffset(source, row);
    const int64_t shift = used_ - base;
    for (int64_t i = 1; i <= count; ++i) {
      StoreOffset(rows_ + i, LoadOffset(source, row + i) + shift);
    }
    AppendRange(source, base, LoadOffset(source, row + count));
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    if (columnar::GetBit(source.validity.data(), row + i)) {
      AppendRange(source, LoadOffset(source, row + i), LoadOffset(source, row + i + 1));
    }
    StoreOffset(rows_ + i + 1, used_);
  }
}

void GrowingColumn::AppendRange(const ColumnData& source, int64_t begin, int64_t end) {
  if (begin == end) return;
  ASHLAR_CHECK(end - begin <= room_ - used_);
  if (shape_ == Shape::kList) {
    children_[0]->Append(*source.children[0], begin, end - begin);
  } else {
    std::memcpy(values_.data() + used_, source.values.data() + begin,
                static_cast<size_t>(end - begin));
  }
  used_ += end - begin;
}

void GrowingColumn::StoreOffset(int64_t row, int64_t offset) {
  base::StoreLittle<int32_t>(offsets_.data() + row * static_cast<int64_t>(sizeof(int32_t)),
                             static_cast<int32_t>(offset));
}

int32_t GrowingColumn::LoadOwnOffset(int64_t row) const {
  return base::LoadLittle<int32_t>(offsets_.data() + row * static_cast<int64_t>(sizeof(int32_t)));
}

uint64_t GrowingColumn::bytes() const {
  uint64_t bytes = values_.size() + offsets_.size() + bits_.bytes();
  // The bitmap of nulls counts from the beginning, so that what a chunk holds never changes.
  bytes += static_cast<uint64_t>((capacity_ + 63) / 64) * sizeof(uint64_t);
  for (const auto& child : children_) bytes += child->bytes();
  return bytes;
}

}  // namespace ashlar::log
