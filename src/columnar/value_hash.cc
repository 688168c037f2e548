// Kernels of the value hash.
#include "src/columnar/value_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/canonical.h"
#include "src/columnar/column_data.h"

namespace ashlar::columnar {
namespace {

constexpr uint64_t kNullHash = 0xa54ff53a5f1d36f1;
constexpr uint64_t kStructSeed = 0x737472756374;
constexpr uint64_t kListSeed = 0x6c697374;

template <typename T>
void WidenValues(const ColumnData& data, int64_t begin, int64_t count, uint64_t* out) {
  const std::byte* from = data.values.data() + begin * static_cast<int64_t>(sizeof(T));
  for (int64_t i = 0; i < count; ++i) {
    out[i] = base::LoadLittle<T>(from + i * static_cast<int64_t>(sizeof(T)));
  }
}

void WidenBits(const ColumnData& data, int64_t begin, int64_t count, uint64_t* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = GetBit(data.values.data(), begin + i) ? 1 : 0;
}

void HashVariable(const ColumnData& data, int64_t begin, int64_t count, uint64_t* out) {
  std::fill_n(out, count, 0);
  const std::byte* from = data.offsets.data() + begin * static_cast<int64_t>(sizeof(int32_t));
  const auto rows = static_cast<size_t>(count);
  if (reinterpret_cast<uintptr_t>(from) % alignof(int32_t) == 0) {
    base::HashStrings(reinterpret_cast<const int32_t*>(from), data.values.data(), rows, 0, out);
    return;
  }
  std::vector<int32_t> aligned(rows + 1);
  std::memcpy(aligned.data(), from, aligned.size() * sizeof(int32_t));
  base::HashStrings(aligned.data(), data.values.data(), rows, 0, out);
}

void HashFixedBytes(const std::byte* from, int64_t width, int64_t count, uint64_t* out) {
  for (int64_t i = 0; i < count; ++i) {
    const std::span<const std::byte> bytes(from + i * width, static_cast<size_t>(width));
    out[i] = base::Combine(0, base::Hash64(bytes, 0));
  }
}

void HashNulls(const ColumnData& data, int64_t begin, int64_t count, uint64_t* out) {
  if (data.validity.empty()) return;
  for (int64_t done = 0; done < count; done += 64) {
    const int64_t part = std::min<int64_t>(64, count - done);
    const uint64_t mask = part == 64 ? ~uint64_t{0} : (uint64_t{1} << part) - 1;
    uint64_t nulls = ~LoadBits(data.validity.data(), begin + done, part) & mask;
    for (; nulls != 0; nulls &= nulls - 1) out[done + std::countr_zero(nulls)] = kNullHash;
  }
}

template <typename Code>
void GatherHashes(const ColumnData& data, int64_t begin, int64_t count, const uint64_t* hashes,
                  uint64_t* out) {
  const std::byte* from = data.values.data() + begin * static_cast<int64_t>(sizeof(Code));
  for (int64_t i = 0; i < count; ++i) {
    out[i] = hashes[base::LoadLittle<Code>(from + i * static_cast<int64_t>(sizeof(Code)))];
  }
}

bool IsPlainVector(const ColumnData& data) {
  return data.children[0]->encoding == Encoding::kPlain && data.children[0]->validity.empty();
}

}  // namespace

ValueHasher::ValueHasher(std::shared_ptr<const ColumnData> data) : data_(std::move(data)) {
  if (data_->encoding != Encoding::kPlain) {
    children_.emplace_back(data_->dictionary);
    if (data_->dictionary->length > 4 * data_->length) return;
    dictionary_hashes_.resize(static_cast<size_t>(data_->dictionary->length));
    children_[0].HashLogical(0, data_->dictionary->length, dictionary_hashes_.data());
  } else if (data_->type.is_nested()) {
    for (const auto& child : data_->children) children_.emplace_back(child);
  } else if (data_->type.id() == TypeId::kFixedSizeList && !IsPlainVector(*data_)) {
    // Elements that are encoded one by one: rare enough to spell them out.
    const Column column(data_);
    const ColumnPiece piece{&column, 0, column.length()};
    absl::StatusOr<Column> plain = MakeCanonical(data_->type, {&piece, 1});
    ASHLAR_CHECK_OK(plain.status());
    data_ = plain->data();
  }
}

void ValueHasher::HashLogical(int64_t begin, int64_t count, uint64_t* out) {
  ASHLAR_CHECK(begin >= 0 && count >= 0 && begin + count <= data_->length);
  if (count > 0) Hash(data_->offset + begin, count, out);
}

void ValueHasher::Hash(int64_t begin, int64_t count, uint64_t* out) {
  if (data_->encoding == Encoding::kConstant) {
    uint64_t hash = kNullHash;
    if (!IsNullConstant(*data_)) children_[0].HashLogical(0, 1, &hash);
    std::fill_n(out, count, hash);
    return;
  }
  if (data_->encoding == Encoding::kDictionary) {
    HashDictionary(begin, count, out);
  } else {
    HashPlain(begin, count, out);
  }
  HashNulls(*data_, begin, count, out);
}

void ValueHasher::HashPlain(int64_t begin, int64_t count, uint64_t* out) {
  const DataType& type = data_->type;
  switch (type.id()) {
    case TypeId::kBool:
      return WidenBits(*data_, begin, count, out);
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return HashVariable(*data_, begin, count, out);
    case TypeId::kFixedSizeBinary:
      return HashFixedBytes(data_->values.data() + begin * type.width(), type.width(), count, out);
    case TypeId::kFixedSizeList:
      return HashVector(begin, count, out);
    case TypeId::kStruct:
      return HashStruct(begin, count, out);
    case TypeId::kList:
      return HashList(begin, count, out);
    default:
      break;
  }
  switch (type.byte_width()) {
    case 1:
      return WidenValues<uint8_t>(*data_, begin, count, out);
    case 2:
      return WidenValues<uint16_t>(*data_, begin, count, out);
    case 4:
      return WidenValues<uint32_t>(*data_, begin, count, out);
    case 8:
      return WidenValues<uint64_t>(*data_, begin, count, out);
    default:
      ASHLAR_CHECK(false && "a type without value hash");
  }
}

void ValueHasher::HashDictionary(int64_t begin, int64_t count, uint64_t* out) {
  if (data_->dictionary->length == 0) return;  // all rows are null
  if (dictionary_hashes_.empty()) {
    for (int64_t i = 0; i < count; ++i) {
      children_[0].HashLogical(LoadCode(*data_, begin + i), 1, out + i);
    }
    return;
  }
  const uint64_t* const hashes = dictionary_hashes_.data();
  if (data_->code_width == 1) return GatherHashes<uint8_t>(*data_, begin, count, hashes, out);
  if (data_->code_width == 2) return GatherHashes<uint16_t>(*data_, begin, count, hashes, out);
  ASHLAR_CHECK(data_->code_width == 4);
  GatherHashes<uint32_t>(*data_, begin, count, hashes, out);
}

void ValueHasher::HashVector(int64_t begin, int64_t count, uint64_t* out) const {
  const ColumnData& elements = *data_->children[0];
  const int64_t width = data_->type.width();
  constexpr auto kFloatBytes = static_cast<int64_t>(sizeof(float));
  const std::byte* from = elements.values.data() + (elements.offset + begin * width) * kFloatBytes;
  HashFixedBytes(from, width * kFloatBytes, count, out);
}

void ValueHasher::HashStruct(int64_t begin, int64_t count, uint64_t* out) {
  std::fill_n(out, count, kStructSeed);
  scratch_.resize(static_cast<size_t>(count));
  for (ValueHasher& field : children_) {
    field.HashLogical(begin, count, scratch_.data());
    for (int64_t i = 0; i < count; ++i) {
      out[i] = HashStep(out[i], scratch_[static_cast<size_t>(i)]);
    }
  }
  for (int64_t i = 0; i < count; ++i) out[i] = base::Mix64(out[i]);
}

void ValueHasher::HashList(int64_t begin, int64_t count, uint64_t* out) {
  const int32_t first = LoadOffset(*data_, begin);
  const int32_t last = LoadOffset(*data_, begin + count);
  ASHLAR_CHECK(first >= 0 && first <= last);
  scratch_.resize(static_cast<size_t>(last - first));
  children_[0].HashLogical(first, last - first, scratch_.data());
  const uint64_t* element = scratch_.data();
  for (int64_t i = 0; i < count; ++i) {
    const int32_t size = LoadOffset(*data_, begin + i + 1) - LoadOffset(*data_, begin + i);
    uint64_t hash = base::Combine(kListSeed, static_cast<uint64_t>(size));
    for (int32_t j = 0; j < size; ++j) hash = HashStep(hash, *element++);
    out[i] = base::Mix64(hash);
  }
}

}  // namespace ashlar::columnar
