// Schemas: what is refused, how ids are given, and the bytes they are stored as.
#include <cstddef>
#include <string>

#include "ashlar/types.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/base/coding.h"
#include "src/base/random.h"
#include "src/columnar/schema_codec.h"
#include "tests/testing/random_data.h"

namespace ashlar {
namespace {

void ExpectRefused(std::vector<Field> fields, const std::string& why) {
  const absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kInvalidArgument) << why;
  EXPECT_THAT(std::string(schema.status().message()), testing::HasSubstr(why));
}

TEST(SchemaTest, RefusesBadFields) {
  ExpectRefused({{"", Int8()}}, "field");
  ExpectRefused({{"a\n", Int8()}}, "field");
  ExpectRefused({{"\xff", Int8()}}, "field");
  ExpectRefused({{std::string(256, 'a'), Int8()}}, "field");
  ExpectRefused({{"a", Int8()}, {"a", Int16()}}, "two fields are named \"a\"");
  ExpectRefused({{"a", DataType()}}, "no type");
  ExpectRefused({{"a", FixedSizeBinary(0)}}, "width");
  ExpectRefused({{"a", Vector(-1)}}, "width");
  ExpectRefused({{"a", Struct({})}}, "member");
  ExpectRefused({{"a", Int8(), true, 3}, {"b", Int8(), true, 3}}, "id 3");
  ExpectRefused({{"a", Int8(), true, UINT32_MAX}, {"b", Int8()}}, "ids");
}

TEST(SchemaTest, RefusesNestingBeyondTheLimit) {
  DataType type = Int8();
  for (int i = 1; i < 64; ++i) type = List(type);
  EXPECT_TRUE(Schema::Make({{"a", type}}).ok());
  ExpectRefused({{"a", List(type)}}, "deep");
}

TEST(SchemaTest, PathsAreUnambiguous) {
  const DataType with_b = Struct({{"b", Int8()}});
  ExpectRefused({{"a.b", Int8()}, {"a", with_b}}, "ambiguous");
  ExpectRefused({{"a.b", Int8()}, {"a", List(with_b)}}, "ambiguous");
  ExpectRefused({{"x", Struct({{"a.b", Int8()}, {"a", with_b}})}}, "ambiguous");
  EXPECT_TRUE(Schema::Make({{"a.b", Int8()}, {"a", Int8()}}).ok());
  EXPECT_TRUE(Schema::Make({{"a.c", Int8()}, {"a", with_b}}).ok());
}

TEST(SchemaTest, AssignsIdsAfterTheLargest) {
  const absl::StatusOr<Schema> fresh = Schema::Make({{"a", Int8()}, {"b", Int8()}});
  ASSERT_TRUE(fresh.ok());
  EXPECT_EQ(fresh->field(0).id, 1U);
  EXPECT_EQ(fresh->field(1).id, 2U);
  const absl::StatusOr<Schema> grown =
      Schema::Make({{"c", Int8()}, {"a", Int8(), true, 5}, {"b", Int8(), true, 2}});
  ASSERT_TRUE(grown.ok());
  EXPECT_EQ(grown->field(0).id, 6U);
  EXPECT_EQ(grown->max_field_id(), 6U);
}

TEST(SchemaTest, FindsAndCompares) {
  const Schema a = *Schema::Make({{"id", Int64(), false}, {"city", Utf8()}});
  EXPECT_EQ(a.ToString(), "id: int64 not null, city: utf8");
  EXPECT_EQ(a.FindField("city"), 1U);
  EXPECT_EQ(a.FindField("town"), std::nullopt);
  const Schema b = *Schema::Make({{"id", Int64(), false, 9}, {"city", Utf8()}});
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(a.EqualsIgnoringIds(b));
  EXPECT_FALSE(a.EqualsIgnoringIds(*Schema::Make({{"id", Int64()}, {"city", Utf8()}})));
}

std::string Encoded(const Schema& schema) {
  base::ByteWriter out;
  columnar::EncodeSchema(schema, out);
  return out.Take();
}

absl::StatusOr<Schema> Decoded(std::string_view bytes) {
  base::ByteReader in(base::AsBytes(bytes), "test bytes");
  return columnar::DecodeSchema(in);
}

TEST(SchemaCodecTest, RandomSchemasReadBack) {
  base::Random random(2);
  for (int i = 0; i < 200; ++i) {
    const Schema schema = testkit::RandomSchema(random, {.max_depth = 6});
    const absl::StatusOr<Schema> decoded = Decoded(Encoded(schema));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_TRUE(*decoded == schema);
    EXPECT_EQ(columnar::SchemaFingerprint(*decoded), columnar::SchemaFingerprint(schema));
  }
}

TEST(SchemaCodecTest, BytesAreAsSpecified) {
  const Schema schema = *Schema::Make({{"k", FixedSizeBinary(200), false}, {"l", List(Int8())}});
  const std::string expected(
      "\x02"
      "\x01\x01k\x0e\xc8\x01\x00"
      "\x02\x01l\x12\x01\x00\x07"
      "element\x02\x01\x01",
      25);
  EXPECT_EQ(Encoded(schema), expected);
}

TEST(SchemaCodecTest, FingerprintTellsIdsAndNamesApart) {
  const uint64_t a = columnar::SchemaFingerprint(*Schema::Make({{"a", Int8()}}));
  EXPECT_NE(a, columnar::SchemaFingerprint(*Schema::Make({{"a", Int8(), true, 2}})));
  EXPECT_NE(a, columnar::SchemaFingerprint(*Schema::Make({{"b", Int8()}})));
  EXPECT_NE(a, columnar::SchemaFingerprint(*Schema::Make({{"a", Int8(), false}})));
}

TEST(SchemaCodecTest, EveryCutIsDataLoss) {
  base::Random random(3);
  const std::string bytes = Encoded(testkit::RandomSchema(random, {.min_fields = 6}));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const absl::StatusOr<Schema> decoded = Decoded(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss) << size;
  }
}

TEST(SchemaCodecTest, ChangedBytesAreRefusedOrAnotherSchema) {
  base::Random random(4);
  for (int i = 0; i < 2000; ++i) {
    const Schema schema = testkit::RandomSchema(random);
    std::string bytes = Encoded(schema);
    bytes[random.Uniform(bytes.size())] ^= static_cast<char>(1 + random.Uniform(255));
    const absl::StatusOr<Schema> decoded = Decoded(bytes);
    if (decoded.ok()) {
      EXPECT_FALSE(*decoded == schema);
    } else {
      EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss);
    }
  }
}

TEST(SchemaCodecTest, DeepAndWideHostileBytesAreRefused) {
  std::string deep = "\x01\x01\x01x";
  for (int i = 0; i < 100000; ++i) deep += std::string("\x12\x01\x00\x07", 4) + "element";
  EXPECT_EQ(Decoded(deep).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Decoded("\xff\xff\x03").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace ashlar
