// Reading back what was written: values, zero copy, alignment, references and younger fields.
#include <gtest/gtest.h>

#include <filesystem>

#include "src/columnar/canonical.h"
#include "src/columnar/dictionary.h"
#include "src/io/posix_file_system.h"
#include "src/segment/format.h"
#include "src/segment/segment_tail.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

std::shared_ptr<SegmentFile> Open(io::FileSystem& files, const FileIdentity& identity,
                                  std::shared_ptr<ReadStats> stats = nullptr) {
  if (stats == nullptr) stats = std::make_shared<ReadStats>();
  absl::StatusOr<std::shared_ptr<SegmentFile>> file = SegmentFile::Open(files, identity, stats);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *file : nullptr;
}

std::vector<Column> RandomColumns(const Schema& schema, int64_t rows, Values values,
                                  uint64_t seed) {
  base::Random random(seed);
  std::vector<Column> columns;
  for (const Field& field : schema.fields()) {
    columns.push_back(RandomColumn(field.type, rows, values, random));
  }
  return columns;
}

void ExpectRoundTrip(io::FileSystem& files, const Schema& schema,
                     const std::vector<Column>& columns, uint64_t id) {
  const absl::StatusOr<WrittenSegment> written = WriteSegment(files, schema, columns, id);
  ASSERT_TRUE(written.ok()) << written.status();
  const std::shared_ptr<SegmentFile> file = Open(files, written->file);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->schema(), schema);
  EXPECT_EQ(file->digest(), written->digest);
  const SegmentReader reader(file, NoProvider());
  for (size_t i = 0; i < schema.size(); ++i) {
    const absl::StatusOr<Column> column = reader.ReadColumn(schema.field(i));
    ASSERT_TRUE(column.ok()) << column.status();
    EXPECT_TRUE(column->Equals(columns[i])) << schema.field(i).type.ToString();
    EXPECT_TRUE(column->Validate().ok()) << column->Validate();
  }
}

class SegmentRoundTrip : public ::testing::TestWithParam<Values> {};

TEST_P(SegmentRoundTrip, EveryTypeComesBackEqual) {
  const auto files = MakeFiles();
  const Schema schema = AllTypesSchema();
  uint64_t id = 1;
  for (const int64_t rows : {0, 1, 7, 64, 1025, 3000}) {
    ExpectRoundTrip(*files, schema,
                    RandomColumns(schema, rows, GetParam(), static_cast<uint64_t>(rows)), id++);
  }
}

INSTANTIATE_TEST_SUITE_P(AllValues, SegmentRoundTrip,
                         ::testing::Values(Values::kMixed, Values::kFewDistinct, Values::kOneValue,
                                           Values::kAllNull, Values::kNoNulls));

TEST(SegmentView, RoundTripOnDiskMappedAndCopied) {
  const std::string directory = ::testing::TempDir() + "ashlar_segment_view_test";
  for (const bool map : {true, false}) {
    std::filesystem::remove_all(directory);
    auto files = io::OpenPosixFileSystem(directory, {.create = true, .map = map});
    ASSERT_TRUE(files.ok()) << files.status();
    ASSERT_TRUE((*files)->CreateDirectory("segments").ok());
    const Schema schema = AllTypesSchema();
    ExpectRoundTrip(**files, schema, RandomColumns(schema, 5000, Values::kMixed, 3), 1);
  }
  std::filesystem::remove_all(directory);
}

TEST(SegmentView, ViewDecodeEqualsCopyDecode) {
  const auto files = MakeFiles();
  const Schema schema = AllTypesSchema();
  const std::vector<Column> columns = RandomColumns(schema, 2000, Values::kFewDistinct, 5);
  const absl::StatusOr<WrittenSegment> written = WriteSegment(*files, schema, columns, 1);
  ASSERT_TRUE(written.ok());
  const SegmentReader reader(Open(*files, written->file), NoProvider());
  int encoded = 0;
  for (size_t i = 0; i < schema.size(); ++i) {
    const absl::StatusOr<Column> view = reader.ReadColumn(schema.field(i));
    ASSERT_TRUE(view.ok()) << view.status();
    const absl::StatusOr<Column> copy = columnar::DecodeToPlain(*view);
    ASSERT_TRUE(copy.ok()) << copy.status();
    EXPECT_TRUE(view->Equals(*copy)) << schema.field(i).type.ToString();
    if (view->encoding() != Encoding::kPlain) ++encoded;
  }
  EXPECT_GT(encoded, 5);
}

void ExpectInside(const ColumnData& data, std::span<const std::byte> map) {
  for (const PinnedBytes& buffer : {data.validity, data.offsets, data.values}) {
    if (buffer.empty()) continue;
    EXPECT_GE(buffer.data(), map.data());
    EXPECT_LE(buffer.data() + buffer.size(), map.data() + map.size());
    EXPECT_EQ((buffer.data() - map.data()) % 64, 0);
  }
  if (data.dictionary != nullptr) ExpectInside(*data.dictionary, map);
  for (const auto& child : data.children) ExpectInside(*child, map);
}

TEST(SegmentView, BuffersAreViewsIntoTheMapAndAligned) {
  const auto files = MakeFiles();
  const Schema schema = AllTypesSchema();
  const absl::StatusOr<WrittenSegment> written =
      WriteSegment(*files, schema, RandomColumns(schema, 777, Values::kMixed, 9), 1);
  ASSERT_TRUE(written.ok());
  const std::shared_ptr<SegmentFile> file = Open(*files, written->file);
  const SegmentReader reader(file, NoProvider());
  for (const Field& field : schema.fields()) {
    const absl::StatusOr<Column> view = reader.ReadColumn(field);
    ASSERT_TRUE(view.ok());
    ExpectInside(*view->data(), file->body());
  }
  EXPECT_EQ(file->stats().bytes_copied.load(), 0U);
}

TEST(SegmentFormat, EveryBufferIsAlignedOrderedAndZeroPadded) {
  const auto files = MakeFiles();
  const Schema schema = AllTypesSchema();
  const absl::StatusOr<WrittenSegment> written =
      WriteSegment(*files, schema, RandomColumns(schema, 3001, Values::kMixed, 11), 1);
  ASSERT_TRUE(written.ok());
  const std::shared_ptr<SegmentFile> file = Open(*files, written->file);
  uint64_t end = format::kBodyOffset;
  for (const ChunkEntry& entry : file->chunks().entries) {
    std::vector<BufferRange> ranges;
    AppendBuffers(entry.root, &ranges);
    AppendZoneMaps(entry.root, &ranges);
    for (const BufferRange& range : ranges) {
      EXPECT_EQ(range.offset % 64, 0U);
      ASSERT_GE(range.offset, end);
      for (uint64_t at = end; at < range.offset; ++at) {
        ASSERT_EQ(file->body()[at], std::byte{0}) << at;
      }
      end = range.offset + range.size;
    }
  }
  EXPECT_EQ(file->body().size() % 64, 0U);
}

TEST(SegmentFormat, SameInputGivesSameBytes) {
  const auto a = MakeFiles();
  const auto b = MakeFiles();
  const WrittenSegment first = WriteSmall(*a);
  const WrittenSegment second = WriteSmall(*b);
  EXPECT_EQ(first.file, second.file);
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(*io::ReadWholeFile(*a, "segments/000000000001.seg", 1 << 20),
            *io::ReadWholeFile(*b, "segments/000000000001.seg", 1 << 20));
}

TEST(SegmentFormat, ByteCountsAddUp) {
  const auto files = MakeFiles();
  const WrittenSegment written = WriteSmall(*files);
  EXPECT_EQ(written.batch_bytes + written.dictionary_bytes + written.metadata_bytes,
            written.file.bytes);
  EXPECT_GT(written.batch_bytes, 0U);
  EXPECT_GT(written.dictionary_bytes, 0U);
}

TEST(SegmentView, ReferenceIsReadFromTheHolder) {
  const auto files = MakeFiles();
  const WrittenSegment held = WriteSmall(*files);
  const std::shared_ptr<SegmentFile> holder = Open(*files, held.file);
  const std::vector<Column> columns = SmallColumns();
  auto writer = SegmentWriter::Create(*files, SmallSchema(), 10, {.segment_id = 2});
  ASSERT_TRUE(writer.ok());
  for (uint32_t i = 0; i < 4; ++i) {
    ASSERT_TRUE((*writer)->AddReference(holder->chunks()[i].digest, {1, i}).ok());
  }
  const absl::StatusOr<WrittenSegment> written = (*writer)->Finish();
  ASSERT_TRUE(written.ok()) << written.status();
  ASSERT_TRUE((*writer)->Sync().ok());
  EXPECT_EQ(written->batch_bytes, 0U);
  EXPECT_EQ(written->digest, held.digest);
  int calls = 0;
  const SegmentReader reader(Open(*files, written->file), [&](uint64_t id) {
    EXPECT_EQ(id, 1U);
    ++calls;
    return absl::StatusOr<std::shared_ptr<SegmentFile>>(holder);
  });
  for (size_t i = 0; i < columns.size(); ++i) {
    const absl::StatusOr<Column> column = reader.ReadColumn(SmallSchema().field(i));
    ASSERT_TRUE(column.ok()) << column.status();
    EXPECT_TRUE(column->Equals(columns[i]));
    EXPECT_TRUE(reader.ReadZoneMaps(SmallSchema().field(i)).ok());
  }
  EXPECT_EQ(calls, 8);
}

TEST(SegmentView, ReferenceToAnotherChunkIsRefused) {
  const auto files = MakeFiles();
  const WrittenSegment held = WriteSmall(*files);
  const std::shared_ptr<SegmentFile> holder = Open(*files, held.file);
  const absl::StatusOr<Schema> schema = Schema::Make({{"id", Int64(), false}});
  // Another digest, another type, and an ordinal that is not there.
  for (const uint32_t ordinal : {1U, 2U, 9U}) {
    auto writer = SegmentWriter::Create(*files, *schema, 10, {.segment_id = 10 + ordinal});
    ASSERT_TRUE((*writer)->AddReference(holder->chunks()[0].digest, {1, ordinal}).ok());
    const absl::StatusOr<WrittenSegment> written = (*writer)->Finish();
    ASSERT_TRUE((*writer)->Sync().ok());
    const SegmentReader reader(Open(*files, written->file), [&](uint64_t) {
      return absl::StatusOr<std::shared_ptr<SegmentFile>>(holder);
    });
    const absl::StatusOr<Column> column = reader.ReadColumn(schema->field(0));
    EXPECT_EQ(column.status().code(), absl::StatusCode::kDataLoss) << column.status();
  }
}

TEST(SegmentView, YoungerFieldReadsAsNull) {
  const auto files = MakeFiles();
  const WrittenSegment written = WriteSmall(*files);
  const SegmentReader reader(Open(*files, written.file), NoProvider());
  const Schema schema = AllTypesSchema();
  for (const Field& all : schema.fields()) {
    Field field = all;
    field.id = 99;
    const absl::StatusOr<Column> column = reader.ReadColumn(field);
    ASSERT_TRUE(column.ok());
    EXPECT_EQ(column->length(), 10);
    EXPECT_EQ(column->null_count(), 10);
    EXPECT_TRUE(column->Validate().ok()) << field.type.ToString() << column->Validate();
    base::Random random(1);
    EXPECT_TRUE(column->Equals(RandomColumn(field.type, 10, Values::kAllNull, random)))
        << field.type.ToString();
    EXPECT_TRUE(reader.ReadZoneMaps(field)->empty());
  }
  Field changed = SmallSchema().field(0);
  changed.type = Utf8();
  EXPECT_EQ(reader.ReadColumn(changed).status().code(), absl::StatusCode::kDataLoss);
}

TEST(SegmentWriter, MisuseIsRefused) {
  const auto files = MakeFiles();
  const std::vector<Column> columns = SmallColumns();
  auto writer = SegmentWriter::Create(*files, SmallSchema(), 10, {.segment_id = 1});
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ((*writer)->AddChunk({}, columns[1]).code(), absl::StatusCode::kInvalidArgument);
  const absl::StatusOr<Column> fewer = columns[0].Slice(0, 5);
  EXPECT_EQ((*writer)->AddChunk({}, *fewer).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ((*writer)->AddReference({}, {1, 0}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ((*writer)->Finish().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*writer)->CreateFile().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*writer)->Sync().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(WriteSegment(*files, SmallSchema(), columns, 1).ok());
  EXPECT_EQ(WriteSegment(*files, SmallSchema(), columns, 1).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(SegmentWriter::Create(*files, SmallSchema(), uint64_t{1} << 32, {.segment_id = 2})
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace ashlar::segment
