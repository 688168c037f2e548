// Rows where they lie in the log; see the header.
#include "src/columnar/one_row_reader.h"

#include <algorithm>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/coding.h"
#include "src/base/utf8.h"

namespace ashlar::columnar {
namespace {

// Leaves whose value is whole bytes, or bytes behind a length.
bool IsKnown(const DataType& type) {
  if (type.is_variable_size()) return true;
  return type.fields().empty() && type.byte_width() > 0;
}

}  // namespace

OneRowReader::OneRowReader(const Schema& schema)
    : fields_(FieldsById(schema)), offsets_(schema.size()) {
  base::ByteWriter header;
  WriteFieldIds(schema, fields_, header);
  header.PutU32(FieldsFingerprint(schema, fields_));
  header_ = header.Take();
  std::vector<Column> columns;
  for (size_t i = 0; i < schema.size(); ++i) {
    const DataType& type = schema.field(i).type;
    knows_types_ = knows_types_ && IsKnown(type);
    auto column = std::make_shared<ColumnData>();
    column->type = type;
    column->length = 1;
    if (type.is_variable_size()) {
      column->offsets = PinnedBytes(nullptr, std::as_bytes(std::span(offsets_[i])));
    }
    columns_.push_back(column);
    columns.emplace_back(std::move(column));
  }
  if (!knows_types_) return;
  absl::StatusOr<RecordBatch> batch = RecordBatch::Make(schema, std::move(columns));
  ASHLAR_CHECK_OK(batch.status());
  batch_ = *std::move(batch);
}

bool OneRowReader::Read(std::span<const std::byte> bytes) {
  if (!knows_types_) return false;
  base::ByteReader in(bytes, "a row");
  if (in.ReadVarint64() != 1) return false;
  if (!std::ranges::equal(in.ReadBytes(header_.size()), base::AsBytes(header_))) return false;
  for (const uint32_t field : fields_) {
    // Twice the bytes; and one more where it says that the form is another one.
    const uint64_t word = in.ReadVarint64();
    const std::span<const std::byte> part = in.ReadBytes(word / 2);
    if (!in.ok() || word % 2 != 0 || !ReadField(part, field)) return false;
  }
  return in.ok() && in.remaining() == 0;
}

bool OneRowReader::ReadField(std::span<const std::byte> bytes, size_t field) {
  ColumnData& column = *columns_[field];
  if (!column.type.is_variable_size()) {
    column.values = PinnedBytes(nullptr, bytes);
    return bytes.size() == static_cast<size_t>(column.type.byte_width());
  }
  if (bytes.empty()) return false;
  const size_t length = std::to_integer<size_t>(bytes[0]);
  const std::span<const std::byte> text = bytes.subspan(1);
  if (text.size() != length) return false;
  if (column.type.id() == TypeId::kUtf8 && !base::IsValidUtf8(base::AsStringView(text))) {
    return false;
  }
  column.values = PinnedBytes(nullptr, text);
  offsets_[field] = {0, static_cast<int32_t>(length)};
  return true;
}

}  // namespace ashlar::columnar
