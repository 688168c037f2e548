// Schemas that evolve: fields are added, dropped and renamed without touching stored segments.

#include <unistd.h>

#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

template <typename PlaceType>
class SchemaEvolutionTest : public StoreTest<PlaceType> {
 protected:
  absl::StatusOr<WriteStats> Change(const SchemaChange& change) {
    auto transaction = this->store_->BeginWrite();
    if (!transaction.ok()) return transaction.status();
    if (auto changed = transaction->ChangeSchema("orders", change); !changed.ok()) return changed;
    return std::move(*transaction).Commit();
  }
};
TYPED_TEST_SUITE(SchemaEvolutionTest, Places);

TYPED_TEST(SchemaEvolutionTest, AddedFieldIsNullInOldRowsAndRenamedFieldKeepsItsValues) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 3000)));
  ASSERT_OK_AND_ASSIGN(
      const WriteStats stats,
      this->Change({.drop = {"amount"}, .rename = {{"city", "town"}}, .add = {{"note", Utf8()}}}));
  EXPECT_EQ(stats.segments_written, 0u);
  this->Reopen();
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_EQ(orders.schema().ToString(), "id: int64 not null, town: utf8, note: utf8");
  const RecordBatch rows = ReadAll(orders);
  ASSERT_EQ(rows.rows(), 3000);
  const RecordBatch before = CityRows(0, 3000);
  EXPECT_TRUE(rows.column(1).Equals(before.column(1)));
  EXPECT_EQ(rows.column(2).null_count(), 3000);
  // The old version still has the old schema.
  ASSERT_OK_AND_ASSIGN(const Snapshot old, this->store_->At(uint64_t{2}));
  EXPECT_TRUE(ReadAll(*old.GetDataset("orders")).Equals(before));
}

TYPED_TEST(SchemaEvolutionTest, ADroppedNameCanComeBackAsAnotherField) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 100)));
  ASSERT_OK(this->Change({.drop = {"amount"}}));
  ASSERT_OK(this->Change({.add = {{"amount", Float64()}}}));
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_EQ(ReadAll(orders).column(2).null_count(), 100);
  EXPECT_EQ(orders.schema().field(2).id, 4u);
}

TYPED_TEST(SchemaEvolutionTest, BadChangesChangeNothing) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const uint64_t version = this->store_->GetSnapshot().version();
  EXPECT_TRUE(absl::IsNotFound(this->Change({.drop = {"none"}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(this->Change({.rename = {{"id", "city"}}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(this->Change({.add = {{"x", Int64(), false}}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(this->Change({.drop = {"id", "city", "amount"}}).status()));
  EXPECT_EQ(this->store_->GetSnapshot().version(), version);
}

}  // namespace
}  // namespace ashlar::testkit
