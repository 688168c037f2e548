// A segment with stale or missing key sections gets new ones, and its rows are not written again.
#include "src/segment/key_rebuild.h"

#include <gtest/gtest.h>

#include "src/base/bytes.h"
#include "src/segment/fixed_record.h"
#include "src/segment/segment_verifier.h"
#include "tests/segment/key_testing.h"

namespace ashlar::segment {
namespace {

std::shared_ptr<SegmentFile> Open(io::FileSystem& files, const FileIdentity& identity) {
  const auto file = SegmentFile::Open(files, identity, std::make_shared<ReadStats>());
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *file : nullptr;
}

void ExpectAllFound(const std::shared_ptr<SegmentFile>& file, const KeySet& set) {
  const absl::StatusOr<KeyLookup> lookup = KeyLookup::Open(file);
  ASSERT_TRUE(lookup.ok()) << lookup.status();
  for (uint32_t row = 0; row < set.keys.size(); ++row) {
    EXPECT_EQ(lookup->Find(ProbeOf(set.keys[row]), set.ComparerWith(set.keys[row])), row);
  }
}

// The first stamp is another one, under right checksums.
FileIdentity MakeStale(io::MemoryFileSystem& files, FileIdentity identity) {
  constexpr std::string_view kName = "segments/000000000001.seg";
  std::string bytes = *io::ReadWholeFile(files, kName, 1 << 20);
  const std::span<const std::byte> footer = base::AsBytes(bytes).last(format::footer::kSize);
  const size_t stamp = ReadField<uint64_t>(footer, format::footer::kTailOffset) +
                       ReadField<uint32_t>(footer, format::footer::kKeysOffset) +
                       format::keys::kSize + sizeof(uint32_t) + format::section::kStamp.offset;
  bytes[stamp] = static_cast<char>(bytes[stamp] ^ 1);
  EXPECT_TRUE(FixChecksums(&bytes, &identity));
  EXPECT_TRUE(files.ReplaceFile(kName, base::AsBytes(bytes)).ok());
  return identity;
}

TEST(KeyRebuild, StaleSectionsAreReplacedAndRowsReferredTo) {
  base::Random random(41);
  const KeySet set = MakeKeys(KeyShape::kGroups, 2000, random);
  const auto files = MakeFiles();
  const auto old = WriteKeyed(*files, set, false);
  ASSERT_TRUE(old.ok()) << old.status();
  const auto stale = Open(*files, MakeStale(*files, old->file));
  ASSERT_NE(stale, nullptr);
  EXPECT_EQ(KeyLookup::Open(stale).status().code(), absl::StatusCode::kDataLoss);

  const auto rebuilt = RebuildKeySections(*files, *stale, set.sections(true), {.segment_id = 2});
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
  EXPECT_EQ(rebuilt->digest, old->digest);
  EXPECT_EQ(rebuilt->batch_bytes + rebuilt->dictionary_bytes, 0U);
  const auto file = Open(*files, rebuilt->file);
  ASSERT_NE(file, nullptr);
  ExpectAllFound(file, set);
  // Rebuilt again, it refers to the file that has the chunks, not to the one that refers to them.
  const auto again = RebuildKeySections(*files, *file, set.sections(false), {.segment_id = 3});
  ASSERT_TRUE(again.ok()) << again.status();
  const auto third = Open(*files, again->file);
  ASSERT_NE(third, nullptr);
  ExpectAllFound(third, set);
  EXPECT_EQ(third->chunks()[0].holder, (ChunkLocation{1, 0}));

  const FileProvider provider = [&stale](uint64_t) {
    return absl::StatusOr<std::shared_ptr<SegmentFile>>(stale);
  };
  const auto column = SegmentReader(third, provider).ReadColumn(KeyedSchema().field(0));
  ASSERT_TRUE(column.ok()) << column.status();
  EXPECT_EQ(column->GetBytes(99), set.keys[99]);
  std::vector<Damage> damages;
  ASSERT_TRUE(VerifySegment(third, provider, true, &damages, [&set] {
                return absl::StatusOr<RowKeys>(set.row_keys());
              }).ok());
  EXPECT_TRUE(damages.empty());
}

TEST(KeyRebuild, KeysThatDoNotFitAreRefusedBeforeAnyFileIsMade) {
  const auto files = MakeFiles();
  const auto file = Open(*files, WriteSmall(*files).file);
  ASSERT_NE(file, nullptr);
  const KeySet set = SortedKeys({"a", "b", "c"});
  const auto rebuilt = RebuildKeySections(*files, *file, set.sections(false), {.segment_id = 2});
  EXPECT_EQ(rebuilt.status().code(), absl::StatusCode::kInvalidArgument) << rebuilt.status();
  EXPECT_FALSE(files->OpenForRead("segments/000000000002.seg").ok());
}

}  // namespace
}  // namespace ashlar::segment
