// Gathering from many sources; see the header.
#include "src/query/interleave.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/column_data.h"
#include "src/query/copy_short.h"
#include "src/query/take.h"

namespace ashlar::query {
namespace {

using columnar::BufferBuilder;

using Places = std::span<const RowPlace>;

// A column of leaves: the plain leaf that holds its values, and the way from its rows to it.
class LeafSource {
 public:
  explicit LeafSource(const Column& column) : data_(column.data().get()), leaf_(data_) {
    if (data_->encoding != Encoding::kPlain) leaf_ = data_->dictionary.get();
    all_null_ = columnar::IsNullConstant(*data_);
    if (!data_->validity.empty()) validity_ = data_->validity.data();
  }

  [[nodiscard]] const ColumnData& leaf() const { return *leaf_; }
  // Values without nulls, row behind row.
  [[nodiscard]] bool is_plain() const {
    return data_->encoding == Encoding::kPlain && !may_be_null();
  }
  [[nodiscard]] bool may_be_null() const { return all_null_ || validity_ != nullptr; }
  [[nodiscard]] bool IsNull(uint32_t row) const {
    if (validity_ == nullptr) return all_null_;
    return !columnar::GetBit(validity_, data_->offset + row);
  }
  // In the leaf, of a row that is not null.
  [[nodiscard]] int64_t RowOf(uint32_t row) const {
    if (data_->encoding == Encoding::kPlain) return data_->offset + row;
    if (data_->encoding == Encoding::kConstant) return leaf_->offset;
    return leaf_->offset + columnar::LoadCode(*data_, data_->offset + row);
  }

 private:
  const ColumnData* data_;
  const ColumnData* leaf_;
  const std::byte* validity_ = nullptr;
  bool all_null_ = false;
};

using Sources = std::vector<LeafSource>;

bool ArePlain(const Sources& sources) {
  return std::ranges::all_of(sources, [](const LeafSource& s) { return s.is_plain(); });
}

// Of plain sources: nothing is asked of a row but its place.
template <size_t kWidth>
void CopyPlain(const Sources& sources, Places places, size_t width, std::byte* to) {
  const size_t bytes = kWidth == 0 ? width : kWidth;
  std::vector<const std::byte*> values;
  for (const LeafSource& source : sources) {
    values.push_back(source.leaf().values.data() +
                     static_cast<size_t>(source.leaf().offset) * bytes);
  }
  for (const RowPlace& place : places) {
    std::memcpy(to, values[place.source] + place.row * bytes, bytes);
    to += bytes;
  }
}

// Widths that are known become one move.
template <size_t kWidth>
void CopyFixed(const Sources& sources, Places places, size_t width, std::byte* to) {
  if (ArePlain(sources)) return CopyPlain<kWidth>(sources, places, width, to);
  const size_t bytes = kWidth == 0 ? width : kWidth;
  for (const RowPlace& place : places) {
    const LeafSource& source = sources[place.source];
    if (source.IsNull(place.row)) {
      std::memset(to, 0, bytes);
    } else {
      const auto row = static_cast<size_t>(source.RowOf(place.row));
      std::memcpy(to, source.leaf().values.data() + row * bytes, bytes);
    }
    to += bytes;
  }
}

PinnedBytes FixedValues(const Sources& sources, Places places, size_t width) {
  BufferBuilder out;
  out.ResizeUninitialized(places.size() * width);
  switch (width) {
    case 1:
      CopyFixed<1>(sources, places, width, out.data());
      break;
    case 2:
      CopyFixed<2>(sources, places, width, out.data());
      break;
    case 4:
      CopyFixed<4>(sources, places, width, out.data());
      break;
    case 8:
      CopyFixed<8>(sources, places, width, out.data());
      break;
    default:
      CopyFixed<0>(sources, places, width, out.data());
  }
  return out.Finish();
}

absl::Status FillVariable(const Sources& sources, Places places, ColumnData* out) {
  std::vector<std::string_view> values;
  values.reserve(places.size());
  BufferBuilder offsets;
  offsets.ResizeUninitialized((places.size() + 1) * sizeof(int32_t));
  std::byte* to = offsets.data();
  base::StoreLittle<int32_t>(to, 0);
  uint64_t end = 0;
  for (const RowPlace& place : places) {
    const LeafSource& source = sources[place.source];
    values.emplace_back();
    if (!source.IsNull(place.row)) {
      values.back() = columnar::LoadVariableBytes(source.leaf(), source.RowOf(place.row));
    }
    end += values.back().size();
    to += sizeof(int32_t);
    base::StoreLittle<int32_t>(to, static_cast<int32_t>(end));
  }
  if (end > base::kMaxBufferBytes) {
    return absl::InvalidArgumentError(
        base::StrCat("a buffer of ", out->type.ToString(), " would exceed 2 GiB"));
  }
  BufferBuilder bytes;
  bytes.Reserve(end + kCopySlack);
  bytes.ResizeUninitialized(end);
  std::byte* at = bytes.data();
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string_view value = values[i];
    if (value.empty()) continue;
    const PinnedBytes& from = sources[places[i].source].leaf().values;
    CopyShort(base::AsBytes(value).data(), from.data() + from.size(), value.size(), at);
    at += value.size();
  }
  out->offsets = offsets.Finish();
  out->values = bytes.Finish();
  return absl::OkStatus();
}

void FillValidity(const Sources& sources, Places places, ColumnData* out) {
  BufferBuilder bits;
  bits.Resize(static_cast<size_t>(columnar::BitmapBytes(out->length)));
  for (size_t i = 0; i < places.size(); ++i) {
    if (sources[places[i].source].IsNull(places[i].row)) {
      ++out->null_count;
    } else {
      bits.data()[i / 8] |= std::byte{1} << (i % 8);
    }
  }
  if (out->null_count != 0) out->validity = bits.Finish();
}

absl::StatusOr<Column> InterleaveLeaves(const DataType& type, const Sources& sources,
                                        Places places) {
  auto out = std::make_shared<ColumnData>();
  out->type = type;
  out->length = static_cast<int64_t>(places.size());
  bool may_be_null = false;
  for (const LeafSource& source : sources) may_be_null |= source.may_be_null();
  if (may_be_null) FillValidity(sources, places, out.get());
  if (type.is_variable_size()) {
    RETURN_IF_ERROR(FillVariable(sources, places, out.get()));
  } else {
    out->values = FixedValues(sources, places, static_cast<size_t>(type.byte_width()));
  }
  return Column(std::move(out));
}

// The rows of each source, then all of them in order.
absl::StatusOr<Column> InterleaveTaken(const DataType& type, std::span<const Column> sources,
                                       Places places) {
  std::vector<std::vector<uint32_t>> rows(sources.size());
  for (const RowPlace& place : places) rows[place.source].push_back(place.row);
  std::vector<Column> pieces;
  std::vector<uint32_t> next;  // row of each source among all that are taken
  uint32_t taken = 0;
  for (size_t source = 0; source < sources.size(); ++source) {
    next.push_back(taken);
    taken += static_cast<uint32_t>(rows[source].size());
    if (rows[source].empty()) continue;
    ASSIGN_OR_RETURN(Column piece, Take(sources[source], rows[source]));
    pieces.push_back(std::move(piece));
  }
  ASSIGN_OR_RETURN(const Column all, ConcatColumns(type, pieces));
  std::vector<uint32_t> order;
  order.reserve(places.size());
  for (const RowPlace& place : places) order.push_back(next[place.source]++);
  return Take(all, order);
}

}  // namespace

absl::StatusOr<Column> Interleave(const DataType& type, std::span<const Column> sources,
                                  std::span<const RowPlace> places) {
  for (const RowPlace& place : places) {
    ASHLAR_CHECK(place.source < sources.size() && place.row < sources[place.source].length());
  }
  const bool leaves = type.is_variable_size() || type.byte_width() > 0;
  if (!leaves || type.is_nested() || type.id() == TypeId::kFixedSizeList) {
    return InterleaveTaken(type, sources, places);
  }
  return InterleaveLeaves(type, Sources(sources.begin(), sources.end()), places);
}

}  // namespace ashlar::query
