// Batches in the commit log that are read under another schema than they were written with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/columnar/batch_testing.h"
#include "tests/testing/random_data.h"

namespace ashlar::columnar {
namespace {

using testing::HasSubstr;

Schema SchemaOf(std::vector<Field> fields) { return Schema::Make(std::move(fields)).value(); }

RecordBatch TwoRows(const Schema& schema) {
  base::Random random(11);
  return testkit::RandomBatch(schema, 2, random, {.null_fraction = 0});
}

void ExpectDataLoss(const absl::Status& status, const std::string& text) {
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(text));
}

TEST(BatchEvolution, AddedFieldsAreNull) {
  const RecordBatch batch = TwoRows(SchemaOf({{"a", Int64(), false, 1}, {"b", Utf8(), true, 3}}));
  const Schema grown = SchemaOf({{"a", Int64(), false, 1},
                                 {"new", List(Utf8()), true, 2},
                                 {"b", Utf8(), true, 3},
                                 {"vector", Vector(4), true, 7},
                                 {"late", Struct({{"x", Int8(), false}}), true, 9}});
  const RecordBatch decoded = DecodeWhole(EncodeBatch(batch), grown).value();
  EXPECT_TRUE(decoded.schema() == grown);
  EXPECT_TRUE(decoded.column(0).Equals(batch.column(0)));
  EXPECT_TRUE(decoded.column(2).Equals(batch.column(1)));
  for (const size_t i : {1U, 3U, 4U}) {
    EXPECT_EQ(decoded.column(i).null_count(), 2);
    EXPECT_TRUE(decoded.column(i).Validate().ok());
  }
}

// A few bytes may claim many rows: what is missing must not cost memory by the field.
TEST(BatchEvolution, AddedFieldsShareTheirZeros) {
  const RecordBatch batch = TwoRows(SchemaOf({{"a", Int64(), false, 1}}));
  const Schema grown = SchemaOf(
      {{"a", Int64(), false, 1}, {"b", List(Utf8()), true, 2}, {"c", List(Int8()), true, 3}});
  const RecordBatch decoded = DecodeWhole(EncodeBatch(batch), grown).value();
  const ColumnData& b = *decoded.column(1).data();
  const ColumnData& c = *decoded.column(2).data();
  EXPECT_EQ(b.offsets.data(), c.offsets.data());
  EXPECT_EQ(b.validity.data(), c.validity.data());
  EXPECT_NE(b.offsets.data(), nullptr);
}

TEST(BatchEvolution, RequiredFieldsMayNotBeMissing) {
  const RecordBatch batch = TwoRows(SchemaOf({{"a", Int64(), false, 1}}));
  const Schema other = SchemaOf({{"a", Int64(), false, 1}, {"b", Int8(), false, 2}});
  ExpectDataLoss(DecodeWhole(EncodeBatch(batch), other).status(),
                 "required field \"b\" holds a null");
}

TEST(BatchEvolution, DroppedFieldsAreSkipped) {
  base::Random random(4);
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    const Schema schema = testkit::RandomSchema(random, {.min_fields = 2, .max_fields = 9});
    const RecordBatch batch = testkit::RandomBatch(schema, 5, random);
    std::vector<Field> kept;
    std::vector<Column> columns;
    for (size_t i = 0; i < schema.size(); ++i) {
      if (random.OneIn(2) && (i + 1 < schema.size() || !kept.empty())) continue;
      kept.push_back(schema.field(i));
      columns.push_back(batch.column(i));
    }
    const RecordBatch expected = RecordBatch::Make(SchemaOf(kept), columns).value();
    const auto decoded = DecodeWhole(EncodeBatch(batch), expected.schema());
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_TRUE(decoded->Equals(expected)) << seed;
  }
}

TEST(BatchEvolution, NamesDoNotMatterIdsDo) {
  const RecordBatch batch = TwoRows(SchemaOf({{"a", Int64(), true, 5}, {"b", Int64(), true, 2}}));
  const Schema renamed = SchemaOf({{"b", Int64(), true, 5}, {"c", Int64(), true, 2}});
  const RecordBatch decoded = DecodeWhole(EncodeBatch(batch), renamed).value();
  EXPECT_TRUE(decoded.column(0).Equals(batch.column(0)));
  EXPECT_TRUE(decoded.column(1).Equals(batch.column(1)));
}

TEST(BatchEvolution, OtherTypesAreRefused) {
  const RecordBatch batch = TwoRows(SchemaOf({{"a", Int64(), true, 1}, {"b", Utf8(), true, 2}}));
  const std::string bytes = EncodeBatch(batch);
  for (const Schema& other : {SchemaOf({{"a", Timestamp(), true, 1}, {"b", Utf8(), true, 2}}),
                              SchemaOf({{"a", Int64(), true, 1}, {"b", Binary(), true, 2}})}) {
    ExpectDataLoss(DecodeWhole(bytes, other).status(), "fields that this schema has not");
  }
  const Schema members = SchemaOf({{"s", Struct({{"x", Int8()}, {"y", Int8()}})}});
  const Schema swapped = SchemaOf({{"s", Struct({{"y", Int8()}, {"x", Int8()}})}});
  ExpectDataLoss(DecodeWhole(EncodeBatch(TwoRows(members)), swapped).status(),
                 "fields that this schema has not");
}

TEST(BatchEvolution, SubsetsStaySubsets) {
  const Schema schema = SchemaOf({{"v", Utf8(), true, 9},
                                  {"k2", Int64(), false, 4},
                                  {"k1", Utf8(), false, 1},
                                  {"w", Float64(), false, 5}});
  const RecordBatch keys = TwoRows(SchemaOf({{"k1", Utf8(), false, 1}, {"k2", Int64(), false, 4}}));
  const RecordBatch decoded =
      DecodeWhole(EncodeBatch(keys), schema, AbsentFields::kAreLeftOut).value();
  ASSERT_EQ(decoded.schema().ToString(), "k2: int64 not null, k1: utf8 not null");
  EXPECT_EQ(decoded.schema().field(0).id, 4U);
  EXPECT_TRUE(decoded.column(0).Equals(keys.column(1)));
  EXPECT_TRUE(decoded.column(1).Equals(keys.column(0)));
  // Nothing of it is left: no field, so no row.
  const RecordBatch nothing =
      DecodeWhole(EncodeBatch(keys), SchemaOf({{"x", Int8(), true, 3}}), AbsentFields::kAreLeftOut)
          .value();
  EXPECT_EQ(nothing.columns().size(), 0U);
}

TEST(BatchEvolution, ManyFieldsWithGapsComeBack) {
  std::vector<Field> fields;
  for (uint32_t i = 0; i < 3000; ++i) {
    fields.push_back({"f" + std::to_string(i), Int8(), true, UINT32_MAX - 1 - 7 * i / 5 * 3});
  }
  const RecordBatch batch = TwoRows(SchemaOf(fields));
  EXPECT_TRUE(DecodeWhole(EncodeBatch(batch), batch.schema())->Equals(batch));
}

}  // namespace
}  // namespace ashlar::columnar
