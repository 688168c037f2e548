// A segment with stale or damaged key sections gets new ones in a file of the same content.
#include "src/segment/key_rebuild.h"

#include <gtest/gtest.h>

#include "src/base/bytes.h"
#include "src/segment/fixed_record.h"
#include "src/segment/segment_verifier.h"
#include "tests/segment/key_testing.h"

namespace ashlar::segment {
namespace {

constexpr std::string_view kName = "segments/000000000001.seg";

std::shared_ptr<SegmentFile> Open(io::FileSystem& files, const FileIdentity& identity,
                                  PageProof proof = PageProof::kChecksums) {
  const auto file = SegmentFile::Open(files, identity, std::make_shared<ReadStats>(), proof);
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

void ExpectSound(const std::shared_ptr<SegmentFile>& file, const KeySet& set) {
  ExpectAllFound(file, set);
  std::vector<Damage> damages;
  ASSERT_TRUE(VerifySegment(file, NoProvider(), true, &damages).ok());
  ASSERT_TRUE(
      VerifyKeySections(
          file, kKeyChunks, [&set] { return absl::StatusOr<RowKeys>(set.row_keys()); }, &damages)
          .ok());
  EXPECT_TRUE(damages.empty());
  const auto column = SegmentReader(file, NoProvider()).ReadColumn(KeyedSchema().field(0));
  ASSERT_TRUE(column.ok()) << column.status();
  EXPECT_EQ(column->GetBytes(99), set.keys[99]);
}

TEST(KeyRebuild, StaleSectionsAreReplacedInAFileThatNeedsNoOther) {
  base::Random random(41);
  const KeySet set = MakeKeys(KeyShape::kGroups, 2000, random);
  const auto files = MakeFiles();
  const auto old = WriteKeyed(*files, set, false);
  ASSERT_TRUE(old.ok()) << old.status();
  const FileIdentity identity = MakeStale(*files, old->file);
  EXPECT_EQ(KeyLookup::Open(Open(*files, identity)).status().code(), absl::StatusCode::kDataLoss);

  const auto rebuilt = RebuildKeySections(*files, Open(*files, identity, PageProof::kNone),
                                          set.sections(true), {.segment_id = 2});
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
  EXPECT_EQ(rebuilt->digest, old->digest);
  EXPECT_EQ(rebuilt->batch_bytes, old->batch_bytes);
  const auto file = Open(*files, rebuilt->file);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->chunks().CountReferences(), 0U);
  ExpectSound(file, set);
}

// A page holds chunks and sections here: its checksum is wrong for both, and the digests tell them
// apart.
TEST(KeyRebuild, ADamagedByteOfASectionCostsNoRowOfItsPage) {
  base::Random random(42);
  const KeySet set = MakeKeys(KeyShape::kDense, 300, random);
  const auto files = MakeFiles();
  const auto old = WriteKeyed(*files, set, true);
  ASSERT_TRUE(old.ok()) << old.status();
  const std::string intact = *io::ReadWholeFile(*files, kName, 1 << 20);
  const uint64_t body = Open(*files, old->file)->body().size();
  const uint64_t sections = Open(*files, old->file)->keys().sections.front().range.offset;
  size_t lost = 0;
  for (uint64_t at = format::header::kSize; at < body; at += 37) {
    std::string bytes = intact;
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
    ASSERT_TRUE(files->ReplaceFile(kName, base::AsBytes(bytes)).ok());
    const auto rebuilt = RebuildKeySections(*files, Open(*files, old->file, PageProof::kNone),
                                            set.sections(true), {.segment_id = 2});
    if (!rebuilt.ok()) {
      EXPECT_EQ(rebuilt.status().code(), absl::StatusCode::kDataLoss) << rebuilt.status();
      EXPECT_LT(at, sections);
      ++lost;
    } else {
      ExpectSound(Open(*files, rebuilt->file), set);
    }
    // What cannot be read makes no file.
    EXPECT_EQ(files->Unlink("segments/000000000002.seg").ok(), rebuilt.ok());
  }
  EXPECT_GT(lost, 10U) << "bytes of rows";
}

TEST(KeyRebuild, AForgedDigestInTheFooterIsDamage) {
  const KeySet set = SortedKeys({"a", "b", "c"});
  const auto files = MakeFiles();
  const auto old = WriteKeyed(*files, set, false);
  ASSERT_TRUE(old.ok()) << old.status();
  std::string bytes = *io::ReadWholeFile(*files, kName, 1 << 20);
  const size_t at = bytes.size() - format::footer::kSize + format::footer::kDigest.offset;
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  FileIdentity identity = old->file;
  ASSERT_TRUE(FixChecksums(&bytes, &identity));
  ASSERT_TRUE(files->ReplaceFile(kName, base::AsBytes(bytes)).ok());
  const auto file = Open(*files, identity, PageProof::kNone);
  ASSERT_NE(file, nullptr);
  const auto rebuilt = RebuildKeySections(*files, file, set.sections(false), {.segment_id = 2});
  EXPECT_EQ(rebuilt.status().code(), absl::StatusCode::kDataLoss) << rebuilt.status();
  EXPECT_TRUE(std::string(rebuilt.status().message()).starts_with(kName));
  EXPECT_FALSE(files->OpenForRead("segments/000000000002.seg").ok());
}

TEST(KeyRebuild, KeysThatDoNotFitAreRefusedBeforeAnyFileIsMade) {
  const auto files = MakeFiles();
  const auto file = Open(*files, WriteSmall(*files).file, PageProof::kNone);
  ASSERT_NE(file, nullptr);
  const KeySet set = SortedKeys({"a", "b", "c"});
  const auto rebuilt = RebuildKeySections(*files, file, set.sections(false), {.segment_id = 2});
  EXPECT_EQ(rebuilt.status().code(), absl::StatusCode::kInvalidArgument) << rebuilt.status();
  EXPECT_FALSE(files->OpenForRead("segments/000000000002.seg").ok());
}

}  // namespace
}  // namespace ashlar::segment
