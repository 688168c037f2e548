// Compact chunks: values, digests and statistics come back whatever their form, and packed leaves
// answer predicates as decoded ones do.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>

#include "ashlar/builder.h"
#include "src/base/check.h"
#include "src/columnar/bit_planes.h"
#include "src/columnar/bitmap.h"
#include "src/segment/chunk_sizes.h"
#include "src/segment/plane_codec.h"
#include "src/segment/segment_verifier.h"
#include "src/segment/zstd_codec.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

std::shared_ptr<SegmentFile> Open(io::FileSystem& files, const FileIdentity& identity) {
  auto file = SegmentFile::Open(files, identity, std::make_shared<ReadStats>());
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *file : nullptr;
}

std::vector<Column> RandomColumns(const Schema& schema, int64_t rows, Values values,
                                  base::Random& random) {
  std::vector<Column> columns;
  for (const Field& field : schema.fields()) {
    columns.push_back(RandomColumn(field.type, rows, values, random));
  }
  return columns;
}

class CompactSegment : public ::testing::TestWithParam<Values> {};

INSTANTIATE_TEST_SUITE_P(AllValues, CompactSegment,
                         ::testing::Values(Values::kMixed, Values::kFewDistinct, Values::kOneValue,
                                           Values::kAllNull, Values::kNoNulls));

TEST_P(CompactSegment, EveryTypeComesBackEqualAndWithTheSameDigests) {
  const Schema schema = AllTypesSchema();
  base::Random random(21);
  for (const int64_t rows : {0, 1, 7, 64, 1024, 1025, 3000}) {
    const auto files = MakeFiles();
    const std::vector<Column> columns = RandomColumns(schema, rows, GetParam(), random);
    const auto fast = WriteSegment(*files, schema, columns, 1);
    const auto compact = WriteSegment(*files, schema, columns, 2, Storage::kCompact);
    ASSERT_TRUE(fast.ok() && compact.ok()) << compact.status();
    EXPECT_EQ(compact->digest, fast->digest);
    EXPECT_LE(compact->file.bytes, fast->file.bytes);
    const auto file = Open(*files, compact->file);
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(file->chunks().Digests(), Open(*files, fast->file)->chunks().Digests());
    const SegmentReader reader(file, NoProvider());
    for (size_t i = 0; i < schema.size(); ++i) {
      const absl::StatusOr<Column> column = reader.ReadColumn(schema.field(i));
      ASSERT_TRUE(column.ok()) << column.status();
      EXPECT_TRUE(column->Equals(columns[i])) << schema.field(i).type.ToString();
      EXPECT_TRUE(column->Validate().ok()) << column->Validate();
    }
    std::vector<Damage> damages;
    ASSERT_TRUE(VerifySegment(file, NoProvider(), /*deep=*/true, &damages).ok());
    EXPECT_TRUE(damages.empty()) << damages[0].what;
  }
}

TEST(CompactSegment, SameInputGivesSameBytes) {
  std::string bytes[2];
  for (std::string& copy : bytes) {
    const auto files = MakeFiles();
    ASSERT_TRUE(WriteSegment(*files, CompactSchema(), CompactColumns(), 1, Storage::kCompact).ok());
    copy = *io::ReadWholeFile(*files, "segments/000000000001.seg", 1 << 20);
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST(CompactSegment, DecodedChunksAreCountedAsCopiedNotBorrowed) {
  const auto files = MakeFiles();
  const Schema schema = CompactSchema();
  const auto written = WriteSegment(*files, schema, CompactColumns(), 1, Storage::kCompact);
  ASSERT_TRUE(written.ok());
  const auto file = Open(*files, written->file);
  const SegmentReader reader(file, NoProvider());
  const absl::StatusOr<Column> team = reader.ReadColumn(schema.field(1));
  ASSERT_TRUE(team.ok()) << team.status();
  EXPECT_EQ(team->encoding(), Encoding::kDictionary);
  const ReadStats& stats = file->stats();
  EXPECT_EQ(stats.chunks_touched.load(), 1U);
  EXPECT_EQ(stats.chunks_decoded.load(), 1U);
  EXPECT_EQ(stats.bytes_borrowed.load(), 0U);
  EXPECT_GE(stats.bytes_copied.load(), 200U);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(team->data()->values.data()) % 64, 0U);
  ASSERT_TRUE(reader.ReadPacked(schema.field(1)).ok());
  EXPECT_EQ(stats.chunks_packed.load(), 1U);
  EXPECT_GT(stats.bytes_borrowed.load(), 0U);
  // What is too small to be worth a form is viewed; no more than that is pinned.
  EXPECT_LE(stats.pinned_bytes.load(), 64U);
}

// Values of few bits around a base that changes from zone to zone, negative where the type can be.
absl::Status AppendNarrow(const DataType& type, int64_t row, bool nulls, base::Random& random,
                          ColumnBuilder& out) {
  if (nulls && random.OneIn(7)) {
    out.AppendNull();
    return absl::OkStatus();
  }
  if (type.id() == TypeId::kStruct) {
    for (size_t i = 0; i < type.fields().size(); ++i) {
      const absl::Status status =
          AppendNarrow(type.fields()[i].type, row, nulls, random, out.child(i));
      if (!status.ok()) return status;
    }
    return out.AppendNested();
  }
  const auto value = static_cast<int64_t>(random.Uniform(14)) + row / 1024;
  if (type.is_variable_size()) return out.AppendBytes("value " + std::to_string(value));
  if (type.is_unsigned_integer()) {
    const bool is_wide = type.id() == TypeId::kUInt64;
    return out.AppendUInt64(static_cast<uint64_t>(value) + (is_wide ? ~uint64_t{0} - 100 : 100));
  }
  const bool is_wide = type.id() == TypeId::kInt64;
  return out.AppendInt64(value + (is_wide ? std::numeric_limits<int64_t>::min() : -9));
}

Column NarrowColumn(const DataType& type, int64_t rows, bool nulls, base::Random& random) {
  ColumnBuilder builder(type);
  for (int64_t row = 0; row < rows; ++row) {
    ASHLAR_CHECK_OK(AppendNarrow(type, row, nulls, random, builder));
  }
  return builder.Finish();
}

// Every type that can be packed, at the top and below structs, against the decoded column.
class PackedLeaves : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Nulls, PackedLeaves, ::testing::Bool());

uint64_t OrderedBits(const Column& column, int64_t row) {
  return column.type().is_unsigned_integer() ? column.GetUInt64(row)
                                             : static_cast<uint64_t>(column.GetInt64(row));
}

void ExpectPacked(const columnar::PackedColumn& packed, const Column& column) {
  ASSERT_EQ(packed.length, column.length());
  EXPECT_EQ(packed.null_count, column.null_count());
  ASSERT_EQ(packed.zone_count(), (static_cast<size_t>(packed.length) + 1023) / 1024);
  for (size_t i = 0; i < packed.zone_count(); ++i) {
    uint64_t numbers[base::kZoneRows];
    columnar::UnpackZone(packed, i, numbers);
    alignas(8) std::byte raw[base::kZoneRows * 8];
    columnar::UnpackZone(packed, i, raw);
    for (size_t row = 0; row < packed.zone_rows(i); ++row) {
      const auto index = static_cast<int64_t>(i * 1024 + row);
      const bool valid = packed.validity.empty() || columnar::GetBit(packed.validity.data(), index);
      ASSERT_EQ(valid, !column.IsNull(index));
      uint64_t low_bytes = 0;
      std::memcpy(&low_bytes, raw + row * packed.value_width, packed.value_width);
      const int shift = 64 - 8 * packed.value_width;
      ASSERT_EQ(low_bytes, numbers[row] << shift >> shift);
      if (!valid) continue;
      if (packed.dictionary == nullptr) {
        ASSERT_EQ(numbers[row], OrderedBits(column, index)) << "row " << index;
        continue;
      }
      ASSERT_LT(numbers[row], static_cast<uint64_t>(packed.dictionary->length));
      const auto value = Column(packed.dictionary).Slice(static_cast<int64_t>(numbers[row]), 1);
      ASSERT_TRUE(value->Equals(*column.Slice(index, 1))) << "row " << index;
    }
  }
}

TEST_P(PackedLeaves, HoldWhatDecodedColumnsHold) {
  base::Random random(33);
  const std::vector<DataType> types = {Int8(),   Int16(),  Int32(),  Int64(), UInt8(),    UInt16(),
                                       UInt32(), UInt64(), Date32(), Utf8(),  Timestamp()};
  std::vector<Field> fields;
  std::vector<Field> members;
  for (const DataType& type : types) {
    fields.push_back({"f" + std::to_string(fields.size()), type});
    members.push_back({"m" + std::to_string(members.size()), type});
  }
  fields.push_back({"s", Struct({{"inner", Struct(members)}})});
  const Schema schema = *Schema::Make(fields);
  size_t packed_leaves = 0;
  for (const int64_t rows : {500, 3000, 4096}) {
    const auto files = MakeFiles();
    std::vector<Column> columns;
    for (const Field& field : schema.fields()) {
      columns.push_back(NarrowColumn(field.type, rows, GetParam(), random));
    }
    const auto written = WriteSegment(*files, schema, columns, 1, Storage::kCompact);
    ASSERT_TRUE(written.ok()) << written.status();
    const SegmentReader reader(Open(*files, written->file), NoProvider());
    const auto expect = [&](const Field& field, std::span<const size_t> path,
                            const Column& column) {
      const auto packed = reader.ReadPacked(field, path);
      ASSERT_TRUE(packed.ok()) << packed.status();
      if (!packed->has_value()) return;
      ++packed_leaves;
      ExpectPacked(**packed, column);
    };
    for (size_t i = 0; i < types.size(); ++i) {
      expect(schema.field(i), {}, columns[i]);
      // The canonical member: null where its structs are.
      const auto whole = reader.ReadColumn(schema.field(types.size()));
      ASSERT_TRUE(whole.ok());
      const size_t path[] = {0, i};
      expect(schema.field(types.size()), path, whole->child(0).child(i));
    }
  }
  // Each type, at the top and below structs, for every number of rows.
  EXPECT_EQ(packed_leaves, 3 * 2 * types.size());
}

TEST(PackedLeaf, AnswersRangesWithoutUnpacking) {
  const auto files = MakeFiles();
  const Schema schema = CompactSchema();
  const std::vector<Column> columns = CompactColumns();
  const auto written = WriteSegment(*files, schema, columns, 1, Storage::kCompact);
  ASSERT_TRUE(written.ok());
  const SegmentReader reader(Open(*files, written->file), NoProvider());
  const auto packed = reader.ReadPacked(schema.field(0));
  ASSERT_TRUE(packed.ok() && packed->has_value());
  const columnar::PackedColumn& year = **packed;
  ASSERT_EQ(year.zone_count(), 1U);
  EXPECT_LT(year.zone(0).width, 8);
  uint64_t mask[columnar::kPlaneWords];
  columnar::SelectRange(year.zone(0).planes, year.zone(0).width, 1950 - year.zone(0).base,
                        1980 - year.zone(0).base, mask);
  for (int64_t row = 0; row < 200; ++row) {
    const bool selected =
        (mask[row / 64] >> (row % 64) & 1) != 0 && columnar::GetBit(year.validity.data(), row);
    const int64_t value = columns[0].GetInt64(row);
    EXPECT_EQ(selected, !columns[0].IsNull(row) && 1950 <= value && value <= 1980) << row;
  }
}

TEST(PackedLeaf, IsNothingForOtherForms) {
  const auto files = MakeFiles();
  const Schema schema = CompactSchema();
  const std::vector<Column> columns = CompactColumns();
  const auto compact = WriteSegment(*files, schema, columns, 1, Storage::kCompact);
  const auto fast = WriteSegment(*files, schema, columns, 2);
  ASSERT_TRUE(compact.ok() && fast.ok());
  const SegmentReader reader(Open(*files, compact->file), NoProvider());
  const auto is_packed = [](const SegmentReader& from, const Field& field,
                            std::vector<size_t> path = {}) {
    const auto packed = from.ReadPacked(field, path);
    EXPECT_TRUE(packed.ok()) << packed.status();
    return packed.ok() && packed->has_value();
  };
  EXPECT_TRUE(is_packed(reader, schema.field(0)));
  EXPECT_TRUE(is_packed(reader, schema.field(1)));
  EXPECT_TRUE(is_packed(reader, schema.field(4), {0}));
  EXPECT_TRUE(is_packed(reader, schema.field(4), {1}));
  EXPECT_FALSE(is_packed(reader, schema.field(2)));       // compressed
  EXPECT_FALSE(is_packed(reader, schema.field(4)));       // no leaf
  EXPECT_FALSE(is_packed(reader, schema.field(4), {2}));  // no member
  EXPECT_FALSE(is_packed(reader, schema.field(0), {0}));  // no struct
  EXPECT_FALSE(is_packed(reader, schema.field(5), {0}));  // below a list
  Field younger = schema.field(0);
  younger.id = 99;
  EXPECT_FALSE(is_packed(reader, younger));
  const SegmentReader raw(Open(*files, fast->file), NoProvider());
  EXPECT_FALSE(is_packed(raw, schema.field(0)));
}

PinnedBytes BytesOf(const std::vector<std::byte>& bytes) {
  return PinnedBytes(nullptr, std::span(bytes));
}

NumberRange Codes(uint64_t count) {
  return {.width = 2, .is_signed = false, .low = 0, .high = count - 1};
}

TEST(PlaneCodec, RefusesPlanesThatAreNotWhatTheyClaim) {
  std::vector<std::byte> codes(2 * 1500);
  for (size_t row = 0; row < 1500; ++row) {
    base::StoreLittle<uint16_t>(codes.data() + 2 * row, static_cast<uint16_t>(row % 300));
  }
  const PinnedBytes packed = PackNumbers(codes, Codes(300), {});
  // A whole zone of nine planes, a cut one of nine planes of eight words, two bases, two widths.
  ASSERT_EQ(packed.size(), 9U * 128 + 9U * 64 + 18);
  const std::vector<std::byte> good(packed.bytes().begin(), packed.bytes().end());
  const auto parse = [](const std::vector<std::byte>& bytes, uint64_t rows = 1500) {
    return ParsePlanes(BytesOf(bytes), rows, 16).status();
  };
  EXPECT_TRUE(parse(good).ok());
  EXPECT_EQ(parse(good, 1023).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(parse(good, 2049).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(parse({}, 1).code(), absl::StatusCode::kDataLoss);
  for (const size_t end : {size_t{1}, size_t{2}}) {
    for (const uint8_t width : {0, 8, 10, 17, 255}) {
      std::vector<std::byte> bad = good;
      bad[bad.size() - end] = std::byte{width};
      EXPECT_FALSE(parse(bad).ok()) << static_cast<int>(width);
    }
  }
  std::vector<std::byte> behind = good;
  behind[9 * 128 + 64 - 1] = std::byte{0x80};  // row 511 of the 476 of the last zone
  EXPECT_FALSE(parse(behind).ok());
  const auto planes = ParsePlanes(BytesOf(good), 1500, 16);
  ASSERT_TRUE(planes.ok());
  EXPECT_TRUE(ProveRange(*planes, Codes(300)).ok());
  EXPECT_FALSE(ProveRange(*planes, Codes(299)).ok());
  EXPECT_FALSE(ProveRange(*planes, Codes(1)).ok());
}

TEST(PlaneCodec, ProvesSignedAndUnsignedLimits) {
  const std::vector<int8_t> values = {-128, 127, 0, -1};
  const NumberRange range{.width = 1, .is_signed = true, .low = ~uint64_t{0x7f}, .high = 0x7f};
  const PinnedBytes packed = PackNumbers(std::as_bytes(std::span(values)), range, {});
  auto planes = *ParsePlanes(packed, 4, 8);
  EXPECT_TRUE(ProveRange(planes, range).ok());
  EXPECT_EQ(static_cast<int64_t>(planes.zones[0].base), -128);
  planes.zones[0].base += 1;
  EXPECT_FALSE(ProveRange(planes, range).ok());
  planes.zones[0].base -= 2;
  EXPECT_FALSE(ProveRange(planes, range).ok());
  const std::vector<uint64_t> wide = {0, ~uint64_t{0}, 5};
  const NumberRange all{.width = 8, .is_signed = false, .low = 0, .high = ~uint64_t{0}};
  auto unbounded = *ParsePlanes(PackNumbers(std::as_bytes(std::span(wide)), all, {}), 3, 64);
  EXPECT_EQ(unbounded.zones[0].width, 64);
  EXPECT_TRUE(ProveRange(unbounded, all).ok());
  unbounded.zones[0].base = 1;
  EXPECT_FALSE(ProveRange(unbounded, all).ok());
}

TEST(PlaneCodec, OffsetsMustEndWithTheirValues) {
  const std::vector<int32_t> offsets = {0, 3, 3, 10, 11};
  const PinnedBytes packed = PackOffsets(std::as_bytes(std::span(offsets)));
  const auto planes = ParsePlanes(packed, 4, 32);
  ASSERT_TRUE(planes.ok());
  const auto unpacked = UnpackOffsets(*planes, 11);
  ASSERT_TRUE(unpacked.ok());
  EXPECT_EQ(base::AsStringView(unpacked->bytes()),
            base::AsStringView(std::as_bytes(std::span(offsets))));
  EXPECT_FALSE(UnpackOffsets(*planes, 10).ok());
  EXPECT_FALSE(UnpackOffsets(*planes, 12).ok());
}

TEST(ZstdCodec, RefusesFramesThatAreNotWhatTheTableSays) {
  const std::string text(5000, 'a');
  ZstdCompressor compressor;
  const PinnedBytes frame = compressor.Compress(base::AsBytes(text));
  ASSERT_LT(frame.size(), 100U);
  EXPECT_EQ(ZstdDecompress(frame.bytes(), 5000)->view(), text);
  EXPECT_FALSE(ZstdDecompress(frame.bytes(), 4999).ok());
  EXPECT_FALSE(ZstdDecompress(frame.bytes(), 5001).ok());
  EXPECT_FALSE(ZstdDecompress(frame.bytes().first(frame.size() - 1), 5000).ok());
  std::string twice(frame.view());
  twice += frame.view();
  EXPECT_FALSE(ZstdDecompress(base::AsBytes(twice), 10'000).ok());
  EXPECT_FALSE(ZstdDecompress(base::AsBytes(twice), 5000).ok());
}

// What a hostile table may make a reader allocate.
TEST(ChunkSizes, ClaimsOutOfProportionAreRefused) {
  EXPECT_TRUE(IsRatioAllowed(1, uint64_t{1} << 20));
  EXPECT_FALSE(IsRatioAllowed(1, (uint64_t{1} << 20) + 1024));
  EXPECT_TRUE(IsRatioAllowed(4096, uint64_t{4096} * 1024));
  EXPECT_FALSE(IsRatioAllowed(4096, uint64_t{4097} * 1024));
  ChunkNode node;
  node.length = uint64_t{1} << 20;
  node.values = {256, 100};
  node.values_form = BufferForm::kZstd;
  node.decoded_values = node.length * 8;
  EXPECT_FALSE(CheckSizes(Int64(), node).ok());
  node.values.size = uint64_t{8} << 10;
  EXPECT_TRUE(CheckSizes(Int64(), node).ok());
  node.decoded_values += 8;
  EXPECT_FALSE(CheckSizes(Int64(), node).ok());
  node.decoded_values -= 8;
  node.values_form = BufferForm::kPlanes;
  EXPECT_FALSE(CheckSizes(Int64(), node).ok());
  node.values.size = 9 * 1024;
  EXPECT_TRUE(CheckSizes(Int64(), node).ok());
  EXPECT_FALSE(CheckSizes(Float64(), node).ok());
  node.values_form = BufferForm::kRaw;
  EXPECT_FALSE(CheckSizes(Int64(), node).ok());
}

// The writer keeps to the same limit.
TEST(CompactSegment, HugeRunsStayWithinTheRatio) {
  ColumnBuilder builder(Utf8());
  ASHLAR_CHECK_OK(builder.AppendBytes(std::string(size_t{3} << 20, 'a')));
  ASHLAR_CHECK_OK(builder.AppendBytes("b"));
  const Schema schema = *Schema::Make({{"text", Utf8()}});
  const std::vector<Column> columns = {builder.Finish()};
  const auto files = MakeFiles();
  const auto written = WriteSegment(*files, schema, columns, 1, Storage::kCompact);
  ASSERT_TRUE(written.ok()) << written.status();
  const auto file = Open(*files, written->file);
  EXPECT_EQ(file->chunks()[0].root.values_form, BufferForm::kRaw);
  const absl::StatusOr<Column> column =
      SegmentReader(file, NoProvider()).ReadColumn(schema.field(0));
  ASSERT_TRUE(column.ok()) << column.status();
  EXPECT_TRUE(column->Equals(columns[0]));
}

}  // namespace
}  // namespace ashlar::segment
