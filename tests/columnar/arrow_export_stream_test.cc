// Streams by the Arrow C stream interface: one schema over batches of any encoding, errors, ends.
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/arrow.h"
#include "gtest/gtest.h"
#include "tests/columnar/arrow_consumer.h"
#include "tests/columnar/column_samples.h"
#include "tests/testing/failing_reader.h"

// arrow_c_consumer.c: the same structs as C sees them.
extern "C" int64_t ashlar_test_sum_of_column(struct ArrowArrayStream* stream, int64_t column);

namespace ashlar::columnar {
namespace {

const Schema& WordSchema() {
  static const Schema* const kSchema = new Schema(*Schema::Make({{"w", Utf8()}}));
  return *kSchema;
}

RecordBatch Words(Column column) { return *RecordBatch::Make(WordSchema(), {std::move(column)}); }

ArrowArrayStream StreamOf(std::vector<RecordBatch> batches,
                          const ArrowStreamOptions& options = {}) {
  ArrowArrayStream stream;
  const Schema schema = batches.empty() ? WordSchema() : batches[0].schema();
  EXPECT_TRUE(
      ExportArrowStream(MakeBatchReader(schema, std::move(batches)), &stream, options).ok());
  return stream;
}

// A stream's schema and arrays, released when dropped.
struct Drained {
  ArrowSchema schema = {};
  std::vector<ArrowArray> arrays;

  explicit Drained(ArrowArrayStream stream) {
    EXPECT_EQ(stream.get_schema(&stream, &schema), 0);
    while (true) {
      ArrowArray array;
      EXPECT_EQ(stream.get_next(&stream, &array), 0);
      if (array.release == nullptr) break;
      EXPECT_EQ(FindFault(schema, array), "");
      arrays.push_back(array);
    }
    ArrowArray again;
    EXPECT_EQ(stream.get_next(&stream, &again), 0);
    EXPECT_EQ(again.release, nullptr);
    stream.release(&stream);  // before the arrays
    EXPECT_EQ(stream.release, nullptr);
  }
  ~Drained() {
    schema.release(&schema);
    for (ArrowArray& array : arrays) array.release(&array);
  }
  Drained(const Drained&) = delete;
  Drained& operator=(const Drained&) = delete;

  [[nodiscard]] const ArrowArray& column(size_t batch) const { return *arrays[batch].children[0]; }
  [[nodiscard]] std::string format() const {
    const ArrowSchema& field = *schema.children[0];
    return std::string(field.format) +
           (field.dictionary == nullptr ? "" : field.dictionary->format);
  }
  void ExpectRows(const std::vector<RecordBatch>& batches) const {
    ASSERT_EQ(arrays.size(), batches.size());
    for (size_t i = 0; i < batches.size(); ++i) {
      ASSERT_EQ(arrays[i].length, batches[i].rows());
      for (int64_t row = 0; row < arrays[i].length; ++row) {
        EXPECT_EQ(ArrowText(*schema.children[0], column(i), row),
                  ColumnText(batches[i].column(0), row));
      }
    }
  }
};

RecordBatch Encoded() {
  return Words(MakeColumn(DictionaryData(Texts({"x", "y", "z"}), {2, std::nullopt, 0, 1})));
}
RecordBatch EncodedWide() {
  ColumnData data = DictionaryData(Texts({"p", "q"}), {0, 0, 0});
  data.code_width = 4;
  data.values = BufferOf<uint32_t>({1, 0, 1});
  return Words(MakeColumn(data));
}
RecordBatch Plain() { return *Words(Texts({"skipped", "m", std::nullopt, "m", "k"})).Slice(1, 4); }
RecordBatch Constant() { return Words(MakeColumn(ConstantData(Texts({"c"}), 3))); }
RecordBatch Nulls() { return Words(MakeColumn(ConstantData(Texts({}), 11))); }

TEST(ArrowStreamTest, ADictionaryFirstMeansDictionariesWith32BitCodes) {
  const std::vector<RecordBatch> batches = {
      Encoded(), Plain(), EncodedWide(), *Encoded().Slice(1, 2), Nulls(), Constant()};
  const Drained drained(StreamOf(batches));
  EXPECT_EQ(drained.format(), "Iu");
  drained.ExpectRows(batches);
  const ColumnData& plain = *batches[1].column(0).data();
  EXPECT_EQ(drained.column(1).dictionary->buffers[2], plain.values.data());
  EXPECT_EQ(drained.column(1).dictionary->offset, 1);
  EXPECT_EQ(drained.column(1).dictionary->null_count, 0);
  EXPECT_EQ(drained.column(2).buffers[1], batches[2].column(0).data()->values.data());
  EXPECT_EQ(drained.column(5).dictionary->length, 1);
}

TEST(ArrowStreamTest, PlainFirstMeansPlain) {
  const std::vector<RecordBatch> batches = {Plain(), Encoded(), EncodedWide(), Nulls(), Constant()};
  const Drained drained(StreamOf(batches));
  EXPECT_EQ(drained.format(), "u");
  drained.ExpectRows(batches);
  EXPECT_EQ(drained.column(0).buffers[2], batches[0].column(0).data()->values.data());
}

TEST(ArrowStreamTest, ConstantTextFirstMeansDictionariesButConstantNumbersMeanPlain) {
  for (const RecordBatch& first : {Constant(), Nulls()}) {
    const std::vector<RecordBatch> batches = {first, Plain(), Encoded()};
    const Drained drained(StreamOf(batches));
    EXPECT_EQ(drained.format(), "Iu");
    drained.ExpectRows(batches);
  }
  const std::vector<int64_t> seven = {7};
  const Column number = Column::FromValues<int64_t>(Int64(), seven);
  const RecordBatch numbers =
      *RecordBatch::Make(*Schema::Make({{"n", Int64()}}), {MakeColumn(ConstantData(number, 4))});
  const Drained drained(StreamOf({numbers}));
  EXPECT_EQ(drained.format(), "l");
  drained.ExpectRows({numbers});
}

TEST(ArrowStreamTest, DictionariesAreDecodedWhenAskedFor) {
  const std::vector<RecordBatch> batches = {Encoded(), Constant(), Nulls(), Plain()};
  const Drained drained(StreamOf(batches, {.decode_dictionaries = true}));
  EXPECT_EQ(drained.format(), "u");
  drained.ExpectRows(batches);
}

TEST(ArrowStreamTest, LeavesOfNestedColumnsAreFittedToo) {
  const auto rows = [](const Column& words) {
    ColumnData data;
    data.type = Struct({{"w", Utf8()}});
    data.length = words.length();
    data.children = {words.data()};
    return *RecordBatch::Make(*Schema::Make({{"s", data.type}}), {MakeColumn(data)});
  };
  const std::vector<RecordBatch> batches = {rows(Encoded().column(0)), rows(Plain().column(0)),
                                            *rows(Constant().column(0)).Slice(1, 1)};
  const Drained drained(StreamOf(batches));
  EXPECT_STREQ(drained.schema.children[0]->children[0]->format, "I");
  drained.ExpectRows(batches);
}

TEST(ArrowStreamTest, WithoutRowsThereIsASchemaAll) {
  for (const std::vector<RecordBatch>& batches :
       {std::vector<RecordBatch>{}, {*Encoded().Slice(0, 0)}}) {
    const Drained drained(StreamOf(batches));
    EXPECT_EQ(drained.format(), "u");
    EXPECT_STREQ(drained.schema.children[0]->name, "w");
    EXPECT_TRUE(drained.arrays.empty());
  }
  const Drained late(StreamOf({*Plain().Slice(0, 0), Encoded()}));
  EXPECT_EQ(late.format(), "Iu");
  late.ExpectRows({Encoded()});
}

TEST(ArrowStreamTest, ArraysComeBeforeAnyAskedForSchemaAndOutliveTheMovedStream) {
  ArrowArrayStream stream = StreamOf({Encoded(), Plain()});
  ArrowArray first;
  ASSERT_EQ(stream.get_next(&stream, &first), 0);
  ArrowArrayStream moved = MoveStruct(&stream);
  ArrowSchema schema;
  ASSERT_EQ(moved.get_schema(&moved, &schema), 0);
  ArrowSchema again;
  ASSERT_EQ(moved.get_schema(&moved, &again), 0);
  again.release(&again);
  moved.release(&moved);  // early: the second batch stays unread
  EXPECT_EQ(ArrowText(*schema.children[0], *first.children[0], 0), "7a");
  first.release(&first);
  schema.release(&schema);
}

TEST(ArrowStreamTest, ErrorsAreErrnoValuesWithATextAndStay) {
  const std::pair<absl::Status, int> kinds[] = {{absl::DataLossError("page 3 is broken"), EIO},
                                                {absl::InvalidArgumentError("what"), EINVAL},
                                                {absl::ResourceExhaustedError("memory"), ENOMEM},
                                                {absl::CancelledError("stop"), ECANCELED},
                                                {absl::DeadlineExceededError("late"), ETIMEDOUT},
                                                {absl::UnimplementedError("not yet"), ENOSYS},
                                                {absl::UnknownError("?"), EIO}};
  for (const auto& [failure, value] : kinds) {
    const std::string text(failure.message());
    ArrowArrayStream stream;
    auto reader =
        std::make_unique<testkit::FailingReader>(WordSchema(), std::vector{Plain()}, failure);
    ASSERT_TRUE(ExportArrowStream(std::move(reader), &stream).ok());
    ArrowArray array;
    ASSERT_EQ(stream.get_next(&stream, &array), 0);
    EXPECT_EQ(stream.get_last_error(&stream), nullptr);
    array.release(&array);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(stream.get_next(&stream, &array), value);
      EXPECT_EQ(array.release, nullptr);
      EXPECT_EQ(stream.get_last_error(&stream), text);
    }
    ArrowSchema schema;  // decided by the batch that came
    EXPECT_EQ(stream.get_schema(&stream, &schema), 0);
    EXPECT_EQ(stream.get_last_error(&stream), nullptr);
    schema.release(&schema);
    stream.release(&stream);
  }
}

TEST(ArrowStreamTest, AFirstBatchThatCannotBeReadIsAnErrorOfTheSchema) {
  ArrowArrayStream stream;
  auto reader = std::make_unique<testkit::FailingReader>(WordSchema(), std::vector<RecordBatch>{},
                                                         absl::DataLossError("gone"));
  ASSERT_TRUE(ExportArrowStream(std::move(reader), &stream).ok());
  ArrowSchema schema;
  ArrowArray array;
  EXPECT_EQ(stream.get_schema(&stream, &schema), EIO);
  EXPECT_EQ(schema.release, nullptr);
  EXPECT_STREQ(stream.get_last_error(&stream), "gone");
  EXPECT_EQ(stream.get_next(&stream, &array), EIO);
  EXPECT_EQ(stream.get_schema(&stream, &schema), EIO);
  stream.release(&stream);
}

TEST(ArrowStreamTest, MisuseIsRefused) {
  ArrowArrayStream stream;
  EXPECT_TRUE(absl::IsInvalidArgument(ExportArrowStream(nullptr, &stream)));
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_TRUE(absl::IsInvalidArgument(ExportArrowStream(MakeBatchReader({}, {}), nullptr)));
  stream = StreamOf({Plain()});
  EXPECT_EQ(stream.get_next(&stream, nullptr), EINVAL);
  EXPECT_EQ(stream.get_schema(&stream, nullptr), EINVAL);
  stream.release(&stream);
  ArrowArray array;
  ArrowSchema schema;
  EXPECT_EQ(stream.get_next(&stream, &array), EINVAL);
  EXPECT_EQ(stream.get_schema(&stream, &schema), EINVAL);
  EXPECT_STREQ(stream.get_last_error(&stream), "the stream was released");
}

TEST(ArrowStreamTest, ABatchOfAnotherSchemaIsAnErrorHoweverTheReaderHidIt) {
  class Liar final : public BatchReader {
   public:
    const Schema& schema() const override { return WordSchema(); }
    absl::StatusOr<bool> Next(RecordBatch* batch) override {
      if (calls_++ == 0) {
        *batch = Plain();
      } else {
        *batch = *RecordBatch::Make(*Schema::Make({{"n", Utf8()}}), {Texts({"a"})});
      }
      return true;
    }
    int calls_ = 0;
  };
  ArrowArrayStream stream;
  ASSERT_TRUE(ExportArrowStream(std::make_unique<Liar>(), &stream).ok());
  ArrowArray array;
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  array.release(&array);
  EXPECT_EQ(stream.get_next(&stream, &array), EINVAL);
  stream.release(&stream);
}

TEST(ArrowStreamTest, AProgramInCReadsIt) {
  const std::vector<int64_t> values = {1, 20, 300, 4000};
  const RecordBatch batch = *RecordBatch::Make(*Schema::Make({{"n", Int64()}}),
                                               {Column::FromValues<int64_t>(Int64(), values)});
  ArrowArrayStream stream = StreamOf({batch, *batch.Slice(1, 2)});
  EXPECT_EQ(ashlar_test_sum_of_column(&stream, 0), 4321 + 320);
  EXPECT_EQ(stream.release, nullptr);
}

}  // namespace
}  // namespace ashlar::columnar
