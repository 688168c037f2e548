// Batches in the commit log: what comes back, how large it is, and what schemas may do meanwhile.
#include "src/columnar/batch_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include "src/columnar/buffer_arena.h"
#include "tests/columnar/batch_testing.h"
#include "tests/columnar/column_samples.h"
#include "tests/testing/random_data.h"

namespace ashlar::columnar {
namespace {

using testing::HasSubstr;

uint64_t Seeds(uint64_t normally) {
  const char* wanted = std::getenv("ASHLAR_BATCH_SEEDS");
  return wanted == nullptr ? normally : std::strtoull(wanted, nullptr, 10);
}

// Mostly few rows, as commits have.
int64_t RandomRows(base::Random& random) {
  if (random.OneIn(3)) return 1;
  return static_cast<int64_t>(random.Uniform(random.OneIn(20) ? 1500 : 30));
}

RecordBatch RandomRowsOf(const Schema& schema, base::Random& random) {
  testkit::RandomBatchOptions options;
  options.null_fraction = random.OneIn(4) ? 0.9 : 0.1;
  options.cardinality = random.OneIn(2) ? 1 + random.Uniform(4) : 0;
  options.max_string_bytes = random.OneIn(20) ? 400 : 12;
  return testkit::RandomBatch(schema, RandomRows(random), random, options);
}

void ExpectSame(const RecordBatch& decoded, const RecordBatch& batch) {
  ASSERT_TRUE(decoded.schema() == batch.schema());
  ASSERT_EQ(decoded.rows(), batch.rows());
  ASSERT_TRUE(decoded.Equals(batch));
  for (const Column& column : decoded.columns()) {
    ASSERT_TRUE(column.Validate().ok()) << column.Validate();
  }
}

TEST(BatchCodec, RandomBatchesComeBack) {
  for (uint64_t seed = 1; seed <= Seeds(3000); ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const Schema schema = testkit::RandomSchema(random);
    const RecordBatch batch = InOtherForms(RandomRowsOf(schema, random), random);
    const std::string bytes = EncodeBatch(batch);
    ASSERT_EQ(bytes, EncodeBatch(batch));
    const absl::StatusOr<RecordBatch> decoded = DecodeWhole(bytes, schema);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ExpectSame(*decoded, batch);
    if (HasFatalFailure()) return;
  }
}

TEST(BatchCodec, SlicesComeBack) {
  for (uint64_t seed = 1; seed <= Seeds(1000); ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const Schema schema = testkit::RandomSchema(random);
    const RecordBatch batch = InOtherForms(RandomRowsOf(schema, random), random);
    const auto rows = static_cast<uint64_t>(batch.rows());
    const uint64_t offset = random.Uniform(rows + 1);
    const uint64_t length =
        random.OneIn(2) ? std::min<uint64_t>(1, rows - offset) : random.Uniform(rows - offset + 1);
    const RecordBatch slice =
        batch.Slice(static_cast<int64_t>(offset), static_cast<int64_t>(length)).value();
    const absl::StatusOr<RecordBatch> decoded = DecodeWhole(EncodeBatch(slice), schema);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ExpectSame(*decoded, slice);
    if (HasFatalFailure()) return;
  }
}

// What is plain has one way to be written, wherever it lies and whatever hides in null slots.
TEST(BatchCodec, EqualPlainColumnsAreEqualBytes) {
  base::Random random(5);
  for (const DataType& type : TypesToTest()) {
    const Column column = RandomColumn(type, 70, true, 9, random);
    const ColumnPiece piece = Whole(column);
    const Column canonical = MakeCanonical(type, {&piece, 1}).value();
    const std::string bytes = EncodeBatch(MakeBatch({{"f", type}}, {canonical}));
    for (const Column& other :
         {WithGarbageInNulls(canonical, random), AtAnotherOffset(canonical, random)}) {
      EXPECT_EQ(EncodeBatch(MakeBatch({{"f", type}}, {other})), bytes) << type.ToString();
    }
  }
}

TEST(BatchCodec, BuffersAreAligned) {
  base::Random random(9);
  const Schema schema = testkit::RandomSchema(random, {.min_fields = 20, .max_fields = 20});
  const RecordBatch batch = testkit::RandomBatch(schema, 33, random);
  const RecordBatch decoded = DecodeWhole(EncodeBatch(batch), schema).value();
  for (const Column& column : decoded.columns()) {
    for (const PinnedBytes* buffer :
         {&column.data()->validity, &column.data()->offsets, &column.data()->values}) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % base::kBufferAlignment, 0U);
    }
  }
}

RecordBatch TwelveFields() {
  const Schema schema = Schema::Make({{"id", Int64()},
                                      {"count", Int32()},
                                      {"level", Int16()},
                                      {"flag", Bool()},
                                      {"price", Float64()},
                                      {"weight", Float32()},
                                      {"day", Date32()},
                                      {"at", Timestamp()},
                                      {"city", Utf8()},
                                      {"note", Utf8()},
                                      {"tag", Binary()},
                                      {"uuid", FixedSizeBinary(16)}})
                            .value();
  RecordBatchBuilder builder(schema);
  for (const size_t i : {0U, 1U, 2U, 6U, 7U}) EXPECT_TRUE(builder.column(i).AppendInt64(7).ok());
  EXPECT_TRUE(builder.column(3).AppendBool(true).ok());
  for (const size_t i : {4U, 5U}) EXPECT_TRUE(builder.column(i).AppendDouble(0.5).ok());
  for (const size_t i : {8U, 9U, 10U})
    EXPECT_TRUE(builder.column(i).AppendBytes("0123456789").ok());
  EXPECT_TRUE(builder.column(11).AppendBytes("0123456789abcdef").ok());
  return builder.Finish().value();
}

TEST(BatchCodec, OneRowCostsLittleMoreThanItsValues) {
  constexpr size_t kValues = 8 + 4 + 2 + 1 + 8 + 4 + 4 + 8 + 3 * 10 + 16;
  EXPECT_LE(EncodeBatch(TwelveFields()).size(), kValues + 24);
}

TEST(BatchCodec, NullsTakeTwoBytes) {
  RecordBatchBuilder builder(TwelveFields().schema());
  for (size_t i = 0; i < 12; ++i) builder.column(i).AppendNull();
  const RecordBatch batch = builder.Finish().value();
  const std::string bytes = EncodeBatch(batch);
  EXPECT_LE(bytes.size(), 8U + 12 * 2);
  EXPECT_TRUE(DecodeWhole(bytes, batch.schema())->Equals(batch));
}

TEST(BatchCodec, ManyRowsCostTheirBuffers) {
  constexpr int64_t kRows = 1000;
  std::vector<int64_t> numbers(kRows);
  std::iota(numbers.begin(), numbers.end(), 1);
  const std::vector<std::string_view> texts(kRows, "twelve bytes");
  const RecordBatch batch =
      MakeBatch({{"n", Int64()}, {"t", Utf8()}},
                {Column::FromValues<int64_t>(Int64(), numbers), Column::FromStrings(texts)});
  EXPECT_LE(EncodeBatch(batch).size(), static_cast<size_t>(kRows) * (8 + 12 + 1) + 24);
}

TEST(BatchCodec, EncodingsStayWhereTheyPay) {
  const Column two = Column::FromStrings(std::vector<std::string_view>{"amsterdam", "berlin"});
  const Column pays = MakeColumn(DictionaryData(two, {0, 1, 1, {}, 0, 0, 1, 1, 0, 1}));
  RecordBatch decoded = DecodeWhole(EncodeBatch(MakeBatch({{"f", Utf8()}}, {pays})),
                                    Schema::Make({{"f", Utf8()}}).value())
                            .value();
  EXPECT_EQ(decoded.column(0).encoding(), Encoding::kDictionary);
  EXPECT_TRUE(decoded.column(0).Equals(pays));
  // One row of it would drag both values along.
  const Column one = pays.Slice(4, 1).value();
  decoded = DecodeWhole(EncodeBatch(MakeBatch({{"f", Utf8()}}, {one})), decoded.schema()).value();
  EXPECT_EQ(decoded.column(0).encoding(), Encoding::kPlain);
  EXPECT_TRUE(decoded.column(0).Equals(one));
  const Column constant =
      MakeColumn(ConstantData(Column::FromStrings(std::vector<std::string_view>{"same"}), 500));
  const std::string bytes = EncodeBatch(MakeBatch({{"f", Utf8()}}, {constant}));
  EXPECT_LE(bytes.size(), 24U);
  decoded = DecodeWhole(bytes, decoded.schema()).value();
  EXPECT_EQ(decoded.column(0).encoding(), Encoding::kConstant);
  EXPECT_TRUE(decoded.column(0).Equals(constant));
}

TEST(BatchCodec, CodesOfNullsAreZero) {
  const Column two = Column::FromStrings(std::vector<std::string_view>{"amsterdam", "berlin"});
  const ColumnData clean = DictionaryData(two, {0, 1, 1, {}, 0, 0, {}, 1, 0, 1});
  ColumnData garbage = clean;
  garbage.values = BufferOf<uint8_t>({0, 1, 1, 1, 0, 0, 1, 1, 0, 1});
  const RecordBatch batch = MakeBatch({{"f", Utf8()}}, {MakeColumn(garbage)});
  const std::string bytes = EncodeBatch(batch);
  EXPECT_EQ(bytes, EncodeBatch(MakeBatch({{"f", Utf8()}}, {MakeColumn(clean)})));
  const RecordBatch decoded = DecodeWhole(bytes, batch.schema()).value();
  EXPECT_EQ(decoded.column(0).encoding(), Encoding::kDictionary);
  EXPECT_TRUE(decoded.Equals(batch));
}

// Readers search dictionaries: one out of order must not reach the log.
TEST(BatchCodec, UnsortedDictionariesAreExpanded) {
  const Column values = Column::FromStrings(std::vector<std::string_view>{"zürich", "amsterdam"});
  const Column column = MakeColumn(DictionaryData(values, {0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1}));
  const RecordBatch batch = MakeBatch({{"f", Utf8()}}, {column});
  const RecordBatch decoded = DecodeWhole(EncodeBatch(batch), batch.schema()).value();
  EXPECT_EQ(decoded.column(0).encoding(), Encoding::kPlain);
  EXPECT_TRUE(decoded.Equals(batch));
}

TEST(BatchCodec, TheDeepestTypeComesBack) {
  DataType type = Int8();
  for (uint32_t depth = 1; depth < base::kMaxNestingDepth; ++depth) type = List(type);
  base::Random random(3);
  const Schema schema = Schema::Make({{"f", type}}).value();
  const RecordBatch batch =
      testkit::RandomBatch(schema, 20, random, {.null_fraction = 0, .max_list_length = 1});
  EXPECT_TRUE(DecodeWhole(EncodeBatch(batch), schema)->Equals(batch));
}

TEST(BatchCodec, RowsAreLimited) {
  const auto constant = [](int64_t rows) {
    const Column value = Column::FromValues<int8_t>(Int8(), std::vector<int8_t>{5});
    return MakeBatch({{"f", Int8()}}, {MakeColumn(ConstantData(value, rows))});
  };
  const RecordBatch largest = constant(base::kMaxCommitRows);
  const std::string bytes = EncodeBatch(largest);
  EXPECT_EQ(DecodeWhole(bytes, largest.schema())->rows(), base::kMaxCommitRows);
  EXPECT_EQ(BatchEncoder::Make(constant(base::kMaxCommitRows + 1)).status().code(),
            absl::StatusCode::kInvalidArgument);
  const std::string ten = EncodeBatch(constant(10));
  EXPECT_TRUE(DecodeWhole(ten, largest.schema(), AbsentFields::kBecomeNull, 10).ok());
  const absl::Status refused =
      DecodeWhole(ten, largest.schema(), AbsentFields::kBecomeNull, 9).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("10 rows where at most 9 may be"));
}

TEST(BufferArena, BuffersAreApartAlignedAndPaddedWithZeros) {
  BufferArena arena(128);
  std::vector<PinnedBytes> buffers;
  for (const size_t size : {1U, 64U, 65U, 20000U, 3U, 900U, 70000U, 8U}) {
    const std::string bytes(size, static_cast<char>('a' + buffers.size()));
    buffers.push_back(arena.Copy(base::AsBytes(bytes)));
    ASSERT_EQ(reinterpret_cast<uintptr_t>(buffers.back().data()) % base::kBufferAlignment, 0U);
  }
  for (size_t i = 0; i < buffers.size(); ++i) {
    const std::byte* const data = buffers[i].data();
    const size_t size = buffers[i].size();
    EXPECT_EQ(buffers[i].view(), std::string(size, static_cast<char>('a' + i)));
    for (size_t k = size; k % base::kBufferAlignment != 0; ++k) EXPECT_EQ(data[k], std::byte{0});
  }
  EXPECT_TRUE(arena.Copy({}).empty());
}

}  // namespace
}  // namespace ashlar::columnar
