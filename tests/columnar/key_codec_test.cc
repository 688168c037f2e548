// The encoding of keys: order, round trip, every form of columns, refusals, hostile bytes.
#include "src/columnar/key_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/bytes.h"
#include "src/base/hash.h"
#include "src/base/limits.h"
#include "tests/columnar/column_generator.h"
#include "tests/columnar/column_samples.h"
#include "tests/columnar/key_testing.h"

namespace ashlar::columnar {
namespace {

using ::testing::HasSubstr;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST(KeyCodec, BytesOrderAsKeysDoAndComeBack) {
  for (const auto& shape : KeyShapes()) {
    const KeyCodec codec = CodecFor(shape);
    base::Random random(shape.size());
    std::vector<Key> keys;
    for (int i = 0; i < 300; ++i) keys.push_back(RandomKey(shape, random));
    std::vector<std::string> bytes;
    for (const Key& key : keys) {
      const auto encoded = codec.Encode(key);
      ASSERT_TRUE(encoded.ok()) << encoded.status();
      bytes.push_back(*encoded);
      KeyRoom room;
      ASSERT_EQ(codec.EncodeView(key, &room).value(), *encoded) << key;
      const auto decoded = codec.Decode(*encoded);
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      EXPECT_EQ(*decoded, key);
      if (codec.width() != 0) {
        EXPECT_EQ(encoded->size(), codec.width());
      }
    }
    for (size_t i = 0; i < keys.size(); ++i) {
      for (size_t j = 0; j < keys.size(); ++j) {
        ASSERT_EQ(bytes[i] <=> bytes[j], keys[i] <=> keys[j]) << keys[i] << " " << keys[j];
      }
    }
  }
}

TEST(KeyCodec, BytesAreAsDocumented) {
  EXPECT_EQ(CodecFor({Int32()}).Encode(Key(1)).value(), std::string("\x80\0\0\1", 4));
  EXPECT_EQ(CodecFor({Int64()}).Encode(Key(-1)).value(), "\x7f" + std::string(7, '\xff'));
  EXPECT_EQ(CodecFor({UInt16()}).Encode(Key(258)).value(), "\1\2");
  EXPECT_EQ(CodecFor({Utf8()}).Encode(Key(std::string("a\0", 2))).value(), std::string("a\0", 2));
  EXPECT_EQ(CodecFor({Utf8(), UInt8()}).Encode(Key({std::string("a\0", 2), 7})).value(),
            std::string("a\0\xff\0\0\7", 6));
  EXPECT_EQ(KeyHash("ashlar"), base::Hash64(base::AsBytes("ashlar"), 0x6173686c726b6579));
  EXPECT_EQ(KeyPrefix("\1\2"), 0x0102000000000000u);
  EXPECT_EQ(KeyPrefix("abcdefghi"), 0x6162636465666768u);
}

// All encodings of the same values make the same keys as one by one.
TEST(KeyCodec, ColumnsInEveryForm) {
  for (const auto& shape : KeyShapes()) {
    const KeyCodec codec = CodecFor(shape);
    base::Random random(7 + shape.size());
    std::vector<Key> keys;
    for (int i = 0; i < 200; ++i) keys.push_back(RandomKey(shape, random));
    const std::vector<Column> plain = KeyColumns(shape, keys);
    const EncodedKeys wanted = codec.Encode(keys).value();
    for (int form = 0; form < 8; ++form) {
      std::vector<Column> columns = plain;
      for (Column& column : columns) {
        if (form % 2 == 1) column = WithDictionaries(column, random);
        if (form >= 2) column = AtAnotherOffset(column, random);
      }
      const auto got = codec.EncodeColumns(columns);
      ASSERT_TRUE(got.ok()) << got.status();
      EXPECT_EQ(got->bytes, wanted.bytes);
      EXPECT_EQ(got->offsets, wanted.offsets);
      EXPECT_EQ(got->prefixes, wanted.prefixes);
      EXPECT_EQ(got->hashes, wanted.hashes);
    }
    for (size_t row = 0; row < keys.size(); ++row) {
      EXPECT_EQ(wanted.key(row), codec.Encode(keys[row]).value());
      EXPECT_EQ(wanted.hashes[row], KeyHash(wanted.key(row)));
      EXPECT_EQ(wanted.prefixes[row], KeyPrefix(wanted.key(row)));
    }
  }
}

TEST(KeyCodec, ConstantColumns) {
  for (const DataType& type : KeyTypes()) {
    base::Random random(3);
    const std::vector<Key> one = {RandomPart(type, random)};
    const KeyCodec codec = CodecFor({type});
    const Column constant = MakeColumn(ConstantData(KeyColumns({type}, one)[0], 5));
    const EncodedKeys keys = codec.EncodeColumns({&constant, 1}).value();
    ASSERT_EQ(keys.rows, 5u);
    for (size_t row = 0; row < 5; ++row) EXPECT_EQ(keys.key(row), codec.Encode(one[0]).value());
  }
}

TEST(KeyCodec, RefusesWhatIsNoKey) {
  const KeyCodec codec = CodecFor({Int8(), Utf8()});
  EXPECT_THAT(Message(codec.Encode(Key(1)).status()), HasSubstr("1 parts"));
  EXPECT_THAT(Message(codec.Encode(Key({128, "a"})).status()), HasSubstr("\"k0\""));
  EXPECT_THAT(Message(codec.Encode(Key({128, "a"})).status()), HasSubstr("out of range"));
  EXPECT_THAT(Message(codec.Encode(Key({"1", "a"})).status()), HasSubstr("no integer"));
  EXPECT_THAT(Message(codec.Encode(Key({1, 2})).status()), HasSubstr("\"k1\""));
  EXPECT_THAT(Message(codec.Encode(Key({1, "\xff"})).status()), HasSubstr("UTF-8"));
  EXPECT_FALSE(codec.Encode(Key({1, Key::Binary("a")})).ok());
  EXPECT_FALSE(codec.Encode(Key({1, Key({2, 3})})).ok());
  EXPECT_FALSE(CodecFor({UInt64()}).Encode(Key(-1)).ok());
  EXPECT_FALSE(CodecFor({FixedSizeBinary(3)}).Encode(Key("ab")).ok());
  // The short ways refuse what the long way does.
  for (const DataType& type : KeyTypes()) {
    const KeyCodec single = CodecFor({type});
    for (const Key& key : {Key(-1), Key(INT64_MIN), Key(UINT64_MAX), Key("\xff"), Key(""),
                           Key::Binary("a"), Key({1, 2}), Key(std::string(70'000, 'x'))}) {
      KeyRoom room;
      EXPECT_EQ(single.EncodeView(key, &room).status(), single.Encode(key).status()) << key;
    }
  }
  const std::vector<Key> keys = {Key({1, "a"}), Key({1000, "a"})};
  const absl::Status status = codec.Encode(keys).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Message(status), HasSubstr("row 1"));
}

TEST(KeyCodec, NullsAreNoKeys) {
  const Column texts = Texts({"a", std::nullopt, "b"});
  const absl::Status status = CodecFor({Utf8()}).EncodeColumns({&texts, 1}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Message(status), HasSubstr("\"k0\" is null in row 1"));
  const Column none = MakeColumn(ConstantData(Texts({}), 2));
  EXPECT_THAT(Message(CodecFor({Utf8()}).EncodeColumns({&none, 1}).status()), HasSubstr("row 0"));
  const Column other = Column::FromValues<int32_t>(Int32(), std::vector<int32_t>{1});
  EXPECT_FALSE(CodecFor({Int64()}).EncodeColumns({&other, 1}).ok());
}

TEST(KeyCodec, KeysOfSixtyFourKiBAtMost) {
  const KeyCodec codec = CodecFor({Utf8()});
  for (const size_t size : {base::kMaxKeyBytes, base::kMaxKeyBytes + 1}) {
    const std::string text(size, 'x');
    const bool fits = size <= base::kMaxKeyBytes;
    EXPECT_EQ(codec.Encode(Key(text)).ok(), fits);
    const std::vector<std::string_view> rows = {"a", text};
    const Column column = Column::FromStrings(rows);
    const auto keys = codec.EncodeColumns({&column, 1});
    EXPECT_EQ(keys.ok(), fits);
    if (!fits) {
      EXPECT_THAT(Message(keys.status()), HasSubstr("row 1"));
    }
  }
  // Escapes count.
  const std::string zeros(base::kMaxKeyBytes / 2, '\0');
  EXPECT_FALSE(CodecFor({Utf8(), Int8()}).Encode(Key({zeros, 1})).ok());
}

TEST(KeyCodec, FieldsOfAKey) {
  const Schema schema =
      Schema::Make({{"id", Int64()}, {"x", Float64()}, {"wide", FixedSizeBinary(65536)}}).value();
  const auto make = [&](std::vector<std::string> names) {
    return KeyCodec::Make(schema, names).status();
  };
  EXPECT_TRUE(make({"id"}).ok());
  EXPECT_TRUE(make({"wide"}).ok());
  EXPECT_EQ(make({}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(make({"id", "id"}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(make({"id", "wide"}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(make({"none"}).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Message(make({"x"})), HasSubstr("\"x\""));
  EXPECT_FALSE(make(std::vector<std::string>(base::kMaxKeyParts + 1, "id")).ok());
}

// A prefix range holds exactly the keys that begin so.
TEST(KeyCodec, PrefixRanges) {
  base::Random random(11);
  for (const auto& shape : KeyShapes()) {
    const KeyCodec codec = CodecFor(shape);
    for (int i = 0; i < 200; ++i) {
      const Key key = RandomKey(shape, random);
      const Key other = RandomKey(shape, random);
      const size_t parts = 1 + random.Uniform(shape.size());
      const std::vector<Key> first(key.parts().begin(), key.parts().begin() + parts);
      const std::string low = codec.EncodePrefix(Key(first)).value();
      const auto high = PrefixUpperBound(low);
      const std::string bytes = codec.Encode(other).value();
      const bool inside = bytes >= low && (!high.has_value() || bytes < *high);
      EXPECT_EQ(inside, bytes.starts_with(low));
      bool same = true;
      for (size_t p = 0; p < parts; ++p) {
        const bool raw = p + 1 == shape.size() && shape[p].is_variable_size();
        same = same && (raw ? other.parts()[p].bytes().starts_with(key.parts()[p].bytes())
                            : other.parts()[p] == key.parts()[p]);
      }
      EXPECT_EQ(inside, same) << key << " " << other << " " << parts;
    }
  }
  EXPECT_EQ(PrefixUpperBound("a\xff\xff"), "b");
  EXPECT_EQ(PrefixUpperBound("\xff"), std::nullopt);
  EXPECT_EQ(PrefixUpperBound(""), std::nullopt);
}

// Whatever decodes encodes to the same bytes: there is one encoding of a key.
TEST(KeyCodec, HostileBytes) {
  base::Random random(5);
  size_t refused = 0;
  for (const auto& shape : KeyShapes()) {
    const KeyCodec codec = CodecFor(shape);
    for (int i = 0; i < 2000; ++i) {
      std::string bytes = codec.Encode(RandomKey(shape, random)).value();
      for (uint64_t change = random.Uniform(3) + 1; change != 0; --change) {
        if (random.OneIn(3)) bytes.resize(random.Uniform(bytes.size() + 3));
        if (!bytes.empty())
          bytes[random.Uniform(bytes.size())] = static_cast<char>(random.Next64());
      }
      const auto key = codec.Decode(bytes);
      if (!key.ok()) {
        EXPECT_EQ(key.status().code(), absl::StatusCode::kDataLoss);
        ++refused;
        continue;
      }
      EXPECT_EQ(codec.Encode(*key).value(), bytes);
    }
  }
  EXPECT_GT(refused, 1000u);
  EXPECT_FALSE(CodecFor({Utf8()}).Decode(std::string(base::kMaxKeyBytes + 1, 'a')).ok());
}

}  // namespace
}  // namespace ashlar::columnar
