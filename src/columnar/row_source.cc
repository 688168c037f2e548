// The short way to values: which columns have one; see the header.
#include <utility>

#include "ashlar/row_ref.h"

namespace ashlar {
namespace {

RowSource::PlainColumn PlainColumnOf(const Column& column) {
  const ColumnData& data = *column.data();
  const TypeId id = data.type.id();
  const bool plain = data.encoding == Encoding::kPlain && data.validity.empty();
  if (!plain || data.length == 0) return {};
  if (data.type.is_variable_size()) {
    return {.type = id,
            .stride = sizeof(int32_t),
            .values = data.values.data(),
            .offsets = data.offsets.data() + data.offset * static_cast<int64_t>(sizeof(int32_t))};
  }
  const bool word = id == TypeId::kInt64 || id == TypeId::kUInt64 || id == TypeId::kFloat64;
  if (!word && id != TypeId::kFixedSizeBinary) return {};
  return {.type = id,
          .stride = data.type.byte_width(),
          .values = data.values.data() + data.offset * data.type.byte_width()};
}

}  // namespace

std::shared_ptr<const RowSource> RowSource::Make(RecordBatch rows, size_t ahead) {
  return std::shared_ptr<const RowSource>(new RowSource(std::move(rows), ahead));
}

RowSource::RowSource(RecordBatch rows, size_t ahead) : rows_(std::move(rows)) {
  plain_.reserve(rows_.columns().size());
  for (const Column& column : rows_.columns()) plain_.push_back(PlainColumnOf(column));
  if (ahead >= plain_.size()) return;
  const PlainColumn& plain = plain_[ahead];
  const std::byte* const from = plain.offsets == nullptr ? plain.values : plain.offsets;
  ahead_ = {reinterpret_cast<uintptr_t>(from), static_cast<uintptr_t>(plain.stride)};
}

}  // namespace ashlar
