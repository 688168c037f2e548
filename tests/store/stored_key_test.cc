// StoredKey: the same hash and the same bytes as the encoder and the column have, or none.
#include "src/store/stored_key.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "src/base/bytes.h"

namespace ashlar::store {
namespace {

columnar::KeyCodec CodecOf(const DataType& type) {
  const Schema schema = Schema::Make({{"key", type, false}}).value();
  return columnar::KeyCodec::Make(schema, std::vector<std::string>{"key"}).value();
}

// Whether the key is one, and then that it is the second of three in a column of its type.
bool IsStored(const DataType& type, const Key& key, const void* column, size_t bytes) {
  const columnar::KeyCodec codec = CodecOf(type);
  const Column stored =
      Column::FromFixedWidthBytes(type, std::span(static_cast<const std::byte*>(column), bytes));
  EXPECT_EQ(stored.length(), 3);
  return WithStoredKey(codec, key, [&](const auto& found) {
    const std::string encoded = codec.Encode(key).value();
    EXPECT_EQ(found.hash, columnar::KeyHash(encoded));
    EXPECT_EQ(found.prefix, columnar::KeyPrefix(encoded));
    EXPECT_FALSE(found.IsAt(static_cast<const std::byte*>(column), 0));
    EXPECT_TRUE(found.IsAt(static_cast<const std::byte*>(column), 1));
    EXPECT_FALSE(found.IsAt(static_cast<const std::byte*>(column), 2));
    return true;
  });
}

TEST(StoredKey, IsWhatTheColumnHolds) {
  const int64_t signed_values[] = {0, -5, INT64_MIN};
  EXPECT_TRUE(IsStored(Int64(), Key(-5), signed_values, sizeof(signed_values)));
  const uint64_t values[] = {0, UINT64_MAX, 1};
  EXPECT_TRUE(IsStored(UInt64(), Key(UINT64_MAX), values, sizeof(values)));
  // The second differs from the others in one bit of either half.
  std::string bytes = std::string(16, 'x') + std::string(16, 'x') + std::string(16, 'x');
  bytes[3] ^= 1;
  bytes[2 * 16 + 15] ^= 1;
  const std::string middle = bytes.substr(16, 16);
  EXPECT_TRUE(IsStored(FixedSizeBinary(16), Key::Binary(middle), bytes.data(), bytes.size()));
  EXPECT_TRUE(IsStored(FixedSizeBinary(16), Key(middle), bytes.data(), bytes.size()));
}

TEST(StoredKey, LeavesAllOthersToTheEncoder) {
  const auto is_one = [](const DataType& type, const Key& key) {
    return WithStoredKey(CodecOf(type), key, [](const auto&) { return true; });
  };
  EXPECT_FALSE(is_one(Int64(), Key(UINT64_MAX)));
  EXPECT_FALSE(is_one(UInt64(), Key(-1)));
  EXPECT_FALSE(is_one(Int64(), Key("1")));
  EXPECT_FALSE(is_one(Int64(), Key({1, 2})));
  EXPECT_FALSE(is_one(Int32(), Key(1)));
  EXPECT_FALSE(is_one(Utf8(), Key(std::string(16, 'x'))));
  EXPECT_FALSE(is_one(FixedSizeBinary(16), Key(1)));
  EXPECT_FALSE(is_one(FixedSizeBinary(16), Key::Binary(std::string(15, 'x'))));
  EXPECT_FALSE(is_one(FixedSizeBinary(16), Key({1, 2})));
  EXPECT_FALSE(is_one(FixedSizeBinary(8), Key::Binary(std::string(8, 'x'))));
}

}  // namespace
}  // namespace ashlar::store
