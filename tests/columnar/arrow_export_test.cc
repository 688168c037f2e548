// Batches by the Arrow C data interface, read by a consumer that knows only the specification.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/arrow.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/columnar/dictionary.h"
#include "tests/columnar/arrow_consumer.h"
#include "tests/columnar/column_generator.h"
#include "tests/columnar/column_samples.h"
#include "tests/testing/random_data.h"

namespace ashlar::columnar {
namespace {

struct Exported {
  ArrowSchema schema = {};
  ArrowArray array = {};

  explicit Exported(const RecordBatch& batch) {
    EXPECT_TRUE(ExportArrowBatch(batch, &array, &schema).ok());
  }
  Exported(const Exported&) = delete;
  Exported& operator=(const Exported&) = delete;
  ~Exported() {
    if (schema.release != nullptr) schema.release(&schema);
    if (array.release != nullptr) array.release(&array);
  }
};

RecordBatch BatchWith(Column column) {
  return *RecordBatch::Make(*Schema::Make({{"x", column.type()}}), {column});
}

void ExpectSameRows(const Exported& exported, const RecordBatch& batch) {
  EXPECT_EQ(FindFault(exported.schema, exported.array), "");
  ASSERT_EQ(exported.array.length, batch.rows());
  for (int64_t row = 0; row < batch.rows(); ++row) {
    std::string expected = "{";
    for (const Column& column : batch.columns()) expected += ColumnText(column, row) + ",";
    ASSERT_EQ(ArrowText(exported.schema, exported.array, row), expected + "}") << row;
  }
}

std::string FormatsOf(const ArrowSchema& schema) {
  std::string text = std::string(schema.name) + ":" + schema.format;
  if ((schema.flags & ARROW_FLAG_NULLABLE) == 0) text += "!";
  if (schema.dictionary != nullptr) text += "(" + FormatsOf(*schema.dictionary) + ")";
  for (int64_t i = 0; i < schema.n_children; ++i)
    text += " <" + FormatsOf(*schema.children[i]) + ">";
  return text;
}

TEST(ArrowExportTest, SchemasHaveTheFormatsOfTheSpecification) {
  const Schema schema = *Schema::Make({{"b", Bool(), false},
                                       {"i8", Int8()},
                                       {"i16", Int16()},
                                       {"i32", Int32()},
                                       {"i64", Int64()},
                                       {"u8", UInt8()},
                                       {"u16", UInt16()},
                                       {"u32", UInt32()},
                                       {"u64", UInt64()},
                                       {"f", Float32()},
                                       {"g", Float64()},
                                       {"u", Utf8()},
                                       {"z", Binary()},
                                       {"w", FixedSizeBinary(16)},
                                       {"d", Date32()},
                                       {"t", Timestamp()},
                                       {"v", Vector(3)},
                                       {"l", List(Utf8(), false)},
                                       {"s", Struct({{"m", Int8(), false}, {"n", Utf8()}})}});
  ArrowSchema exported;
  ASSERT_TRUE(ExportArrowSchema(schema, &exported).ok());
  EXPECT_EQ(FormatsOf(exported),
            ":+s! <b:b!> <i8:c> <i16:s> <i32:i> <i64:l> <u8:C> <u16:S> <u32:I> <u64:L> <f:f> <g:g> "
            "<u:u> <z:z> <w:w:16> <d:tdD> <t:tsu:UTC> <v:+w:3 <element:f!>> "
            "<l:+l <element:u!>> <s:+s <m:c!> <n:u>>");
  // Moved, with one member moved out of it and released after it.
  ArrowSchema moved = MoveStruct(&exported);
  ArrowSchema last = MoveStruct(moved.children[18]);
  moved.children[0]->release(moved.children[0]);
  EXPECT_EQ(moved.children[0]->release, nullptr);
  moved.release(&moved);
  EXPECT_EQ(moved.release, nullptr);
  EXPECT_EQ(FormatsOf(last), "s:+s <m:c!> <n:u>");
  last.release(&last);
}

TEST(ArrowExportTest, RandomBatchesReadTheSameInEveryEncodingAndSlice) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Random random(seed);
    const Schema schema = testkit::RandomSchema(random);
    const auto rows = static_cast<int64_t>(random.Uniform(200));
    const RecordBatch plain =
        testkit::RandomBatch(schema, rows, random, {.cardinality = 1 + seed % 9});
    std::vector<Column> columns;
    for (const Column& column : plain.columns()) {
      const ColumnPiece whole = Whole(column);
      const Column canonical = MakeCanonical(column.type(), {&whole, 1}).value();
      columns.push_back(random.OneIn(2) ? ChooseEncoding(canonical)
                                        : WithDictionaries(canonical, random));
    }
    const RecordBatch encoded = *RecordBatch::Make(schema, columns);
    const Exported of_plain(plain);
    EXPECT_TRUE(IsAligned(of_plain.array));
    ExpectSameRows(of_plain, plain);
    ExpectSameRows(Exported(encoded), plain);
    const auto offset = static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(rows) + 1));
    const auto length =
        static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(rows - offset) + 1));
    const Exported slice(*encoded.Slice(offset, length));
    ExpectSameRows(slice, *plain.Slice(offset, length));
  }
}

TEST(ArrowExportTest, EveryTypeWithNullsAndWithoutRows) {
  for (const DataType& type : TypesToTest()) {
    SCOPED_TRACE(type.ToString());
    base::Random random(7);
    const RecordBatch batch = BatchWith(RandomColumn(type, 77, true, 20, random));
    const Exported exported(batch);
    EXPECT_TRUE(IsAligned(exported.array));
    ExpectSameRows(exported, batch);
    const RecordBatch none = *batch.Slice(30, 0);
    const Exported empty(none);
    ExpectSameRows(empty, none);
    EXPECT_EQ(empty.array.children[0]->null_count, 0);
  }
}

TEST(ArrowExportTest, PlainAndDictionaryBuffersAreShared) {
  const Column words = Texts({"a", std::nullopt, "ccc", "dd"});
  const Column sliced = *words.Slice(1, 3);
  const Exported plain(BatchWith(sliced));
  const ArrowArray& array = *plain.array.children[0];
  EXPECT_EQ(array.offset, 1);
  EXPECT_EQ(array.null_count, 1);
  EXPECT_EQ(array.buffers[0], words.data()->validity.data());
  EXPECT_EQ(array.buffers[1], words.data()->offsets.data());
  EXPECT_EQ(array.buffers[2], words.data()->values.data());

  const ColumnData data = DictionaryData(Texts({"x", "y"}), {1, std::nullopt, 0});
  const Exported encoded(BatchWith(MakeColumn(data)));
  const ArrowArray& codes = *encoded.array.children[0];
  EXPECT_EQ(FormatsOf(*encoded.schema.children[0]), "x:C(:u!)");
  EXPECT_EQ(codes.buffers[1], data.values.data());
  EXPECT_EQ(codes.dictionary->length, 2);
  EXPECT_EQ(codes.dictionary->buffers[2], data.dictionary->values.data());
}

TEST(ArrowExportTest, ConstantsAreADictionaryOfOneUnlessPlainIsAsNarrow) {
  const RecordBatch text = BatchWith(MakeColumn(ConstantData(Texts({"ashlar"}), 5)));
  const Exported of_text(text);
  EXPECT_EQ(FormatsOf(*of_text.schema.children[0]), "x:C(:u!)");
  EXPECT_EQ(of_text.array.children[0]->dictionary->length, 1);
  ExpectSameRows(of_text, text);

  const RecordBatch nulls = BatchWith(MakeColumn(ConstantData(Texts({}), 9)));
  const Exported of_nulls(*nulls.Slice(2, 5));
  EXPECT_EQ(of_nulls.array.children[0]->null_count, 5);
  ExpectSameRows(of_nulls, *nulls.Slice(2, 5));

  const std::vector<uint8_t> seven = {7};
  const RecordBatch bytes =
      BatchWith(MakeColumn(ConstantData(Column::FromValues<uint8_t>(UInt8(), seven), 5)));
  const Exported of_bytes(bytes);
  EXPECT_EQ(FormatsOf(*of_bytes.schema.children[0]), "x:C");
  ExpectSameRows(of_bytes, bytes);
}

// A batch whose every buffer is owned by something that can be watched.
class ArrowReleaseTest : public testing::Test {
 protected:
  void SetUp() override {
    auto owner = std::make_shared<std::vector<int64_t>>(std::vector<int64_t>{1, 2, 3});
    numbers_ = owner;
    ColumnData data;
    data.type = Int64();
    data.length = 3;
    data.values = PinnedBytes(owner, std::as_bytes(std::span(*owner)));
    const Column number = MakeColumn(data);

    auto word_owner = std::make_shared<std::string>("alphabeta");
    words_ = word_owner;
    ColumnData values;
    values.type = Utf8();
    values.length = 2;
    values.offsets = BufferOf<int32_t>({0, 5, 9});
    values.values = PinnedBytes(word_owner, std::as_bytes(std::span(*word_owner)));
    const Column word = MakeColumn(DictionaryData(MakeColumn(values), {1, 0, 1}));

    ColumnData both;
    both.type = Struct({{"n", Int64()}, {"w", Utf8()}});
    both.length = 3;
    both.children = {number.data(), word.data()};
    const Schema schema = *Schema::Make({{"s", both.type}, {"n", Int64()}});
    const RecordBatch batch = *RecordBatch::Make(schema, {MakeColumn(both), number});
    ASSERT_TRUE(ExportArrowBatch(batch, &array_, &schema_).ok());
  }
  void TearDown() override {
    schema_.release(&schema_);
    EXPECT_TRUE(numbers_.expired());
    EXPECT_TRUE(words_.expired());
  }

  ArrowSchema schema_;
  ArrowArray array_;
  std::weak_ptr<void> numbers_;
  std::weak_ptr<void> words_;
};

TEST_F(ArrowReleaseTest, AsAWholeAfterAMove) {
  auto elsewhere = std::make_unique<ArrowArray>(MoveStruct(&array_));
  EXPECT_EQ(ArrowText(schema_, *elsewhere, 2), "{{0300000000000000,62657461,},0300000000000000,}");
  EXPECT_FALSE(numbers_.expired());
  elsewhere->release(elsewhere.get());
  EXPECT_EQ(elsewhere->release, nullptr);
}

TEST_F(ArrowReleaseTest, ChildrenOutliveTheParentTheyWereMovedOutOf) {
  ArrowArray word = MoveStruct(array_.children[0]->children[1]);
  ArrowArray number = MoveStruct(array_.children[1]);
  array_.release(&array_);
  EXPECT_FALSE(numbers_.expired());
  EXPECT_EQ(ArrowText(*schema_.children[1], number, 0), "0100000000000000");
  number.release(&number);
  EXPECT_EQ(number.release, nullptr);
  EXPECT_TRUE(numbers_.expired());
  EXPECT_EQ(ArrowText(*schema_.children[0]->children[1], word, 1), "616c706861");
  word.release(&word);
}

TEST_F(ArrowReleaseTest, ChildrenAreReleasedBeforeTheParent) {
  ArrowArray* inner = array_.children[0]->children[0];
  inner->release(inner);
  EXPECT_EQ(inner->release, nullptr);
  array_.children[1]->release(array_.children[1]);
  EXPECT_TRUE(numbers_.expired());
  EXPECT_EQ(ArrowText(*schema_.children[0]->children[1], *array_.children[0]->children[1], 0),
            "62657461");
  array_.release(&array_);
}

TEST_F(ArrowReleaseTest, DictionariesCanBeMovedOutToo) {
  ArrowArray dictionary = MoveStruct(array_.children[0]->children[1]->dictionary);
  array_.release(&array_);
  EXPECT_TRUE(numbers_.expired());
  EXPECT_EQ(ArrowText(*schema_.children[0]->children[1]->dictionary, dictionary, 0), "616c706861");
  dictionary.release(&dictionary);
}

TEST(ArrowExportTest, WithoutAPlaceToExportTo) {
  const RecordBatch batch = BatchWith(Texts({"a"}));
  EXPECT_TRUE(absl::IsInvalidArgument(ExportArrowSchema(batch.schema(), nullptr)));
  EXPECT_TRUE(absl::IsInvalidArgument(ExportArrowBatch(batch, nullptr, nullptr)));
  ArrowArray array;
  ASSERT_TRUE(ExportArrowBatch(batch, &array, nullptr).ok());
  array.release(&array);
}

}  // namespace
}  // namespace ashlar::columnar
