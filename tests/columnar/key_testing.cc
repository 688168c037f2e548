// Random keys; see the header.
#include "tests/columnar/key_testing.h"

#include <algorithm>
#include <utility>

#include "ashlar/builder.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/key_bytes.h"

namespace ashlar::columnar {
namespace {

template <typename T>
Key RandomInteger(base::Random& random) {
  constexpr T kExtremes[] = {std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), T{0},
                             T{1}, static_cast<T>(T{0} - T{1})};
  switch (random.Uniform(3)) {
    case 0:
      return Key(kExtremes[random.Uniform(std::size(kExtremes))]);
    case 1:
      return Key(static_cast<T>(random.Uniform(7)));
    default:
      return Key(static_cast<T>(random.Next64()));
  }
}

std::string RandomText(base::Random& random) {
  constexpr char kAlphabet[] = {'\0', '\1', 'a', 'b', '\x7f'};
  std::string text(random.OneIn(4) ? 16 : 0, 'p');  // long shared prefixes
  for (size_t left = random.Uniform(6); left != 0; --left) {
    text += kAlphabet[random.Uniform(std::size(kAlphabet))];
  }
  return text;
}

std::string RandomBytes(size_t size, base::Random& random) {
  constexpr char kAlphabet[] = {'\0', '\1', '\x7f', '\x80', '\xff'};
  std::string bytes(size, ' ');
  for (char& byte : bytes) byte = kAlphabet[random.Uniform(std::size(kAlphabet))];
  return bytes;
}

absl::Status AppendPart(const Key& part, ColumnBuilder& builder) {
  if (builder.type().is_signed_integer()) return builder.AppendInt64(part.AsInt64().value());
  if (builder.type().is_unsigned_integer()) return builder.AppendUInt64(part.AsUInt64().value());
  return builder.AppendBytes(part.bytes());
}

}  // namespace

std::vector<DataType> KeyTypes() {
  return {Int8(),
          Int16(),
          Int32(),
          Int64(),
          UInt8(),
          UInt16(),
          UInt32(),
          UInt64(),
          Utf8(),
          Binary(),
          FixedSizeBinary(5),
          FixedSizeBinary(16)};
}

std::vector<std::vector<DataType>> KeyShapes() {
  std::vector<std::vector<DataType>> shapes;
  for (const DataType& type : KeyTypes()) shapes.push_back({type});
  shapes.push_back({Int32(), UInt64()});
  shapes.push_back({Utf8(), Int16()});
  shapes.push_back({Int64(), Utf8()});
  shapes.push_back({Binary(), Utf8()});
  shapes.push_back({FixedSizeBinary(3), Int8(), FixedSizeBinary(2)});
  shapes.push_back({Utf8(), Utf8(), Int64(), Binary()});
  return shapes;
}

KeyCodec CodecFor(const std::vector<DataType>& types) {
  std::vector<Field> fields;
  std::vector<std::string> names;
  for (const DataType& type : types) {
    names.push_back(base::StrCat("k", names.size()));
    fields.push_back({names.back(), type});
  }
  const auto schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  auto codec = KeyCodec::Make(*schema, names);
  ASHLAR_CHECK_OK(codec.status());
  return *std::move(codec);
}

Key RandomPart(const DataType& type, base::Random& random) {
  if (IsKeyInteger(type)) {
    return WithKeyInteger(type.id(),
                          [&](auto value) { return RandomInteger<decltype(value)>(random); });
  }
  if (type.id() == TypeId::kUtf8) return Key(RandomText(random));
  const size_t size =
      type.id() == TypeId::kBinary ? random.Uniform(12) : static_cast<size_t>(type.width());
  return Key::Binary(RandomBytes(size, random));
}

Key RandomKey(const std::vector<DataType>& types, base::Random& random) {
  std::vector<Key> parts;
  for (const DataType& type : types) parts.push_back(RandomPart(type, random));
  return Key(std::move(parts));
}

std::vector<Column> KeyColumns(const std::vector<DataType>& types, const std::vector<Key>& keys) {
  std::vector<Column> columns;
  for (size_t i = 0; i < types.size(); ++i) {
    ColumnBuilder builder(types[i]);
    for (const Key& key : keys) ASHLAR_CHECK_OK(AppendPart(key.parts()[i], builder));
    columns.push_back(builder.Finish());
  }
  return columns;
}

}  // namespace ashlar::columnar
