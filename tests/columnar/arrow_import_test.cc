// What other producers may send by the specification, and what becomes of it.
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/arrow.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/columnar/dictionary.h"
#include "tests/columnar/arrow_consumer.h"
#include "tests/columnar/arrow_producer.h"
#include "tests/columnar/column_generator.h"
#include "tests/columnar/column_samples.h"
#include "tests/testing/random_data.h"

namespace ashlar::columnar {
namespace {

using Numbers = std::vector<std::optional<int64_t>>;
using Strings = std::vector<std::optional<std::string>>;

class ArrowImportTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(LiveStructs(), 0); }
};

Column Import(const Foreign& foreign) {
  absl::StatusOr<Column> column = ImportOne(foreign);
  EXPECT_TRUE(column.ok()) << column.status();
  if (!column.ok()) return Texts({});
  EXPECT_TRUE(column->Validate().ok()) << column->Validate();
  return *column;
}

Numbers NumbersOf(const Column& column) {
  Numbers numbers;
  for (int64_t row = 0; row < column.length(); ++row) {
    numbers.push_back(column.IsNull(row) ? std::nullopt : std::optional(column.GetInt64(row)));
  }
  return numbers;
}

Strings StringsOf(const Column& column) {
  Strings strings;
  for (int64_t row = 0; row < column.length(); ++row) {
    strings.push_back(column.IsNull(row) ? std::nullopt
                                         : std::optional(std::string(column.GetBytes(row))));
  }
  return strings;
}

std::string StatusText(const Foreign& foreign) { return ImportOne(foreign).status().ToString(); }

Foreign Utf8Of(const std::string& bytes, const std::vector<int32_t>& offsets) {
  return {.format = "u",
          .length = static_cast<int64_t>(offsets.size()) - 1,
          .buffers = {std::nullopt, Bytes(offsets), bytes}};
}

TEST_F(ArrowImportTest, BuffersAreSharedAtAnyAddressAndReleasedWithTheLastOfThem) {
  ArrowArrayStream stream = ProduceStream(
      {BatchOf({{.format = "l", .length = 3, .buffers = {"\x5", Bytes<int64_t>({7, 8, 9})}},
                {.format = "b", .length = 3, .buffers = {std::nullopt, "\x6"}, .name = "y"}})});
  Column numbers;
  Column bits;
  {
    auto reader = ImportArrowStream(&stream);
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_EQ(stream.release, nullptr);
    RecordBatch batch;
    ASSERT_TRUE(*(*reader)->Next(&batch));
    numbers = batch.column(0);
    bits = batch.column(1);
    RecordBatch untouched = batch;
    EXPECT_FALSE(*(*reader)->Next(&batch));
    EXPECT_FALSE(*(*reader)->Next(&batch));
    EXPECT_TRUE(batch.Equals(untouched));
  }
  EXPECT_EQ(NumbersOf(numbers), (Numbers{7, std::nullopt, 9}));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(numbers.data()->values.data()) % 2, 1U);
  EXPECT_EQ(LiveStructs(), 3);  // the batch and what is below it
  numbers = Texts({});
  EXPECT_EQ(LiveStructs(), 3);
  EXPECT_TRUE(!bits.GetBool(0) && bits.GetBool(1) && bits.GetBool(2));
  bits = Texts({});
  EXPECT_EQ(LiveStructs(), 0);
}

TEST_F(ArrowImportTest, OffsetsOfColumnsAndOfTheBatchAddUp) {
  Foreign batch =
      BatchOf({{.format = "s",
                .length = 5,
                .buffers = {std::string("\xdf\xff"), Bytes<int16_t>({0, 1, 2, 3, 4, 5, 6, 7})},
                .offset = 3}});
  batch.offset = 1;
  batch.length = 3;
  batch.buffers[0] = "\xfe";  // the row before the batch is nobody's
  ArrowArrayStream stream = ProduceStream({batch});
  auto reader = ImportArrowStream(&stream);
  ASSERT_TRUE(reader.ok()) << reader.status();
  RecordBatch imported;
  auto more = (*reader)->Next(&imported);
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_EQ(NumbersOf(imported.column(0)), (Numbers{4, std::nullopt, 6}));
}

TEST_F(ArrowImportTest, ArraysWithoutRowsNeedNoBuffers) {
  const Foreign empties[] = {
      {.format = "l", .buffers = {std::nullopt, std::nullopt}, .offset = 9, .null_count = 0},
      {.format = "u", .buffers = {std::nullopt, std::nullopt, std::nullopt}},
      {.format = "U", .buffers = {std::nullopt, "", std::nullopt}},
      {.format = "tss:", .buffers = {std::nullopt, std::nullopt}},
      {.format = "+l",
       .buffers = {std::nullopt, std::nullopt},
       .children = {{.format = "c", .buffers = {std::nullopt, std::nullopt}}}},
      {.format = "i", .buffers = {std::nullopt, std::nullopt}, .dictionary = {Utf8Of("", {0})}}};
  for (const Foreign& empty : empties) EXPECT_EQ(Import(empty).length(), 0) << empty.format;
}

TEST_F(ArrowImportTest, LargeOffsetsAreNarrowed) {
  Foreign large{.format = "U",
                .length = 3,
                .buffers = {"\xd", Bytes<int64_t>({1, 3, 6, 6, 9}), "_abcdefghi"},
                .offset = 1};
  EXPECT_EQ(StringsOf(Import(large)), (Strings{std::nullopt, "", "fgh"}));
  large.format = "Z";
  EXPECT_EQ(Import(large).type(), Binary());
  // Two rows that would end beyond 2 GiB; their bytes are never touched.
  large.buffers[1] = Bytes<int64_t>({1, 3, 3, 3, (int64_t{1} << 31) + 3});
  EXPECT_NE(StatusText(large).find("field \"x\": a batch of 2147483648 bytes"), std::string::npos)
      << StatusText(large);
  large.buffers[1] = Bytes<int64_t>({1, 3, 2, 3, 4});
  EXPECT_NE(StatusText(large).find("offsets do not ascend"), std::string::npos);

  const Foreign list{.format = "+L",
                     .length = 2,
                     .buffers = {std::nullopt, Bytes<int64_t>({1, 2, 4})},
                     .children = {{.format = "c", .length = 4, .buffers = {std::nullopt, "abcd"}}}};
  const Column lists = Import(list);
  EXPECT_EQ(lists.GetListRange(1), (std::pair<int64_t, int64_t>(1, 3)));
  EXPECT_EQ(NumbersOf(lists.child(0)), (Numbers{'b', 'c', 'd'}));
}

TEST_F(ArrowImportTest, TimesOfOtherUnitsAreConvertedOrRefusedButNeverRounded) {
  const auto times = [](std::string format, std::vector<int64_t> values) {
    return Foreign{
        .format = std::move(format), .length = 2, .buffers = {"\x6", Bytes(values)}, .offset = 1};
  };
  EXPECT_EQ(NumbersOf(Import(times("tss:", {9, -3, 5}))), (Numbers{-3'000'000, 5'000'000}));
  EXPECT_EQ(NumbersOf(Import(times("tsm:Europe/Berlin", {9, -3, 5}))), (Numbers{-3000, 5000}));
  EXPECT_EQ(NumbersOf(Import(times("tsu:", {9, -3, 5}))), (Numbers{-3, 5}));
  EXPECT_EQ(NumbersOf(Import(times("tsn:UTC", {9, -3000, 5000}))), (Numbers{-3, 5}));
  EXPECT_EQ(NumbersOf(Import(times("tdm", {9, -86'400'000, 172'800'000}))), (Numbers{-1, 2}));
  EXPECT_EQ(Import(times("tdm", {0, 0, 0})).type(), Date32());
  for (const auto& [format, bad] : std::vector<std::pair<std::string, int64_t>>{
           {"tss:", std::numeric_limits<int64_t>::max() / 1000},
           {"tsm:", std::numeric_limits<int64_t>::min()},
           {"tsn:", 1},
           {"tdm", 86'400'001},
           {"tdm", 86'400'000 * (int64_t{1} << 31)}}) {
    Foreign lossy = times(format, {0, 0, bad});
    EXPECT_NE(StatusText(lossy).find("row 1: the time " + std::to_string(bad)), std::string::npos)
        << StatusText(lossy);
    lossy.buffers[0] = "\x2";  // now it is null, and so may be anything
    EXPECT_EQ(NumbersOf(Import(lossy)), (Numbers{0, std::nullopt}));
  }
}

Foreign CodesOf(std::string format, int64_t length, std::vector<Buffer> buffers, Foreign values) {
  return {.format = std::move(format),
          .length = length,
          .buffers = std::move(buffers),
          .dictionary = {std::move(values)}};
}

TEST_F(ArrowImportTest, DictionariesByTheRuleStayAndShareTheirCodes) {
  const Foreign values = Utf8Of("abc", {0, 1, 2, 3});
  const std::pair<std::string, Buffer> widths[] = {
      {"c", Bytes<int8_t>({2, 0, 0, 1})},  {"C", Bytes<uint8_t>({2, 0, 0, 1})},
      {"s", Bytes<int16_t>({2, 0, 0, 1})}, {"S", Bytes<uint16_t>({2, 0, 0, 1})},
      {"i", Bytes<int32_t>({2, 0, 0, 1})}, {"I", Bytes<uint32_t>({2, 0, 0, 1})},
      {"l", Bytes<int64_t>({2, 0, 0, 1})}, {"L", Bytes<uint64_t>({2, 0, 0, 1})}};
  for (const auto& [format, codes] : widths) {
    const Column column = Import(CodesOf(format, 4, {"\xb", codes}, values));
    EXPECT_EQ(column.encoding(), Encoding::kDictionary) << format;
    EXPECT_EQ(StringsOf(column), (Strings{"c", "a", std::nullopt, "b"}));
    const bool wide = format == "l" || format == "L";
    const auto address = reinterpret_cast<uintptr_t>(column.data()->values.data());
    EXPECT_EQ(address % 2, wide ? 0U : 1U) << format;  // shared, or made anew
  }
}

TEST_F(ArrowImportTest, CodesOfNullRowsBecomeZeroWhateverTheyWere) {
  const Column column =
      Import(CodesOf("c", 3, {"\x5", Bytes<int8_t>({1, -100, 0})}, Utf8Of("ab", {0, 1, 2})));
  EXPECT_EQ(column.encoding(), Encoding::kDictionary);
  EXPECT_EQ(StringsOf(column), (Strings{"b", std::nullopt, "a"}));
}

TEST_F(ArrowImportTest, OtherDictionariesAreDecoded) {
  const Foreign unsorted = Utf8Of("ba", {0, 1, 2});
  const Foreign repeated = Utf8Of("aa", {0, 1, 2});
  const Foreign empties = Utf8Of("", {0, 0, 0});
  const Foreign narrow{.format = "c", .length = 2, .buffers = {std::nullopt, "\x1\x2"}};
  const Foreign bits{.format = "b", .length = 2, .buffers = {std::nullopt, "\x2"}};
  for (const Foreign& values : {unsorted, repeated, empties, narrow, bits}) {
    const Column column = Import(CodesOf("c", 3, {"\x5", Bytes<int8_t>({1, 9, 0})}, values));
    EXPECT_EQ(column.encoding(), Encoding::kPlain);
    EXPECT_TRUE(!column.IsNull(0) && column.IsNull(1) && !column.IsNull(2));
  }
  EXPECT_EQ(StringsOf(Import(CodesOf("C", 2, {std::nullopt, std::string("\x1\x0", 2)}, unsorted))),
            (Strings{"a", "b"}));
}

TEST_F(ArrowImportTest, NullsAmongTheValuesBecomeNullRows) {
  Foreign values = Utf8Of("zb", {0, 1, 1, 2});
  values.buffers[0] = "\x5";
  const Column decoded = Import(CodesOf("C", 4, {"\x7", std::string("\x1\x2\x0\x1", 4)}, values));
  EXPECT_EQ(StringsOf(decoded), (Strings{std::nullopt, "b", "z", std::nullopt}));
  EXPECT_EQ(decoded.null_count(), 2);
  Foreign times{.format = "tss:", .length = 3, .buffers = {"\x5", Bytes<int64_t>({4, 1, 6})}};
  const Column of_times = Import(CodesOf("s", 2, {std::nullopt, Bytes<int16_t>({2, 1})}, times));
  EXPECT_EQ(NumbersOf(of_times), (Numbers{6'000'000, std::nullopt}));
}

TEST_F(ArrowImportTest, DictionariesWithAnOffsetAreRead) {
  Foreign values = Utf8Of("_abc", {0, 1, 2, 3, 4});
  values.offset = 1;
  values.length = 3;
  Foreign codes = CodesOf("I", 2, {std::nullopt, Bytes<uint32_t>({9, 2, 0})}, values);
  codes.offset = 1;
  const Column column = Import(codes);
  EXPECT_EQ(column.encoding(), Encoding::kDictionary);
  EXPECT_EQ(StringsOf(column), (Strings{"c", "a"}));
}

TEST_F(ArrowImportTest, VectorsMayHaveNullElementsOnlyBelowNullVectors) {
  Foreign vectors{
      .format = "+w:2",
      .length = 2,
      .buffers = {"\x2"},
      .children = {
          {.format = "f", .length = 4, .buffers = {"\xc", Bytes<float>({0, 0, 1.5, 2.5})}}}};
  const Column column = Import(vectors);
  EXPECT_EQ(column.type(), Vector(2));
  EXPECT_TRUE(column.IsNull(0));
  EXPECT_EQ(column.child(0).GetDouble(3), 2.5);
  vectors.buffers[0] = std::nullopt;
  EXPECT_NE(StatusText(vectors).find("vector 0 holds a null"), std::string::npos);
  vectors.length = 3;
  EXPECT_NE(StatusText(vectors).find("a child of 4 rows for 3 vectors"), std::string::npos);
}

TEST_F(ArrowImportTest, RandomBatchesComeBackFromTheirOwnExport) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Random random(seed);
    const Schema schema = testkit::RandomSchema(random);
    std::vector<RecordBatch> batches;
    std::vector<RecordBatch> expected;
    for (int i = 0; i < 4; ++i) {
      const auto rows = static_cast<int64_t>(random.Uniform(150));
      const RecordBatch plain =
          testkit::RandomBatch(schema, rows, random, {.cardinality = random.Uniform(20)});
      std::vector<Column> columns;
      for (const Column& column : plain.columns()) {
        const ColumnPiece whole = Whole(column);
        const Column canonical = MakeCanonical(column.type(), {&whole, 1}).value();
        const Column forms[] = {column, ChooseEncoding(canonical),
                                WithDictionaries(canonical, random),
                                AtAnotherOffset(canonical, random)};
        columns.push_back(forms[random.Uniform(4)]);
      }
      batches.push_back(*RecordBatch::Make(schema, columns));
      if (rows > 0) expected.push_back(plain);
    }
    ArrowArrayStream stream;
    const bool decode = random.OneIn(4);
    ASSERT_TRUE(ExportArrowStream(MakeBatchReader(schema, batches), &stream,
                                  {.decode_dictionaries = decode})
                    .ok());
    batches.clear();
    auto reader = ImportArrowStream(&stream);
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_TRUE((*reader)->schema().EqualsIgnoringIds(schema));
    std::vector<RecordBatch> imported;
    RecordBatch batch;
    for (auto more = (*reader)->Next(&batch);; more = (*reader)->Next(&batch)) {
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) break;
      if (batch.rows() > 0) imported.push_back(batch);
    }
    ASSERT_EQ(imported.size(), expected.size());
    for (size_t i = 0; i < imported.size(); ++i) EXPECT_TRUE(imported[i].Equals(expected[i])) << i;
  }
}

TEST_F(ArrowImportTest, DictionariesOfOursComeBackAsSuchWithoutACopy) {
  ColumnData data = DictionaryData(Texts({"x", "y"}), {0, std::nullopt, 0});
  data.code_width = 4;
  data.values = BufferOf<uint32_t>({1, 0, 1});
  const RecordBatch batch = *RecordBatch::Make(*Schema::Make({{"w", Utf8()}}), {MakeColumn(data)});
  ArrowArrayStream stream;
  ASSERT_TRUE(ExportArrowStream(MakeBatchReader(batch.schema(), {batch}), &stream).ok());
  auto reader = ImportArrowStream(&stream);
  ASSERT_TRUE(reader.ok()) << reader.status();
  RecordBatch imported;
  ASSERT_TRUE(*(*reader)->Next(&imported));
  EXPECT_TRUE(imported.Equals(batch));
  EXPECT_EQ(imported.column(0).encoding(), Encoding::kDictionary);
  EXPECT_EQ(imported.column(0).data()->values.data(), data.values.data());
}

}  // namespace
}  // namespace ashlar::columnar
