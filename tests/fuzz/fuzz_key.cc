// Fuzzes the decoder of keys: no bytes may crash it, and what decodes has exactly one encoding,
// which orders as the key does.
//
// The first byte chooses the key's fields; the rest is cut in two, for a key each.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/key.h"
#include "ashlar/types.h"
#include "src/base/check.h"
#include "src/columnar/key_codec.h"

namespace {

using ashlar::DataType;
using ashlar::Key;
using ashlar::columnar::KeyCodec;

KeyCodec MakeCodec(const std::vector<DataType>& types) {
  std::vector<ashlar::Field> fields;
  std::vector<std::string> names;
  for (const DataType& type : types) {
    names.push_back("k" + std::to_string(names.size()));
    fields.push_back({names.back(), type});
  }
  const auto schema = ashlar::Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  auto codec = KeyCodec::Make(*schema, names);
  ASHLAR_CHECK_OK(codec.status());
  return *std::move(codec);
}

const std::vector<KeyCodec>& Codecs() {
  const DataType text = ashlar::Utf8();
  const DataType binary = ashlar::Binary();
  static const std::vector<KeyCodec> codecs = {
      MakeCodec({ashlar::Int64()}),
      MakeCodec({text}),
      MakeCodec({ashlar::UInt8(), binary}),
      MakeCodec({ashlar::FixedSizeBinary(3), ashlar::Int16()}),
      MakeCodec({text, ashlar::Int32()}),
      MakeCodec({binary, text, ashlar::UInt64(), text})};
  return codecs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const KeyCodec& codec = Codecs()[data[0] % Codecs().size()];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::array<std::string_view, 2> halves = {bytes.substr(0, bytes.size() / 2),
                                                  bytes.substr(bytes.size() / 2)};
  std::vector<Key> keys;
  for (const std::string_view half : halves) {
    const auto key = codec.Decode(half);
    if (!key.ok()) return 0;
    const auto again = codec.Encode(*key);
    ASHLAR_CHECK(again.ok() && *again == half);
    keys.push_back(*key);
  }
  ASHLAR_CHECK((keys[0] <=> keys[1]) == (halves[0] <=> halves[1]));
  return 0;
}
