// Bytes of batches that nobody wrote: an error that says what is wrong, or a batch that is sound.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "src/columnar/batch_fields.h"
#include "src/columnar/batch_form.h"
#include "tests/columnar/batch_testing.h"
#include "tests/testing/random_data.h"

namespace ashlar::columnar {
namespace {

using testing::HasSubstr;

constexpr int64_t kMostRows = 4096;

void ExpectDataLossOrSound(const std::string& bytes, const Schema& schema) {
  const auto batch = DecodeWhole(bytes, schema, AbsentFields::kBecomeNull, kMostRows);
  if (!batch.ok()) {
    ASSERT_EQ(batch.status().code(), absl::StatusCode::kDataLoss) << batch.status();
    ASSERT_THAT(std::string(batch.status().message()), HasSubstr("at offset"));
    return;
  }
  ASSERT_LE(batch->rows(), kMostRows);
  for (const Column& column : batch->columns()) {
    ASSERT_TRUE(column.Validate().ok()) << column.Validate();
  }
}

TEST(BatchHostile, FlippedAndTruncatedBytesAreFoundOrHarmless) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const Schema schema = testkit::RandomSchema(random);
    const auto rows = static_cast<int64_t>(1 + random.Uniform(12));
    const RecordBatch batch = InOtherForms(
        testkit::RandomBatch(schema, rows, random, {.cardinality = random.Uniform(4)}), random);
    const std::string bytes = EncodeBatch(batch);
    for (size_t i = 0; i < bytes.size(); ++i) {
      const std::string cut = bytes.substr(0, i);
      ASSERT_EQ(DecodeWhole(cut, schema).status().code(), absl::StatusCode::kDataLoss) << i;
      for (const unsigned mask : {0x01U, 0x80U, 0xffU, 1U << random.Uniform(8)}) {
        std::string flipped = bytes;
        flipped[i] = static_cast<char>(static_cast<unsigned>(flipped[i]) ^ mask);
        ExpectDataLossOrSound(flipped, schema);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(BatchHostile, RandomBytesAreFoundOrHarmless) {
  base::Random random(77);
  const Schema schema = testkit::RandomSchema(random, {.min_fields = 6, .max_fields = 6});
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(random.Uniform(60), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Next64() >> random.Uniform(8));
    ExpectDataLossOrSound(bytes, schema);
    if (HasFatalFailure()) return;
  }
}

// A batch of one column whose form and bytes are given.
std::string OneColumn(const Schema& schema, uint64_t rows, uint8_t form, std::string_view body) {
  base::ByteWriter out;
  const FieldOrder fields = FieldsById(schema);
  out.PutVarint64(rows);
  WriteFieldIds(schema, fields, out);
  out.PutU32(FieldsFingerprint(schema, fields));
  out.PutVarint64(2 * (body.size() + (form != 0 ? 1 : 0)) + (form != 0 ? 1 : 0));
  if (form != 0) out.PutU8(form);
  out.PutBytes(base::AsBytes(body));
  return out.Take();
}

void ExpectRefused(const DataType& type, uint64_t rows, uint8_t form, std::string_view body,
                   const std::string& reason) {
  const Schema schema = Schema::Make({{"f", type}}).value();
  const absl::Status status = DecodeWhole(OneColumn(schema, rows, form, body), schema).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << reason << ": " << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(reason));
}

void ExpectTaken(const DataType& type, uint64_t rows, uint8_t form, std::string_view body) {
  const Schema schema = Schema::Make({{"f", type}}).value();
  const auto batch = DecodeWhole(OneColumn(schema, rows, form, body), schema);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_TRUE(batch->column(0).Validate().ok());
}

constexpr uint8_t kNulls = MakeForm(BatchForm::kPlain, true, 1);

TEST(BatchHostile, TextIsProven) {
  ExpectTaken(Utf8(), 2, 0, "\1\2a\xc3\xa9");
  ExpectTaken(Binary(), 2, 0, "\2\1a\xc3\xa9");
  ExpectRefused(Utf8(), 1, 0, "\2\xc3\x28", "not valid UTF-8");
  ExpectRefused(Utf8(), 2, 0, "\2\1a\xc3\xa9", "begins within a character");
}

TEST(BatchHostile, BitmapsAreProven) {
  ExpectTaken(Int8(), 3, kNulls, "\5abc");
  ExpectRefused(Int8(), 3, kNulls, "\7abc", "a validity bitmap without a null");
  ExpectRefused(Int8(), 3, kNulls, "\15abc", "bits behind the last row");
  ExpectRefused(Bool(), 3, 0, "\15", "bits behind the last row");
}

TEST(BatchHostile, FormsMustFitTheirType) {
  const uint8_t wide = MakeForm(BatchForm::kPlain, false, 2);
  ExpectRefused(Int8(), 1, wide, "a", "a form that its type cannot have");
  ExpectRefused(Utf8(), 1, 0x18, std::string(8, '\0'), "a form that its type cannot have");
  ExpectRefused(Utf8(), 1, 0x20, "\1a", "a form that its type cannot have");
  const uint8_t constant = MakeForm(BatchForm::kConstant, false, 1);
  ExpectTaken(Int8(), 9, constant, "a");
  ExpectRefused(Int8(), 1, constant, "a", "a form that its type cannot have");
  ExpectRefused(List(Int8()), 9, constant, std::string(2, '\0'),
                "a form that its type cannot have");
  const uint8_t null = MakeForm(BatchForm::kNull, false, 1);
  ExpectTaken(List(Int8()), 9, null, "");
  ExpectRefused(Int8(), 0, null, "", "a form that its type cannot have");
  ExpectRefused(Int8(), 9, null, "a", "not as long as its bytes");
  ExpectRefused(List(Int8()), 1, 0, std::string("\1\1a", 3), "an encoded node below a column");
}

TEST(BatchHostile, DictionariesAreProven) {
  const uint8_t form = MakeForm(BatchForm::kDictionary, false, 1);
  // Codes, number of values, form, lengths, bytes.
  ExpectTaken(Utf8(), 3, form, std::string_view("\0\1\0\2\0\1\1ab", 9));
  ExpectRefused(Utf8(), 3, form, std::string_view("\0\1\0\2\0\1\1ba", 9), "out of order");
  ExpectRefused(Utf8(), 3, form, std::string_view("\0\1\0\2\0\1\1aa", 9), "out of order");
  ExpectRefused(Utf8(), 3, form, std::string_view("\0\2\0\2\0\1\1ab", 9), "beyond the dictionary");
  ExpectRefused(Utf8(), 3, form, std::string_view("\0\0\0\0\0", 5), "a dictionary that is none");
  ExpectRefused(Utf8(), 1, form, std::string_view("\0\2\0\1\1ab", 7), "count 2 is too large");
  ExpectRefused(Int8(), 3, form, std::string_view("\0\0\0\1\0a", 6), "its type cannot have");
}

TEST(BatchHostile, SizesAreComparedWithWhatIsThere) {
  ExpectRefused(Int64(), 1 << 20, 0, "12345678", "needs 8388608 bytes");
  ExpectRefused(Vector(1 << 18), 1 << 20, 0, "12345678", "needs 1099511627776 bytes");
  ExpectRefused(Utf8(), 2, MakeForm(BatchForm::kPlain, false, 4),
                "\xff\xff\xff\x7f\xff\xff\xff\x7f", "more than 2 GiB");
  ExpectRefused(List(Bool()), 1, MakeForm(BatchForm::kPlain, false, 4),
                std::string_view("\xff\xff\xff\x7f\0", 5), "needs 268435456 bytes");
  ExpectRefused(Int8(), 2, 0, "abc", "not as long as its bytes");
  ExpectRefused(Int8(), 4, 0, "abc", "needs 4 bytes");
}

TEST(BatchHostile, RequiredFieldsHoldNoNulls) {
  const Schema schema = Schema::Make({{"f", Int8(), false}}).value();
  const absl::Status status = DecodeWhole(OneColumn(schema, 3, kNulls, "\5abc"), schema).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  const DataType nested = Struct({{"x", Int8(), false}});
  ExpectRefused(nested, 2, 0, "\4\1ab", "holds a null");
}

TEST(BatchHostile, FieldIdsAreProven) {
  const auto refused = [](const std::vector<uint64_t>& numbers, const std::string& reason) {
    base::ByteWriter out;
    for (const uint64_t number : numbers) out.PutVarint64(number);
    const Schema schema = Schema::Make({{"f", Int8()}}).value();
    const absl::Status status = DecodeWhole(out.Take() + std::string(32, '\0'), schema).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr(reason));
  };
  // Rows, runs, then gap and count of each.
  refused({1, 1, 0, 0}, "not the shortest");
  refused({1, 2, 0, 1, 0, 1}, "not the shortest");
  refused({1, 1, UINT32_MAX, 1}, "a field id is too large");
  refused({1, 1, UINT64_MAX, 1}, "a field id is too large");
  refused({1, 2, UINT32_MAX - 1, 1, 1, 1}, "a field id is too large");
  refused({1, 1, 0, 1 << 20}, "count 1048576 is too large");
  refused({1, 1, 0, 1}, "fields that this schema has not");
}

}  // namespace
}  // namespace ashlar::columnar
