// Retention, file usage and the digest index.
#include <gtest/gtest.h>

#include "src/base/bytes.h"
#include "src/manifest/digest_index.h"
#include "src/manifest/manifest.h"
#include "tests/manifest/manifest_testing.h"

namespace ashlar::manifest {
namespace {

using Versions = std::vector<uint64_t>;

// Versions 0 to 5, version v committed at v seconds.
VersionSet SixVersions() {
  VersionSet set = EmptySet();
  for (int i = 0; i < 5; ++i) set = **Apply(set, NextVersion(set));
  return set;
}

TEST(ExpiredVersions, CountAgeTagsAndHolds) {
  VersionSet set = SixVersions();
  const int64_t now = 6'000'000;
  EXPECT_EQ(ExpiredVersions(set, 10, -1, now, {}), Versions{});
  EXPECT_EQ(ExpiredVersions(set, 2, -1, now, {}), (Versions{0, 1, 2, 3}));
  EXPECT_EQ(ExpiredVersions(set, 0, -1, now, {}), (Versions{0, 1, 2, 3, 4}));
  EXPECT_EQ(ExpiredVersions(set, 10, 3'000'000, now, {}), (Versions{0, 1, 2}));
  EXPECT_EQ(ExpiredVersions(set, 10, 0, now, {}), (Versions{0, 1, 2, 3, 4}));
  EXPECT_EQ(ExpiredVersions(set, 10, 0, -1, {}), Versions{}) << "the clock went back";
  EXPECT_EQ(ExpiredVersions(set, 10, 0, INT64_MIN, {}), Versions{});
  set.tags["keep"].version = 1;
  EXPECT_EQ(ExpiredVersions(set, 2, -1, now, {2}), (Versions{0, 3}));
}

TEST(CountFileUsage, CountsListedSegmentsAndReachedBytes) {
  const auto holder = MakeSegment(1);
  const auto first = MakeSegment(2, {{holder, 0, 30}, {holder, 1, 12}});
  const auto second = MakeSegment(3, {{holder, 0, 30}});
  const VersionSet empty = EmptySet();
  const VersionSet set = **Apply(empty, CreateDataset(empty, 1, "a", {first, second, second}));
  auto usage = CountFileUsage(set.versions);
  ASSERT_EQ(usage.size(), 3u);
  EXPECT_EQ(usage[1].references, 2u);
  EXPECT_EQ(usage[1].live_bytes, 42u);
  EXPECT_EQ(usage[3].references, 1u);
  EXPECT_EQ(usage[3].live_bytes, second->own_chunk_bytes);
  const VersionSet more = **Apply(set, CreateDataset(set, 2, "b", {holder}));
  usage = CountFileUsage(more.versions);
  EXPECT_EQ(usage[1].references, 3u);
  EXPECT_EQ(usage[1].live_bytes, holder->own_chunk_bytes);
}

TEST(DigestIndex, FindsAndForgets) {
  const auto meta = MakeSegment(4, {{MakeSegment(1), 0, 5}});
  const base::Digest chunk = base::DigestOf(base::AsBytes("chunk"));
  DigestIndex index;
  index.AddSegment(meta);
  index.AddChunks(meta, std::vector<HeldChunk>{{chunk, 2, 99}});
  EXPECT_TRUE(index.HasChunksOf(4));
  EXPECT_EQ(index.FindSegment(meta->digest, meta->rows), meta);
  EXPECT_EQ(index.FindSegment(meta->digest, meta->rows + 1), nullptr);
  const auto known = index.FindChunk(chunk, meta->rows);
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->holder->file, meta->file);
  EXPECT_TRUE(known->holder->uses.empty()) << "no chains";
  EXPECT_EQ(known->ordinal, 2u);
  EXPECT_FALSE(index.FindChunk(chunk, 1).has_value());
  index.RemoveSegment(4);
  EXPECT_EQ(index.FindSegment(meta->digest, meta->rows), nullptr);
  EXPECT_TRUE(index.FindChunk(chunk, meta->rows).has_value());
  index.RemoveFile(4);
  EXPECT_FALSE(index.FindChunk(chunk, meta->rows).has_value());
  EXPECT_FALSE(index.HasChunksOf(4));
}

// Else a segment could be published again after the file that holds some of its chunks was removed.
TEST(DigestIndex, ForgetsASegmentWithAFileThatItRefersTo) {
  const auto holder = MakeSegment(1);
  const auto user = MakeSegment(4, {{holder, 0, 5}, {holder, 1, 6}});
  const auto other = MakeSegment(5, {{MakeSegment(2), 0, 5}});
  const base::Digest chunk = base::DigestOf(base::AsBytes("chunk"));
  DigestIndex index;
  for (const auto& meta : {holder, user, other}) index.AddSegment(meta);
  index.AddChunks(user, std::vector<HeldChunk>{{chunk, 2, 99}});
  index.RemoveFile(1);
  EXPECT_EQ(index.FindSegment(user->digest, user->rows), nullptr);
  EXPECT_TRUE(index.FindChunk(chunk, user->rows).has_value()) << "its own file is still there";
  EXPECT_EQ(index.FindSegment(other->digest, other->rows), other);
}

}  // namespace
}  // namespace ashlar::manifest
