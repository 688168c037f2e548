// Keys one at a time: which fields make a key, values to bytes and bytes to values.
#include "src/columnar/key_codec.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "src/columnar/key_bytes.h"

namespace ashlar::columnar {
namespace {

// 0 when it varies.
uint64_t FixedBytes(const DataType& type) {
  return type.is_variable_size() ? 0 : static_cast<uint64_t>(type.byte_width());
}

absl::Status Misfit(const Field& field, std::string_view what) {
  return absl::InvalidArgumentError(
      base::StrCat("key field ", base::QuoteForMessage(field.name), " ", what));
}

absl::Status Misfit(const Field& field, const Key& part, std::string_view what) {
  return Misfit(field, base::StrCat("(", field.type.ToString(), ") does not take ", part.ToString(),
                                    ": ", what));
}

template <typename T>
std::optional<T> IntegerOf(const Key& part) {
  if constexpr (std::is_signed_v<T>) {
    const std::optional<int64_t> value = part.AsInt64();
    if (!value.has_value() || !std::in_range<T>(*value)) return std::nullopt;
    return static_cast<T>(*value);
  } else {
    const std::optional<uint64_t> value = part.AsUInt64();
    if (!value.has_value() || !std::in_range<T>(*value)) return std::nullopt;
    return static_cast<T>(*value);
  }
}

absl::Status AppendInteger(const Field& field, const Key& part, std::string* bytes) {
  if (part.kind() != Key::Kind::kInteger) return Misfit(field, part, "it is no integer");
  return WithKeyInteger(field.type.id(), [&](auto type) -> absl::Status {
    using T = decltype(type);
    const std::optional<T> value = IntegerOf<T>(part);
    if (!value.has_value()) return Misfit(field, part, "it is out of range");
    bytes->resize(bytes->size() + sizeof(T));
    StoreKeyInteger<T>(bytes->data() + bytes->size() - sizeof(T), *value);
    return absl::OkStatus();
  });
}

// Whether a part of bytes fits the field, which is none of integers.
absl::Status CheckBytes(const Field& field, const Key& part) {
  const bool utf8 = field.type.id() == TypeId::kUtf8;
  const bool fits = part.kind() == Key::Kind::kText || (part.kind() == Key::Kind::kBinary && !utf8);
  if (!fits) return Misfit(field, part, "its type is another");
  const std::string_view value = part.bytes();
  if (utf8 && !base::IsValidUtf8(value)) return Misfit(field, part, "it is no UTF-8");
  if (field.type.id() == TypeId::kFixedSizeBinary &&
      value.size() != static_cast<size_t>(field.type.width())) {
    return Misfit(field, part, base::StrCat("it has ", value.size(), " bytes"));
  }
  if (value.size() <= base::kMaxKeyBytes) return absl::OkStatus();
  return Misfit(field, base::StrCat("holds ", value.size(), " bytes; a key has at most ",
                                    base::kMaxKeyBytes));
}

absl::Status AppendPart(const Field& field, const Key& part, bool last, std::string* bytes) {
  if (IsKeyInteger(field.type)) return AppendInteger(field, part, bytes);
  RETURN_IF_ERROR(CheckBytes(field, part));
  const std::string_view value = part.bytes();
  if (last || !field.type.is_variable_size()) {
    bytes->append(value);
    return absl::OkStatus();
  }
  const size_t at = bytes->size();
  bytes->resize(at + EscapedBytes(value));
  StoreEscaped(bytes->data() + at, value);
  return absl::OkStatus();
}

absl::Status ParseDamage(const Field& field, std::string_view what) {
  return absl::DataLossError(base::StrCat("encoded key: ", what, " in the part of field ",
                                          base::QuoteForMessage(field.name)));
}

// Takes one part off the front of `bytes`.
absl::StatusOr<Key> TakePart(const Field& field, bool last, std::string_view* bytes) {
  const uint64_t width = FixedBytes(field.type);
  if (width > bytes->size()) return ParseDamage(field, "too few bytes");
  std::string value;
  if (width != 0) {
    value = bytes->substr(0, width);
    bytes->remove_prefix(width);
  } else if (last) {
    value = std::exchange(*bytes, {});
  } else {
    std::optional<std::string> text = TakeEscaped(bytes);
    if (!text.has_value()) return ParseDamage(field, "a broken escape");
    value = *std::move(text);
  }
  if (IsKeyInteger(field.type)) {
    return WithKeyInteger(field.type.id(), [&](auto type) {
      return Key(LoadKeyInteger<decltype(type)>(value.data()));
    });
  }
  if (field.type.id() != TypeId::kUtf8) return Key::Binary(value);
  if (!base::IsValidUtf8(value)) return ParseDamage(field, "text that is no UTF-8");
  return Key(value);
}

absl::Status CheckKeyType(const Field& field) {
  const TypeId id = field.type.id();
  if (IsKeyInteger(field.type) || field.type.is_variable_size() || id == TypeId::kFixedSizeBinary) {
    return absl::OkStatus();
  }
  return Misfit(field, base::StrCat("is of type ", field.type.ToString(),
                                    "; keys are integers, utf8, binary or fixed_size_binary"));
}

}  // namespace

absl::StatusOr<KeyCodec> KeyCodec::Make(const Schema& schema, std::span<const std::string> names) {
  if (names.empty() || names.size() > base::kMaxKeyParts) {
    return absl::InvalidArgumentError(
        base::StrCat("a key has 1 to ", base::kMaxKeyParts, " fields, not ", names.size()));
  }
  KeyCodec codec;
  uint64_t width = 0;
  bool fixed = true;
  for (const std::string& name : names) {
    const std::optional<size_t> index = schema.FindField(name);
    if (!index.has_value()) {
      return absl::NotFoundError(
          base::StrCat("there is no field ", base::QuoteForMessage(name), " for the key"));
    }
    const Field& field = schema.field(*index);
    RETURN_IF_ERROR(CheckKeyType(field));
    if (std::count(codec.columns_.begin(), codec.columns_.end(), *index) != 0) {
      return Misfit(field, "is named twice");
    }
    codec.fields_.push_back(field);
    codec.columns_.push_back(*index);
    width += FixedBytes(field.type);
    fixed = fixed && !field.type.is_variable_size();
  }
  if (width > base::kMaxKeyBytes) {
    return absl::InvalidArgumentError(
        base::StrCat("the key's fields take ", width, " bytes; ", base::kMaxKeyBytes, " at most"));
  }
  codec.width_ = fixed ? static_cast<uint32_t>(width) : 0;
  codec.form_ = FormOf(codec.fields_);
  return codec;
}

absl::Status KeyCodec::AppendParts(const Key& key, std::string* bytes) const {
  const std::span<const Key> parts = key.parts();
  ASHLAR_CHECK(parts.size() <= fields_.size());
  const size_t begin = bytes->size();
  for (size_t i = 0; i < parts.size(); ++i) {
    RETURN_IF_ERROR(AppendPart(fields_[i], parts[i], i + 1 == fields_.size(), bytes));
    const size_t size = bytes->size() - begin;
    if (size > base::kMaxKeyBytes) {
      return Misfit(fields_[i], base::StrCat("makes the key ", size, " bytes long; ",
                                             base::kMaxKeyBytes, " at most"));
    }
  }
  return absl::OkStatus();
}

absl::Status KeyCodec::AppendKey(const Key& key, std::string* bytes) const {
  if (key.parts().size() != fields_.size()) {
    return absl::InvalidArgumentError(base::StrCat("the key ", key.ToString(), " has ",
                                                   key.parts().size(), " parts; the dataset's has ",
                                                   fields_.size()));
  }
  return AppendParts(key, bytes);
}

absl::StatusOr<std::string> KeyCodec::Encode(const Key& key) const {
  std::string bytes;
  RETURN_IF_ERROR(AppendKey(key, &bytes));
  return bytes;
}

KeyCodec::Form KeyCodec::FormOf(const std::vector<Field>& fields) {
  if (fields.size() != 1) return Form::kParts;
  if (fields[0].type.id() == TypeId::kInt64) return Form::kInt64;
  if (fields[0].type.id() == TypeId::kUInt64) return Form::kUInt64;
  return IsKeyInteger(fields[0].type) ? Form::kParts : Form::kBytes;
}

absl::StatusOr<std::string_view> KeyCodec::EncodeView(const Key& key, KeyRoom* room) const {
  const std::string_view word(room->word, sizeof(room->word));
  if (form_ == Form::kInt64) {
    if (const std::optional<int64_t> value = key.AsInt64(); value.has_value()) {
      StoreKeyInteger(room->word, *value);
      return word;
    }
  } else if (form_ == Form::kUInt64) {
    if (const std::optional<uint64_t> value = key.AsUInt64(); value.has_value()) {
      StoreKeyInteger(room->word, *value);
      return word;
    }
  } else if (form_ == Form::kBytes && key.kind() != Key::Kind::kComposite) {
    const std::string_view bytes = key.bytes();
    const bool fits = key.kind() != Key::Kind::kInteger && bytes.size() == width_;
    if (fits && width_ != 0) return bytes;  // of a fixed width there is nothing else to check
    RETURN_IF_ERROR(CheckBytes(fields_[0], key));
    return bytes;
  }
  room->bytes.clear();
  RETURN_IF_ERROR(AppendKey(key, &room->bytes));
  return std::string_view(room->bytes);
}

absl::StatusOr<std::string> KeyCodec::EncodePrefix(const Key& key) const {
  if (key.parts().size() > fields_.size()) {
    return absl::InvalidArgumentError(
        base::StrCat("the key prefix ", key.ToString(), " has more parts than the dataset's key"));
  }
  std::string bytes;
  RETURN_IF_ERROR(AppendParts(key, &bytes));
  return bytes;
}

absl::StatusOr<EncodedKeys> KeyCodec::Encode(std::span<const Key> keys) const {
  EncodedKeys encoded;
  Shape(keys.size(), &encoded);
  encoded.bytes.reserve(keys.size() * width_);
  KeyRoom room;
  for (size_t row = 0; row < keys.size(); ++row) {
    const absl::StatusOr<std::string_view> key = EncodeView(keys[row], &room);
    if (!key.ok()) {
      const std::string_view message(key.status().message().data(), key.status().message().size());
      return absl::InvalidArgumentError(base::StrCat("row ", row, ": ", message));
    }
    encoded.bytes.append(*key);
    if (encoded.bytes.size() > base::kMaxBufferBytes) {
      return absl::InvalidArgumentError("the keys exceed 2 GiB: encode fewer at once");
    }
    if (width_ == 0) encoded.offsets[row + 1] = static_cast<uint32_t>(encoded.bytes.size());
  }
  FinishKeys(&encoded);
  return encoded;
}

void KeyCodec::Shape(size_t rows, EncodedKeys* keys) const {
  keys->rows = rows;
  keys->width = width_;
  keys->bytes.clear();
  keys->offsets.clear();
  if (width_ == 0) keys->offsets.assign(rows + 1, 0);
}

absl::StatusOr<Key> KeyCodec::Decode(std::string_view bytes) const {
  if (bytes.size() > base::kMaxKeyBytes) {
    return absl::DataLossError(base::StrCat("encoded key: it has ", bytes.size(), " bytes"));
  }
  std::vector<Key> parts;
  for (size_t i = 0; i < fields_.size(); ++i) {
    ASSIGN_OR_RETURN(Key part, TakePart(fields_[i], i + 1 == fields_.size(), &bytes));
    parts.push_back(std::move(part));
  }
  if (!bytes.empty()) return ParseDamage(fields_.back(), "bytes behind the end");
  return Key(std::move(parts));
}

}  // namespace ashlar::columnar
