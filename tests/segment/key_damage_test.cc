// Damage to key sections: a search is refused or right, never a wrong absence; rows stay readable.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "src/base/bytes.h"
#include "src/segment/fixed_record.h"
#include "src/segment/key_lookup.h"
#include "src/segment/segment_dump.h"
#include "src/segment/segment_verifier.h"
#include "tests/segment/key_testing.h"

namespace ashlar::segment {
namespace {

constexpr std::string_view kName = "segments/000000000001.seg";

// How far a forger goes: page checksums and the tail's are right again; those of sections, too.
enum class Forged : uint8_t { kNothing, kPages, kSections };

class KeyDamage : public ::testing::TestWithParam<KeyShape> {
 protected:
  void SetUp() override {
    base::Random random(31);
    set_ = MakeKeys(GetParam(), 300, random);
    files_ = MakeFiles();
    const absl::StatusOr<WrittenSegment> written = WriteKeyed(*files_, set_, true);
    ASSERT_TRUE(written.ok()) << written.status();
    identity_ = written->file;
    bytes_ = *io::ReadWholeFile(*files_, kName, 1 << 20);
    intact_ = Open(bytes_, identity_);
    ASSERT_NE(intact_, nullptr);
    sections_begin_ = intact_->keys().sections.front().range.offset;
    sections_end_ = intact_->body().size();
  }

  std::shared_ptr<SegmentFile> Open(const std::string& bytes, const FileIdentity& identity) {
    EXPECT_TRUE(files_->ReplaceFile(kName, base::AsBytes(bytes)).ok());
    auto file = SegmentFile::Open(*files_, identity, std::make_shared<ReadStats>());
    return file.ok() ? *std::move(file) : nullptr;
  }

  // The file with one byte changed and then made right again; nothing where it does not open.
  std::shared_ptr<SegmentFile> Changed(size_t at, int flip, Forged forged) {
    std::string bytes = bytes_;
    bytes[at] = static_cast<char>(bytes[at] ^ flip);
    FileIdentity identity = identity_;
    if (forged == Forged::kSections) {
      EXPECT_TRUE(FixKeyChecksums(&bytes));
    }
    if (forged != Forged::kNothing) {
      EXPECT_TRUE(FixChecksums(&bytes, &identity));
    }
    return Open(bytes, identity);
  }

  // Keys that are called absent though they are there.
  size_t CountWrongAbsences(const KeyLookup& lookup) const {
    size_t wrong = 0;
    for (uint32_t row = 0; row < set_.keys.size(); ++row) {
      const std::string& key = set_.keys[row];
      const auto found = lookup.Find(ProbeOf(key), set_.ComparerWith(key));
      EXPECT_TRUE(!found.has_value() || *found == row);
      wrong += found.has_value() ? 0 : 1;
    }
    return wrong;
  }

  std::vector<Damage> Verify(const std::shared_ptr<SegmentFile>& file, bool deep) {
    std::vector<Damage> damages;
    EXPECT_TRUE(VerifySegment(file, NoProvider(), deep, &damages).ok());
    const RowKeysProvider keys = [this] { return absl::StatusOr<RowKeys>(set_.row_keys()); };
    EXPECT_TRUE(VerifyKeySections(file, kKeyChunks, deep ? keys : nullptr, &damages).ok());
    return damages;
  }

  static void ExpectRefusal(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    for (const std::string_view part : {"000000000001.seg: the key ", " at offset ",
                                        "`ashlar compact --rebuild-index`", "`ashlar repair`"}) {
      EXPECT_NE(std::string(status.message()).find(part), std::string::npos) << status;
    }
  }

  void ExpectRowsReadable(const std::shared_ptr<SegmentFile>& file) const {
    const SegmentReader reader(file, NoProvider());
    const absl::StatusOr<Column> column = reader.ReadColumn(KeyedSchema().field(0));
    ASSERT_TRUE(column.ok()) << column.status();
    EXPECT_EQ(column->GetBytes(7), set_.keys[7]);
  }

  KeySet set_;
  std::unique_ptr<io::MemoryFileSystem> files_;
  FileIdentity identity_;
  std::string bytes_;
  std::shared_ptr<SegmentFile> intact_;
  size_t sections_begin_ = 0;
  size_t sections_end_ = 0;
};

TEST_P(KeyDamage, IntactSectionsAreRightAndSound) {
  const absl::StatusOr<KeyLookup> lookup = KeyLookup::Open(intact_);
  ASSERT_TRUE(lookup.ok()) << lookup.status();
  EXPECT_EQ(CountWrongAbsences(*lookup), 0U);
  EXPECT_TRUE(Verify(intact_, true).empty());
}

TEST_P(KeyDamage, EveryFlippedByteIsCaughtByThePageOrTheSection) {
  for (size_t at = sections_begin_; at < sections_end_; ++at) {
    for (const Forged forged : {Forged::kNothing, Forged::kPages}) {
      const auto file = Changed(at, 1 << (at % 8), forged);
      ASSERT_NE(file, nullptr) << at;
      ExpectRefusal(KeyLookup::Open(file).status());
      EXPECT_FALSE(Verify(file, false).empty()) << at;
    }
  }
}

// Rows do not depend on the sections; only a page that holds both is lost to both.
TEST_P(KeyDamage, RowsOutliveTheirIndex) {
  const auto file = Changed(sections_begin_ + 5, 1, Forged::kPages);
  ASSERT_NE(file, nullptr);
  ExpectRefusal(KeyLookup::Open(file).status());
  ExpectRowsReadable(file);
  const std::vector<Damage> damages = Verify(file, true);
  ASSERT_EQ(damages.size(), 1U);
  EXPECT_FALSE(damages[0].chunk.has_value());
  EXPECT_TRUE(damages[0].lost.empty());
  EXPECT_EQ(damages[0].offset, sections_begin_);
}

// With every checksum right again a flip may look like a sound index. Then a search stays within
// the rows, and deep verification finds the flip, whichever bit it is.
TEST_P(KeyDamage, EveryForgedByteIsFoundByDeepVerification) {
  size_t told_by_structure = 0;
  for (size_t at = sections_begin_; at < sections_end_; ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      const auto file = Changed(at, flip, Forged::kSections);
      ASSERT_NE(file, nullptr) << at;
      const absl::StatusOr<KeyLookup> lookup = KeyLookup::Open(file);
      if (!lookup.ok()) {
        ExpectRefusal(lookup.status());
        ++told_by_structure;
      } else {
        (void)CountWrongAbsences(*lookup);
      }
      EXPECT_FALSE(Verify(file, true).empty()) << "byte " << at << " flip " << flip;
    }
  }
  EXPECT_GT(told_by_structure, sections_end_ - sections_begin_);
}

// The key table: a changed stamp is a stale section, any other change is refused or found.
TEST_P(KeyDamage, EveryForgedByteOfTheTableIsRefusedOrFound) {
  const std::span<const std::byte> footer = base::AsBytes(bytes_).last(format::footer::kSize);
  const size_t begin = sections_end_ + ReadField<uint32_t>(footer, format::footer::kKeysOffset);
  const size_t end = begin + ReadField<uint32_t>(footer, format::footer::kKeysSize);
  ASSERT_EQ(end - begin, format::keys::kSize + sizeof(uint32_t) + 3 * format::section::kSize);
  size_t stale = 0;
  for (size_t at = begin; at < end; ++at) {
    for (const int flip : {0x01, 0x40, 0xff}) {
      EXPECT_EQ(Changed(at, flip, Forged::kNothing), nullptr) << "the manifest's digest covers it";
      const auto file = Changed(at, flip, Forged::kPages);
      if (file == nullptr) continue;
      const absl::Status status = KeyLookup::Open(file).status();
      ExpectRefusal(status);
      if (status.message().find("is stale") != absl::string_view::npos) ++stale;
      EXPECT_FALSE(Verify(file, false).empty()) << at;
    }
  }
  // All bytes of the three stamps, and the ordinal of the key's chunk, where it names the other
  // one.
  EXPECT_EQ(stale, 3U * 3 * 32 + 1);
}

// A key column of other content makes the sections stale; another column does not.
TEST_P(KeyDamage, SectionsAreStaleWhereTheKeyColumnIsAnother) {
  const base::Digest digests[] = {intact_->chunks()[0].digest, intact_->chunks()[1].digest};
  for (const base::Digest& digest : digests) {
    const size_t at = bytes_.find(base::AsStringView(digest.bytes), sections_end_);
    ASSERT_NE(at, std::string::npos);
    const auto file = Changed(at, 0x20, Forged::kPages);
    ASSERT_NE(file, nullptr);
    const absl::StatusOr<KeyLookup> lookup = KeyLookup::Open(file);
    if (&digest == &digests[1]) {
      ASSERT_TRUE(lookup.ok()) << lookup.status();
      EXPECT_EQ(CountWrongAbsences(*lookup), 0U);
    } else {
      ExpectRefusal(lookup.status());
      EXPECT_NE(lookup.status().message().find("key filter is stale"), absl::string_view::npos);
    }
  }
}

TEST_P(KeyDamage, DumpsMarkDamagedSections) {
  std::string bytes = bytes_;
  bytes[sections_begin_ + 3] ^= 4;
  const SegmentDumpResult dump = DumpSegment(base::AsBytes(bytes), kName, false);
  EXPECT_TRUE(dump.damaged);
  EXPECT_NE(dump.output.find("!! key filter, "), std::string::npos);
  EXPECT_EQ(dump.output.find("!! key fences, "), std::string::npos);
}

// Sections of other keys under a right stamp: only the keys themselves can tell.
TEST_P(KeyDamage, DeepVerificationFindsSectionsOfOtherKeys) {
  KeySet other = set_;
  other.hashes[5] ^= 1;
  const auto files = MakeFiles();
  const auto file = OpenKeyed(*files, other, true);
  EXPECT_TRUE(Verify(file, false).empty());
  EXPECT_EQ(Verify(file, true).size(), 2U);  // filter and index
  std::ranges::swap(set_.prefixes.front(), set_.prefixes.back());
  const std::vector<Damage> damages = Verify(intact_, true);
  const bool is_sorted = std::ranges::is_sorted(set_.prefixes);
  EXPECT_EQ(damages.size(), is_sorted ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(Shapes, KeyDamage,
                         ::testing::Values(KeyShape::kRandom, KeyShape::kSharedPrefix));

}  // namespace
}  // namespace ashlar::segment
