// Keys of new datasets: what is accepted, and what is refused before anything happens.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "src/store/dataset_impl.h"
#include "src/store/key_options.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

class KeyOptionsTest : public ::testing::Test {
 protected:
  KeyOptionsTest() { store_ = *OpenAt(place_); }

  MemoryPlace place_;
  std::unique_ptr<Store> store_;
  const Schema schema_ = *Schema::Make({{"id", Int64()},
                                        {"name", Utf8()},
                                        {"hash", FixedSizeBinary(16), false},
                                        {"score", Float64()},
                                        {"day", Date32()},
                                        {"tags", List(Utf8())}});
};

TEST_F(KeyOptionsTest, KeyFieldsBecomeRequiredAndStay) {
  ASSERT_OK(store_->CreateDataset(
      "d", schema_, {.key = {"name", "id"}, .partition_by = {"hash"}, .hash_index = true}));
  const auto state = [&] { return store_->GetSnapshot().GetDataset("d")->impl().state; };
  EXPECT_EQ(state()->key, (std::vector<uint32_t>{2, 1}));
  EXPECT_EQ(state()->partition_by, std::vector<uint32_t>{3});
  EXPECT_TRUE(state()->hash_index);
  EXPECT_FALSE(state()->schema.field(0).nullable);
  EXPECT_FALSE(state()->schema.field(1).nullable);
  EXPECT_TRUE(state()->schema.field(3).nullable);
  const auto change = [&](const SchemaChange& wanted) {
    auto transaction = *store_->BeginWrite();
    const absl::Status changed = transaction.ChangeSchema("d", wanted);
    return changed.ok() ? std::move(transaction).Commit().status() : changed;
  };
  for (const std::string name : {"id", "name", "hash"}) {
    const absl::Status refused = change({.drop = {name}, .add = {{name, Int32()}}});
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
    EXPECT_NE(refused.ToString().find("'" + name + "'"), std::string::npos) << refused;
  }
  ASSERT_OK(change({.drop = {"score"}, .rename = {{"id", "number"}}}));
  store_.reset();
  store_ = *OpenAt(place_);
  EXPECT_EQ(store::FieldNames(state()->schema, state()->key),
            (std::vector<std::string>{"name", "number"}));
}

TEST_F(KeyOptionsTest, WhatIsWrongIsRefusedByName) {
  const std::vector<std::pair<std::string, DatasetOptions>> bad = {
      {"'nmae'", {.key = {"nmae"}}},
      {"key field 'id' is named twice", {.key = {"id", "name", "id"}}},
      {"key field 'score' is float64", {.key = {"id", "score"}}},
      {"key field 'day' is date32", {.key = {"day"}}},
      {"key field 'tags' is list", {.key = {"tags"}}},
      {"partition field 'score' is float64", {.key = {"id"}, .partition_by = {"score"}}},
      {"partition field 'name' is named twice", {.key = {"id"}, .partition_by = {"name", "name"}}},
      {"'missing'", {.key = {"id"}, .partition_by = {"missing"}}},
      {"a hash index needs a key", {.hash_index = true}},
  };
  const uint64_t version = store_->GetSnapshot().version();
  for (const auto& [why, options] : bad) {
    const absl::Status refused = store_->CreateDataset("d", schema_, options);
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
    EXPECT_NE(refused.ToString().find(why), std::string::npos) << refused;
  }
  const absl::Status ordered = store_->CreateDataset("d", schema_, {.partition_by = {"id"}});
  EXPECT_TRUE(absl::IsUnimplemented(ordered)) << ordered;
  EXPECT_EQ(store_->GetSnapshot().version(), version);
}

TEST_F(KeyOptionsTest, AtMostSixteenFields) {
  std::vector<Field> fields;
  std::vector<std::string> names;
  for (int i = 0; i < 17; ++i) {
    names.push_back(base::StrCat("f", i));
    fields.push_back({names.back(), Int32()});
  }
  const Schema wide = *Schema::Make(std::move(fields));
  const absl::Status refused = store_->CreateDataset("d", wide, {.key = names});
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_NE(refused.ToString().find("'f16' is one too many"), std::string::npos) << refused;
  names.pop_back();
  EXPECT_OK(store_->CreateDataset("d", wide, {.key = names}));
}

TEST_F(KeyOptionsTest, RowsByKeyAreNotAppended) {
  ASSERT_OK(store_->CreateDataset("d", CitySchema(), {.key = {"id"}}));
  for (const auto& status : {AppendAll(*store_, "d", CityRows(0, 3)).status(),
                             ReplaceAll(*store_, "d", CityRows(0, 3)).status()}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_NE(status.ToString().find("'d'"), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace ashlar::testkit
