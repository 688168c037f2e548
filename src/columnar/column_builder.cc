// ColumnBuilder: which value may be appended to which type.
//
// Owns: the checks of verbs and values. Does not own: the buffers (column_builder_state.h). Every
// null leaves zeros behind, so what a builder makes is canonical already (canonical.h).
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "src/columnar/column_builder_state.h"

namespace ashlar {
namespace {

absl::Status WrongVerb(const char* what, const DataType& type) {
  return absl::InvalidArgumentError(
      base::StrCat("cannot append ", what, " to a column of type ", type.ToString()));
}

template <typename Value>
absl::Status OutOfRange(Value value, const DataType& type) {
  return absl::InvalidArgumentError(
      base::StrCat("the value ", value, " is out of range for type ", type.ToString()));
}

absl::Status TooLong(const DataType& type) {
  return absl::InvalidArgumentError(
      base::StrCat("a column of type ", type.ToString(), " would pass 2 GiB"));
}

template <typename Narrow, typename Wide>
bool Fits(Wide value) {
  return value >= std::numeric_limits<Narrow>::min() && value <= std::numeric_limits<Narrow>::max();
}

}  // namespace

ColumnBuilder::ColumnBuilder(DataType type) : state_(std::make_unique<State>(std::move(type))) {}
ColumnBuilder::~ColumnBuilder() = default;
ColumnBuilder::ColumnBuilder(ColumnBuilder&&) noexcept = default;
ColumnBuilder& ColumnBuilder::operator=(ColumnBuilder&&) noexcept = default;

ColumnBuilder& ColumnBuilder::child(size_t index) {
  ASHLAR_CHECK(state_->type.is_nested() && index < state_->children.size());
  return state_->children[index];
}
const DataType& ColumnBuilder::type() const { return state_->type; }
int64_t ColumnBuilder::length() const { return state_->length; }
uint64_t ColumnBuilder::byte_size() const { return state_->ByteSize(); }
void ColumnBuilder::Truncate(int64_t length) { state_->Truncate(length); }
Column ColumnBuilder::Finish() {
  return Column(std::make_shared<const ColumnData>(state_->Take()));
}

void ColumnBuilder::AppendNull() {
  State& state = *state_;
  if (state.length == state.room) {
    // The verb cannot fail; who appends values learns of the 2 GiB limit from them.
    if (!state.MakeMoreRoom().ok()) state.GrowTo(state.length * 2);
  }
  if (!state.children.empty()) state.Truncate(state.length);  // drops an unfinished row
  state.StoreNullSlot();
  const TypeId id = state.type.id();
  if (id == TypeId::kStruct) {
    for (ColumnBuilder& member : state.children) member.AppendNull();
  } else if (id == TypeId::kFixedSizeList) {
    state.children[0].state_->AppendZeroValues(state.type.width());
  }
  state.CloseNull();
}

absl::Status ColumnBuilder::AppendBool(bool value) {
  State& state = *state_;
  if (!state.is_bits) return WrongVerb("a boolean", state.type);
  RETURN_IF_ERROR(state.MakeRoom());
  if (value) columnar::SetBit(state.values.data(), state.length);
  state.CloseValid();
  return absl::OkStatus();
}

absl::Status ColumnBuilder::AppendInt64(int64_t value) {
  State& state = *state_;
  RETURN_IF_ERROR(state.MakeRoom());
  switch (state.type.id()) {
    case TypeId::kInt64:
    case TypeId::kTimestamp:
      state.StoreValue<int64_t>(value);
      break;
    case TypeId::kInt32:
    case TypeId::kDate32:
      if (!Fits<int32_t>(value)) return OutOfRange(value, state.type);
      state.StoreValue<int32_t>(static_cast<int32_t>(value));
      break;
    case TypeId::kInt16:
      if (!Fits<int16_t>(value)) return OutOfRange(value, state.type);
      state.StoreValue<int16_t>(static_cast<int16_t>(value));
      break;
    case TypeId::kInt8:
      if (!Fits<int8_t>(value)) return OutOfRange(value, state.type);
      state.StoreValue<int8_t>(static_cast<int8_t>(value));
      break;
    default:
      return WrongVerb("a signed integer", state.type);
  }
  state.CloseValid();
  return absl::OkStatus();
}

absl::Status ColumnBuilder::AppendUInt64(uint64_t value) {
  State& state = *state_;
  RETURN_IF_ERROR(state.MakeRoom());
  switch (state.type.id()) {
    case TypeId::kUInt64:
      state.StoreValue<uint64_t>(value);
      break;
    case TypeId::kUInt32:
      if (!Fits<uint32_t>(value)) return OutOfRange(value, state.type);
      state.StoreValue<uint32_t>(static_cast<uint32_t>(value));
      break;
    case TypeId::kUInt16:
      if (!Fits<uint16_t>(value)) return OutOfRange(value, state.type);
      state.StoreValue<uint16_t>(static_cast<uint16_t>(value));
      break;
    case TypeId::kUInt8:
      if (!Fits<uint8_t>(value)) return OutOfRange(value, state.type);
      state.StoreValue<uint8_t>(static_cast<uint8_t>(value));
      break;
    default:
      return WrongVerb("an unsigned integer", state.type);
  }
  state.CloseValid();
  return absl::OkStatus();
}

absl::Status ColumnBuilder::AppendDouble(double value) {
  State& state = *state_;
  RETURN_IF_ERROR(state.MakeRoom());
  if (state.type.id() == TypeId::kFloat64) {
    state.StoreValue<double>(value);
  } else if (state.type.id() == TypeId::kFloat32) {
    state.StoreValue<float>(static_cast<float>(value));
  } else {
    return WrongVerb("a floating-point number", state.type);
  }
  state.CloseValid();
  return absl::OkStatus();
}

absl::Status ColumnBuilder::AppendBytes(std::string_view value) {
  if (state_->type.id() == TypeId::kUtf8 && !base::IsValidUtf8(value)) {
    return absl::InvalidArgumentError(
        base::StrCat("row ", state_->length, ": the text is not valid UTF-8"));
  }
  return AppendValidatedUtf8(value);
}

absl::Status ColumnBuilder::AppendValidatedUtf8(std::string_view value) {
  State& state = *state_;
  RETURN_IF_ERROR(state.MakeRoom());
  if (state.has_offsets && state.children.empty()) {
    if (value.size() > base::kMaxBufferBytes - state.values.size()) return TooLong(state.type);
    state.values.Append(base::AsBytes(value));
    state.StoreEnd(static_cast<int64_t>(state.values.size()));
  } else if (state.type.id() == TypeId::kFixedSizeBinary) {
    if (value.size() != static_cast<size_t>(state.slot_bytes)) {
      return absl::InvalidArgumentError(base::StrCat(
          "a value of ", value.size(), " bytes does not fit type ", state.type.ToString()));
    }
    std::memcpy(state.values.data() + state.length * state.slot_bytes, value.data(), value.size());
  } else {
    return WrongVerb("bytes", state.type);
  }
  state.CloseValid();
  return absl::OkStatus();
}

absl::Status ColumnBuilder::AppendVector(std::span<const float> value) {
  State& state = *state_;
  if (state.type.id() != TypeId::kFixedSizeList) return WrongVerb("a vector", state.type);
  if (value.size() != static_cast<size_t>(state.type.width())) {
    return absl::InvalidArgumentError(base::StrCat(
        "a vector of ", value.size(), " dimensions does not fit type ", state.type.ToString()));
  }
  RETURN_IF_ERROR(state.MakeRoom());
  State& elements = *state.children[0].state_;
  ASHLAR_CHECK(elements.length == state.length * state.type.width());
  const int64_t begin = elements.length;
  elements.AppendZeroValues(state.type.width());
  std::memcpy(elements.values.data() + begin * 4, value.data(), value.size_bytes());
  state.CloseValid();
  return absl::OkStatus();
}

absl::Status ColumnBuilder::AppendNested() {
  State& state = *state_;
  if (!state.type.is_nested()) return WrongVerb("a nested row", state.type);
  RETURN_IF_ERROR(state.MakeRoom());
  if (state.type.id() == TypeId::kList) {
    const int64_t end = state.children[0].length();
    if (end > INT32_MAX) return TooLong(state.type);
    state.StoreEnd(end);
  } else {
    for (size_t i = 0; i < state.children.size(); ++i) {
      if (state.children[i].length() == state.length + 1) continue;
      return absl::InvalidArgumentError(base::StrCat(
          "a struct row needs one value for each member; \"", state.type.fields()[i].name,
          "\" has ", state.children[i].length(), " rows for row ", state.length));
    }
  }
  state.CloseValid();
  return absl::OkStatus();
}

}  // namespace ashlar
