// Damage of every kind to a small file: detected or harmless, never a wrong row, never a crash.
#include <gtest/gtest.h>

#include <array>

#include "src/base/bytes.h"
#include "src/segment/fixed_record.h"
#include "src/segment/format.h"
#include "src/segment/segment_dump.h"
#include "src/segment/segment_salvage.h"
#include "src/segment/segment_tail.h"
#include "src/segment/segment_verifier.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

constexpr std::string_view kName = "segments/000000000001.seg";

class SegmentDamage : public ::testing::Test {
 protected:
  void SetUp() override {
    files_ = MakeFiles();
    identity_ = WriteSmall(*files_).file;
    bytes_ = *io::ReadWholeFile(*files_, kName, 1 << 20);
    columns_ = SmallColumns();
  }

  absl::StatusOr<std::shared_ptr<SegmentFile>> OpenBytes(const std::string& bytes,
                                                         const FileIdentity& identity) {
    EXPECT_TRUE(files_->ReplaceFile(kName, base::AsBytes(bytes)).ok());
    return SegmentFile::Open(*files_, identity, std::make_shared<ReadStats>());
  }

  // The columns that can be read must be right; gives how many could not.
  int ReadAll(const std::string& bytes) {
    const Schema schema = SmallSchema();
    const auto file = OpenBytes(bytes, identity_);
    if (!file.ok()) return static_cast<int>(schema.size());
    int refused = 0;
    const SegmentReader reader(*file, NoProvider());
    for (size_t i = 0; i < schema.size(); ++i) {
      const absl::StatusOr<Column> column = reader.ReadColumn(schema.field(i));
      if (column.ok()) {
        EXPECT_TRUE(column->Equals(columns_[i])) << schema.field(i).name;
      } else {
        ++refused;
        EXPECT_EQ(column.status().code(), absl::StatusCode::kDataLoss) << column.status();
        EXPECT_NE(column.status().message().find("000000000001.seg"), absl::string_view::npos);
        EXPECT_NE(column.status().message().find("offset"), absl::string_view::npos);
      }
      (void)reader.ReadZoneMaps(schema.field(i));
    }
    return refused;
  }

  absl::Status OpenStatus(const std::string& bytes, const FileIdentity& identity) {
    return OpenBytes(bytes, identity).status();
  }

  std::unique_ptr<io::MemoryFileSystem> files_;
  FileIdentity identity_;
  std::string bytes_;
  std::vector<Column> columns_;
};

TEST_F(SegmentDamage, EveryFlippedByteIsDetected) {
  ASSERT_EQ(ReadAll(bytes_), 0);
  const size_t body_end = (*OpenBytes(bytes_, identity_))->body().size();
  for (size_t at = 0; at < bytes_.size(); ++at) {
    std::string damaged = bytes_;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    EXPECT_GT(ReadAll(damaged), 0) << "byte " << at;
    // The tail's tables are proven by the manifest alone, which a dump has not got.
    const bool shown = DumpSegment(base::AsBytes(damaged), kName, false).damaged;
    EXPECT_TRUE(shown || at >= body_end) << "byte " << at;
  }
}

// The attacker's flip: all checksums are right again. Values may differ then, but nothing may crash
// or read out of bounds (which the sanitizer builds prove).
TEST_F(SegmentDamage, EveryForgedByteIsReadSafely) {
  const Schema schema = SmallSchema();
  for (size_t at = 0; at < bytes_.size(); ++at) {
    for (const int forged : {0x01, 0x80, 0xff}) {
      std::string damaged = bytes_;
      damaged[at] = static_cast<char>(damaged[at] ^ forged);
      FileIdentity identity = identity_;
      if (!FixChecksums(&damaged, &identity)) continue;
      const auto file = OpenBytes(damaged, identity);
      (void)DumpSegment(base::AsBytes(damaged), kName, (at & 1) != 0);
      if (!file.ok()) continue;
      const SegmentReader reader(*file, NoProvider());
      for (const Field& field : (*file)->schema().fields()) {
        const absl::StatusOr<Column> column = reader.ReadColumn(field);
        if (column.ok() && column->Validate().ok()) {
          EXPECT_TRUE(column->Equals(*column));
        }
        (void)reader.ReadZoneMaps(field);
      }
      std::vector<Damage> damages;
      EXPECT_TRUE(VerifySegment(*file, NoProvider(), true, &damages).ok());
    }
  }
}

TEST_F(SegmentDamage, EveryTruncationAndExtensionIsRefused) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    const std::string cut = bytes_.substr(0, size);
    EXPECT_EQ(OpenStatus(cut, identity_).code(), absl::StatusCode::kDataLoss) << size;
    FileIdentity shorter = identity_;
    shorter.bytes = size;
    EXPECT_FALSE(OpenStatus(cut, shorter).ok()) << size;
    EXPECT_TRUE(DumpSegment(base::AsBytes(cut), kName, true).damaged);
  }
  EXPECT_EQ(OpenStatus(bytes_ + "x", identity_).code(), absl::StatusCode::kDataLoss);
}

TEST_F(SegmentDamage, SwappedAndMissingFilesAreRefused) {
  // Another segment under this name: same size, other content.
  std::vector<Column> other = SmallColumns();
  base::Random random(99);
  other[0] = RandomColumn(Int64(), 10, Values::kNoNulls, random);
  const auto elsewhere = MakeFiles();
  const absl::StatusOr<WrittenSegment> written = WriteSegment(*elsewhere, SmallSchema(), other, 1);
  ASSERT_TRUE(written.ok());
  const std::string swapped = *io::ReadWholeFile(*elsewhere, kName, 1 << 20);
  EXPECT_EQ(OpenStatus(swapped, identity_).code(), absl::StatusCode::kDataLoss);
  // The right bytes under a wrong id.
  FileIdentity wrong_id = identity_;
  wrong_id.id = 2;
  ASSERT_TRUE(files_->ReplaceFile("segments/000000000002.seg", base::AsBytes(bytes_)).ok());
  EXPECT_EQ(SegmentFile::Open(*files_, wrong_id, std::make_shared<ReadStats>()).status().code(),
            absl::StatusCode::kDataLoss);
  wrong_id.id = 3;
  EXPECT_EQ(SegmentFile::Open(*files_, wrong_id, std::make_shared<ReadStats>()).status().code(),
            absl::StatusCode::kNotFound);
}

// The same for chunks in every compact form; each byte that readers answer with must be one that
// deep verification calls sound, too.
TEST_F(SegmentDamage, EveryForgedByteOfCompactChunksIsReadSafely) {
  const Schema schema = CompactSchema();
  const std::vector<Column> columns = CompactColumns();
  const auto written = WriteSegment(*files_, schema, columns, 2, Storage::kCompact);
  ASSERT_TRUE(written.ok()) << written.status();
  const std::string bytes = *io::ReadWholeFile(*files_, "segments/000000000002.seg", 1 << 20);
  for (size_t at = 0; at < bytes.size(); ++at) {
    const int forged = std::array{0x01, 0x80, 0xff}[at % 3];
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ forged);
    FileIdentity identity = written->file;
    if (!FixChecksums(&damaged, &identity)) continue;
    ASSERT_TRUE(files_->ReplaceFile("segments/000000000002.seg", base::AsBytes(damaged)).ok());
    (void)DumpSegment(base::AsBytes(damaged), "compact", false);
    const auto file = SegmentFile::Open(*files_, identity, std::make_shared<ReadStats>());
    if (!file.ok()) continue;
    const SegmentReader reader(*file, NoProvider());
    bool all_equal = (*file)->schema() == schema;
    for (size_t i = 0; i < (*file)->schema().size(); ++i) {
      const Field& field = (*file)->schema().field(i);
      const auto packed = reader.ReadPacked(field);
      if (packed.ok() && packed->has_value()) {
        uint64_t zone[base::kZoneRows];
        columnar::UnpackZone(**packed, 0, zone);
      }
      const absl::StatusOr<Column> column = reader.ReadColumn(field);
      if (!column.ok()) {
        all_equal = false;
        EXPECT_EQ(column.status().code(), absl::StatusCode::kDataLoss) << column.status();
      } else if (column->type() != columns[i].type() || !column->Equals(columns[i])) {
        all_equal = false;
      }
      (void)ReadColumnRows(*file, NoProvider(), field, 3, 5);
    }
    std::vector<Damage> damages;
    EXPECT_TRUE(VerifySegment(*file, NoProvider(), true, &damages).ok());
    EXPECT_TRUE(all_equal || !damages.empty()) << "byte " << at;
  }
}

TEST_F(SegmentDamage, FlippedBytesOfCompactChunksLoseTheChunkAlone) {
  const Schema schema = CompactSchema();
  const std::vector<Column> columns = CompactColumns();
  const auto written = WriteSegment(*files_, schema, columns, 2, Storage::kCompact);
  ASSERT_TRUE(written.ok()) << written.status();
  std::string bytes = *io::ReadWholeFile(*files_, "segments/000000000002.seg", 1 << 20);
  const auto intact = SegmentFile::Open(*files_, written->file, std::make_shared<ReadStats>());
  ASSERT_TRUE(intact.ok());
  std::vector<BufferRange> ranges;
  AppendBuffers((*intact)->chunks()[1].root, &ranges);
  std::vector<Damage> damages;
  AppendDamagedChunks(**intact, ranges[0].offset + 3, 1, "flipped", &damages);
  ASSERT_EQ(damages.size(), 1U);
  EXPECT_EQ(damages[0].chunk, 1U);
  EXPECT_EQ(damages[0].lost, std::vector<RowRange>({{0, 200}}));
  bytes[ranges[0].offset + 3] ^= 1;
  ASSERT_TRUE(files_->ReplaceFile("segments/000000000002.seg", base::AsBytes(bytes)).ok());
  const auto file = SegmentFile::Open(*files_, written->file, std::make_shared<ReadStats>());
  ASSERT_TRUE(file.ok()) << file.status();
  const auto column = ReadColumnRows(*file, NoProvider(), schema.field(1), 0, 10);
  EXPECT_EQ(column.status().code(), absl::StatusCode::kDataLoss) << column.status();
}

// Puts `value` into a field of the header or the footer and makes all checksums right again.
std::string Forge(std::string bytes, const format::FixedField& field, uint32_t value,
                  bool in_header, FileIdentity* identity) {
  const size_t record = in_header ? 0 : bytes.size() - format::footer::kSize;
  base::StoreLittle<uint32_t>(reinterpret_cast<std::byte*>(bytes.data()) + record + field.offset,
                              value);
  EXPECT_TRUE(FixChecksums(&bytes, identity));
  return bytes;
}

class SegmentFormatVersion : public SegmentDamage {
 protected:
  absl::Status OpenForged(const format::FixedField& field, uint32_t value, bool in_header) {
    FileIdentity identity = identity_;
    const std::string forged = Forge(bytes_, field, value, in_header, &identity);
    return OpenStatus(forged, identity);
  }
};

TEST_F(SegmentFormatVersion, UnsupportedVersionIsRefusedByName) {
  for (const bool in_header : {true, false}) {
    const absl::Status newer = OpenForged(format::header::kVersion, 7, in_header);
    EXPECT_EQ(newer.code(), absl::StatusCode::kUnimplemented) << newer;
    EXPECT_NE(newer.message().find("version 7 is too new"), absl::string_view::npos) << newer;
    const absl::Status older = OpenForged(format::header::kVersion, 0, in_header);
    EXPECT_NE(older.message().find("version 0 is too old"), absl::string_view::npos) << older;
  }
}

TEST_F(SegmentFormatVersion, UnknownFeatureFlagIsRefusedByName) {
  for (const bool in_header : {true, false}) {
    const absl::Status status = OpenForged(format::header::kFlags, 12, in_header);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
    EXPECT_NE(status.message().find("feature flag 0x4 is unknown: written by a newer version"),
              absl::string_view::npos)
        << status;
  }
}

TEST_F(SegmentDamage, VerifierFindsNothingInAnIntactFile) {
  const auto file = OpenBytes(bytes_, identity_);
  ASSERT_TRUE(file.ok());
  std::vector<Damage> damages;
  ASSERT_TRUE(VerifySegment(*file, NoProvider(), true, &damages).ok());
  EXPECT_TRUE(damages.empty()) << damages[0].what;
}

// Every byte of the body that was changed under right checksums is found by deep verification.
TEST_F(SegmentDamage, DeepVerificationFindsEveryForgedByteOfTheBody) {
  const auto intact = OpenBytes(bytes_, identity_);
  ASSERT_TRUE(intact.ok());
  const size_t body_end = (*intact)->body().size();
  for (size_t at = format::kBodyOffset; at < body_end; ++at) {
    std::string forged = bytes_;
    forged[at] = static_cast<char>(forged[at] ^ 0x10);
    FileIdentity identity = identity_;
    ASSERT_TRUE(FixChecksums(&forged, &identity));
    const auto file = OpenBytes(forged, identity);
    ASSERT_TRUE(file.ok()) << file.status();
    std::vector<Damage> damages;
    ASSERT_TRUE(VerifySegment(*file, NoProvider(), true, &damages).ok());
    EXPECT_FALSE(damages.empty()) << "byte " << at;
  }
}

TEST_F(SegmentDamage, VerifierNamesTheLostRowsAndSalvageSavesTheRest) {
  constexpr int64_t kRows = 40'000;
  const Schema schema = *Schema::Make({{"n", Int64(), false}, {"s", Utf8()}, {"l", List(Int32())}});
  base::Random random(4);
  std::vector<Column> columns;
  for (const Field& field : schema.fields()) {
    columns.push_back(RandomColumn(field.type, kRows, Values::kNoNulls, random));
  }
  const auto written = WriteSegment(*files_, schema, columns, 5);
  ASSERT_TRUE(written.ok());
  std::string bytes = *io::ReadWholeFile(*files_, "segments/000000000005.seg", 1 << 24);
  bytes[2 * format::kPageBytes + 100] ^= 1;  // within the values of "n"
  ASSERT_TRUE(files_->ReplaceFile("segments/000000000005.seg", base::AsBytes(bytes)).ok());
  const auto file = SegmentFile::Open(*files_, written->file, std::make_shared<ReadStats>());
  ASSERT_TRUE(file.ok());
  std::vector<Damage> damages;
  ASSERT_TRUE(VerifySegment(*file, NoProvider(), false, &damages).ok());
  ASSERT_EQ(damages.size(), 1U);
  EXPECT_EQ(damages[0].offset, 2U * format::kPageBytes);
  EXPECT_EQ(damages[0].chunk, 0U);
  const uint64_t first = (2 * format::kPageBytes - format::kBodyOffset) / 8;
  ASSERT_EQ(damages[0].lost.size(), 1U);
  EXPECT_EQ(damages[0].lost[0], (RowRange{first, format::kPageBytes / 8}));
  // All other rows can be had, and these cannot.
  const uint64_t end = first + damages[0].lost[0].rows;
  const auto read = [&](const Field& field, uint64_t from, uint64_t rows) {
    return ReadColumnRows(*file, NoProvider(), field, from, rows);
  };
  EXPECT_TRUE(read(schema.field(0), 0, first)->Equals(*columns[0].Slice(0, first)));
  EXPECT_TRUE(read(schema.field(0), end, kRows - end)->Equals(*columns[0].Slice(end, kRows - end)));
  EXPECT_EQ(read(schema.field(0), first, 1).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(read(schema.field(0), kRows, 1).status().code(), absl::StatusCode::kOutOfRange);
}

class SegmentSalvage : public ::testing::TestWithParam<Storage> {};
INSTANTIATE_TEST_SUITE_P(Storages, SegmentSalvage,
                         ::testing::Values(Storage::kFast, Storage::kCompact));

TEST_P(SegmentSalvage, ReadsAnyRangeOfEveryType) {
  const Schema schema = AllTypesSchema();
  for (const Values values : {Values::kMixed, Values::kFewDistinct, Values::kOneValue}) {
    base::Random random(6);
    std::vector<Column> columns;
    for (const Field& field : schema.fields()) {
      columns.push_back(RandomColumn(field.type, 500, values, random));
    }
    const auto files = MakeFiles();
    const auto written = WriteSegment(*files, schema, columns, 1, GetParam());
    ASSERT_TRUE(written.ok());
    const auto file = SegmentFile::Open(*files, written->file, std::make_shared<ReadStats>());
    for (size_t i = 0; i < schema.size(); ++i) {
      for (const auto& [first, rows] : std::vector<std::pair<int64_t, int64_t>>{
               {0, 500}, {0, 0}, {13, 1}, {77, 300}, {500, 0}}) {
        const auto column =
            ReadColumnRows(*file, NoProvider(), schema.field(i), static_cast<uint64_t>(first),
                           static_cast<uint64_t>(rows));
        ASSERT_TRUE(column.ok()) << column.status();
        EXPECT_TRUE(column->Equals(*columns[i].Slice(first, rows)))
            << schema.field(i).type.ToString() << " " << first << " " << rows;
        EXPECT_TRUE(column->Validate().ok()) << column->Validate();
      }
    }
  }
}

}  // namespace
}  // namespace ashlar::segment
