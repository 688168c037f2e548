// What ByteWriter writes is fixed byte by byte, and ByteReader takes exactly that and nothing else.
#include "src/base/coding.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "src/base/random.h"
#include "src/base/strings.h"

namespace ashlar::base {
namespace {

std::string Message(const absl::Status& status) { return StrCat(status.message()); }

TEST(Coding, BytesAreFixed) {
  ByteWriter writer;
  writer.PutU8(1);
  writer.PutU16(0x0203);
  writer.PutU32(0x04050607);
  writer.PutI64(-2);
  writer.PutVarint64(300);
  writer.PutString("hi");
  EXPECT_EQ(HexEncode(writer.bytes()), "01030207060504feffffffffffffffac02026869");
}

TEST(Coding, RoundTrip) {
  ByteWriter writer;
  writer.PutU8(200);
  writer.PutU16(60000);
  writer.PutU32(4000000000);
  writer.PutU64(UINT64_MAX);
  writer.PutI64(INT64_MIN);
  writer.PutString("naïve");
  writer.PutDigest(DigestOf(AsBytes("x")));
  writer.Pad(64);
  const std::string bytes = writer.Take();
  EXPECT_EQ(bytes.size(), 64u);
  EXPECT_EQ(writer.size(), 0u);

  ByteReader reader(AsBytes(bytes), "test");
  EXPECT_EQ(reader.ReadU8(), 200);
  EXPECT_EQ(reader.ReadU16(), 60000);
  EXPECT_EQ(reader.ReadU32(), 4000000000);
  EXPECT_EQ(reader.ReadU64(), UINT64_MAX);
  EXPECT_EQ(reader.ReadI64(), INT64_MIN);
  EXPECT_EQ(reader.ReadString(6), "naïve");
  EXPECT_EQ(reader.ReadDigest(), DigestOf(AsBytes("x")));
  EXPECT_GT(reader.remaining(), 0u);
  reader.SkipPadding(64);
  EXPECT_EQ(reader.offset(), 64u);
  EXPECT_TRUE(reader.Finish().ok()) << reader.Finish();
}

TEST(Coding, VarintsOfEveryLength) {
  std::vector<uint64_t> values = {0, 127, 128, UINT64_MAX};
  for (int bit = 0; bit < 64; ++bit) {
    values.push_back(uint64_t{1} << bit);
    values.push_back((uint64_t{1} << bit) - 1);
  }
  for (const uint64_t value : values) {
    ByteWriter writer;
    writer.PutVarint64(value);
    ByteReader reader(writer.bytes(), "varint");
    EXPECT_EQ(reader.ReadVarint64(), value);
    EXPECT_TRUE(reader.Finish().ok()) << value;
  }
}

TEST(Coding, RefusesVarintsThatAreNotShortestOrTooLarge) {
  const std::vector<std::string> bad = {
      std::string("\x80\x00", 2),                    // 0 in two bytes
      std::string("\xff\x80\x00", 3),                // 127 in three bytes
      std::string(9, '\x80') + std::string("\x02"),  // 2^64
      std::string(10, '\x80') + std::string("\x01"),
      std::string("\x80"),
      std::string(),
  };
  for (const std::string& bytes : bad) {
    ByteReader reader(AsBytes(bytes), "varint");
    EXPECT_EQ(reader.ReadVarint64(), 0u);
    EXPECT_EQ(reader.Finish().code(), absl::StatusCode::kDataLoss) << HexEncode(AsBytes(bytes));
  }
}

TEST(Coding, FailureIsStickyAndNamesTheFirstPlace) {
  const std::string bytes(6, '\1');
  ByteReader reader(AsBytes(bytes), "MANIFEST-7", 100);
  EXPECT_EQ(reader.ReadU32(), 0x01010101u);
  EXPECT_EQ(reader.ReadU64(), 0u);
  EXPECT_EQ(reader.ReadU8(), 0u) << "a byte remains, but the reader has failed";
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(Message(reader.Finish()), "MANIFEST-7: needs 8 bytes, has 2, at offset 104");
}

TEST(Coding, FinishRefusesTrailingBytes) {
  ByteReader reader(AsBytes("ab"), "x");
  (void)reader.ReadU8();
  EXPECT_TRUE(reader.status().ok());
  EXPECT_EQ(Message(reader.Finish()), "x: 1 bytes too many at offset 1");
  EXPECT_FALSE(reader.status().ok());
}

TEST(Coding, RefusesHostileCounts) {
  ByteWriter writer;
  writer.PutVarint64(3);
  writer.PutU64(0);
  writer.PutU64(0);
  ByteReader fits(writer.bytes(), "x");
  EXPECT_EQ(fits.ReadCount(3, 5), 3u);
  ByteReader too_many_bytes(writer.bytes(), "x");
  EXPECT_EQ(too_many_bytes.ReadCount(3, 6), 0u);
  EXPECT_FALSE(too_many_bytes.ok());
  ByteReader above_max(writer.bytes(), "x");
  EXPECT_EQ(above_max.ReadCount(2, 1), 0u);
  EXPECT_EQ(Message(above_max.status()), "x: count 3 is too large at offset 0");
}

TEST(Coding, RefusesStringsBeyondTheLimitOrTheEnd) {
  ByteWriter writer;
  writer.PutString("abcd");
  EXPECT_EQ(ByteReader(writer.bytes(), "x").ReadString(4), "abcd");
  ByteReader limited(writer.bytes(), "x");
  EXPECT_EQ(limited.ReadString(3), "");
  EXPECT_FALSE(limited.ok());
  ByteReader cut(writer.bytes().first(4), "x");
  EXPECT_EQ(cut.ReadString(100), "");
  EXPECT_FALSE(cut.ok());
}

TEST(Coding, RefusesPaddingThatIsNotZero) {
  std::string bytes("\1\0\0\7", 4);
  ByteReader reader(AsBytes(bytes), "x");
  (void)reader.ReadU8();
  reader.SkipPadding(4);
  EXPECT_EQ(Message(reader.status()), "x: padding is not zero at offset 3");
}

TEST(Coding, RandomBytesNeverReadOutOfBounds) {
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random.Uniform(40), '\0');
    for (char& c : bytes) c = static_cast<char>(random.Next64());
    ByteReader reader(AsBytes(bytes), "x");
    for (int i = 0; i < 8 && reader.ok(); ++i) {
      const uint64_t count = reader.ReadCount(1000, 3);
      EXPECT_LE(count * 3, reader.remaining());
      EXPECT_LE(reader.ReadString(16).size(), 16u);
      (void)reader.ReadBytes(reader.ReadVarint64());
    }
    EXPECT_LE(reader.offset(), bytes.size());
  }
}

}  // namespace
}  // namespace ashlar::base
