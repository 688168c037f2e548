// Digests agree with BLAKE3's published vectors and do not depend on how bytes are cut.
#include "src/base/digest.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/hash/hash.h"
#include "src/base/bytes.h"

namespace ashlar::base {
namespace {

// The input of the published test vectors: 0, 1, ..., 250, 0, 1, ...
std::string VectorInput(size_t size) {
  std::string input(size, '\0');
  for (size_t i = 0; i < size; ++i) input[i] = static_cast<char>(i % 251);
  return input;
}

TEST(Digest, KnownValues) {
  EXPECT_EQ(DigestOf({}).ToHex(),
            "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  EXPECT_EQ(DigestOf(AsBytes("abc")).ToHex(),
            "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
}

TEST(Digest, DoesNotDependOnThePieces) {
  // Long enough for every vector width that the library may pick.
  const std::string input = VectorInput(100'000);
  const Digest whole = DigestOf(AsBytes(input));
  for (const size_t piece : {1u, 63u, 1024u, 5000u, 65536u}) {
    DigestBuilder builder;
    for (size_t at = 0; at < input.size(); at += piece) {
      builder.Update(AsBytes(std::string_view(input).substr(at, piece)));
    }
    EXPECT_EQ(builder.Finish(), whole) << piece;
  }
}

TEST(Digest, IntegersAreLittleEndian) {
  DigestBuilder builder;
  builder.UpdateU64(0x0807060504030201);
  EXPECT_EQ(builder.Finish(), DigestOf(AsBytes("\1\2\3\4\5\6\7\10")));
}

TEST(Digest, FinishLeavesTheBuilderUsable) {
  DigestBuilder builder;
  builder.Update(AsBytes("ab"));
  EXPECT_EQ(builder.Finish(), DigestOf(AsBytes("ab")));
  DigestBuilder copy = builder;
  builder.Update(AsBytes("c"));
  EXPECT_EQ(builder.Finish(), DigestOf(AsBytes("abc")));
  EXPECT_EQ(copy.Finish(), DigestOf(AsBytes("ab")));
}

TEST(Digest, OrdersAndHashes) {
  Digest low;
  Digest high;
  high.bytes[31] = std::byte{1};
  EXPECT_LT(low, high);
  const Digest other = DigestOf({});
  EXPECT_EQ(absl::Hash<Digest>{}(other), absl::Hash<Digest>{}(DigestOf({})));
  EXPECT_NE(absl::Hash<Digest>{}(other), absl::Hash<Digest>{}(low));
}

}  // namespace
}  // namespace ashlar::base
