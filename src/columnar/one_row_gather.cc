// Rows from where they lie in the log to columns; see the header.
#include "src/columnar/one_row_gather.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/coding.h"
#include "src/base/limits.h"
#include "src/base/utf8.h"
#include "src/columnar/batch_fields.h"

namespace ashlar::columnar {
namespace {

// Rows that are gathered: enough for what is done once a batch to cost nothing, few enough for the
// columns of common rows to stay in the processor's cache.
constexpr int64_t kMostRows = 1024;
constexpr size_t kMostTextBytes = 255;
// Room of all columns together.
constexpr uint64_t kMostBytes = uint64_t{1} << 20;

// Leaves whose value is whole bytes, or bytes behind a length.
bool IsKnown(const DataType& type) {
  if (type.is_variable_size()) return true;
  return type.fields().empty() && type.byte_width() > 0;
}

uint64_t RoomOfRow(const Schema& schema) {
  uint64_t bytes = 0;
  for (const Field& field : schema.fields()) {
    const bool is_text = field.type.is_variable_size();
    bytes +=
        is_text ? kMostTextBytes + sizeof(int32_t) : static_cast<uint64_t>(field.type.byte_width());
  }
  return bytes;
}

// What WriteFieldIds() and its neighbours put before the columns of a batch of one row.
std::string HeadOf(const Schema& schema, std::span<const uint32_t> fields) {
  base::ByteWriter head;
  head.PutVarint64(1);
  WriteFieldIds(schema, fields, head);
  head.PutU32(FieldsFingerprint(schema, fields));
  return head.Take();
}

// Twice the bytes of a column; odd where it says that the form is another one. Nothing unless it is
// the shortest varint of one or two bytes: more than a text of 255 bytes has.
std::optional<size_t> ReadWord(const std::byte** at, const std::byte* end) {
  if (*at == end) return std::nullopt;
  const auto low = std::to_integer<size_t>(*(*at)++);
  if (low < 0x80) return low;
  if (*at == end) return std::nullopt;
  const auto high = std::to_integer<size_t>(*(*at)++);
  if (high == 0 || high >= 0x80) return std::nullopt;
  return (low & 0x7f) | high << 7;
}

void CopyValue(std::byte* to, const std::byte* from, size_t width) {
  if (width == sizeof(uint64_t)) {  // most values
    std::memcpy(to, from, sizeof(uint64_t));
  } else if (width == sizeof(uint32_t)) {
    std::memcpy(to, from, sizeof(uint32_t));
  } else {
    std::memcpy(to, from, width);
  }
}

}  // namespace

OneRowGather::OneRowGather(const Schema& schema)
    : schema_(schema), knows_types_(std::ranges::all_of(schema.fields(), [](const Field& field) {
        return IsKnown(field.type);
      })) {
  if (!knows_types_) return;
  capacity_ = std::min(kMostRows, static_cast<int64_t>(kMostBytes / RoomOfRow(schema)));
  knows_types_ = capacity_ > 0;  // rows that are this wide are none to gather
  if (!knows_types_) return;
  const FieldOrder fields = FieldsById(schema);
  head_ = HeadOf(schema, fields);
  for (const uint32_t field : fields) MakeSlot(schema, field);
}

void OneRowGather::MakeSlot(const Schema& schema, size_t field) {
  const DataType& type = schema.field(field).type;
  Slot& slot = slots_.emplace_back();
  slot.field = field;
  slot.is_text = type.is_variable_size();
  slot.is_utf8 = type.id() == TypeId::kUtf8;
  slot.width = slot.is_text ? kMostTextBytes : static_cast<size_t>(type.byte_width());
  const auto capacity = static_cast<size_t>(capacity_);
  slot.values = io::AlignedBuffer::Allocate(capacity * slot.width, base::kBufferAlignment);
  ASHLAR_CHECK(slot.values.valid());
  if (slot.is_text) {
    slot.offsets.resize(capacity + 1);
    return;
  }
  base::ByteWriter mark;
  mark.PutVarint64(2 * slot.width);
  const std::string bytes = mark.Take();
  ASHLAR_CHECK(bytes.size() <= slot.mark.size());
  slot.mark_bytes = bytes.size();
  std::memcpy(slot.mark.data(), bytes.data(), bytes.size());
}

bool OneRowGather::Add(std::span<const std::byte> bytes) {
  if (!knows_types_) return false;
  ASHLAR_CHECK(!full());
  if (bytes.size() < head_.size()) return false;
  if (std::memcmp(bytes.data(), head_.data(), head_.size()) != 0) return false;
  const std::byte* at = bytes.data() + head_.size();
  const std::byte* const end = bytes.data() + bytes.size();
  for (Slot& slot : slots_) {
    const bool added = slot.is_text ? AddText(slot, &at, end) : AddFixed(slot, &at, end);
    if (!added) return false;
  }
  if (at != end) return false;
  ++rows_;
  return true;
}

bool OneRowGather::AddFixed(Slot& slot, const std::byte** at, const std::byte* end) const {
  const auto left = static_cast<size_t>(end - *at);
  if (left < slot.mark_bytes + slot.width || **at != slot.mark[0]) return false;
  if (slot.mark_bytes > 1 && std::memcmp(*at, slot.mark.data(), slot.mark_bytes) != 0) return false;
  *at += slot.mark_bytes;
  CopyValue(slot.values.data() + static_cast<size_t>(rows_) * slot.width, *at, slot.width);
  *at += slot.width;
  return true;
}

bool OneRowGather::AddText(Slot& slot, const std::byte** at, const std::byte* end) const {
  const std::optional<size_t> word = ReadWord(at, end);
  if (!word.has_value() || *word % 2 != 0) return false;
  const size_t bytes = *word / 2;  // a length of one byte and the text
  if (bytes == 0 || bytes > static_cast<size_t>(end - *at)) return false;
  const auto length = std::to_integer<size_t>((*at)[0]);
  if (length != bytes - 1) return false;
  const std::span<const std::byte> text(*at + 1, length);
  if (slot.is_utf8 && !base::IsValidUtf8(base::AsStringView(text))) return false;
  const auto row = static_cast<size_t>(rows_);
  const int32_t begin = slot.offsets[row];
  std::copy(text.begin(), text.end(), slot.values.data() + begin);
  slot.offsets[row + 1] = begin + static_cast<int32_t>(length);
  *at += bytes;
  return true;
}

Column OneRowGather::ColumnOf(const Slot& slot) const {
  const auto rows = static_cast<size_t>(rows_);
  auto column = std::make_shared<ColumnData>();
  column->type = schema_.field(slot.field).type;
  column->length = rows_;
  size_t bytes = rows * slot.width;
  if (slot.is_text) {
    bytes = static_cast<size_t>(slot.offsets[rows]);
    column->offsets = PinnedBytes(nullptr, std::as_bytes(std::span(slot.offsets).first(rows + 1)));
  }
  column->values = PinnedBytes(nullptr, {slot.values.data(), bytes});
  return Column(std::move(column));
}

RecordBatch OneRowGather::Batch() const {
  ASHLAR_CHECK(rows_ > 0);
  std::vector<Column> columns(slots_.size());
  for (const Slot& slot : slots_) columns[slot.field] = ColumnOf(slot);
  absl::StatusOr<RecordBatch> batch = RecordBatch::Make(schema_, std::move(columns));
  ASHLAR_CHECK_OK(batch.status());
  return *std::move(batch);
}

}  // namespace ashlar::columnar
