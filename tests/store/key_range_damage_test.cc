// Key ranges of a damaged store: all rows, or an error.
#include <memory>
#include <string>
#include <utility>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "tests/store/damage_fixture.h"
#include "tests/store/range_model.h"

namespace ashlar {
namespace {

using testkit::RangeRows;
using testkit::Shape;
using testkit::StatusOf;

// Rows first, first + 3, …
RecordBatch EveryThird(const Shape& shape, int64_t first) {
  RangeRows rows;
  for (int64_t i = 0; i < 2000; ++i) rows.emplace_back(first + i * 3, i);
  return testkit::RowsOf(shape, rows);
}

// What a range gives until it ends or fails.
RangeRows ReadUntilEnd(BatchReader& reader, absl::Status* status) {
  RangeRows rows;
  for (RecordBatch batch;;) {
    const absl::StatusOr<bool> more = reader.Next(&batch);
    *status = more.status();
    if (!more.ok() || !*more) return rows;
    for (int64_t row = 0; row < batch.rows(); ++row) {
      rows.emplace_back(testkit::KeyAt(batch, row), testkit::ValueAt(batch, row));
    }
  }
}

class DamagedRangeTest : public testkit::DamagedStoreTest {
 protected:
  // Two segments whose keys interleave.
  void WriteKeyed(bool hash_index) {
    Open();
    ASSERT_OK(store_->CreateDataset("keyed", testkit::SchemaOf(shape_),
                                    {.key = {"k0"}, .hash_index = hash_index}));
    for (const int64_t first : {0, 1}) {
      ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
      ASSERT_OK(transaction.Upsert("keyed", EveryThird(shape_, first)));
      ASSERT_OK(std::move(transaction).Commit());
    }
  }
  absl::StatusOr<std::unique_ptr<BatchReader>> Range(const KeyRangeOptions& options = {}) {
    return store_->GetSnapshot().GetDataset("keyed")->Range(options);
  }

  const Shape shape_ = testkit::RangeShapes()[0];
};

// Whatever byte is broken. An error names the file, and comes again when asked again.
TEST_F(DamagedRangeTest, NoRowIsLeftOutSilently) {
  for (const bool hash_index : {false, true}) {
    WriteKeyed(hash_index);
    absl::Status status;
    const RangeRows expected = ReadUntilEnd(**Range(), &status);
    ASSERT_OK(status);
    ASSERT_EQ(expected.size(), 4000u);
    Close();
    const std::string name = Segment();
    const size_t size = testkit::ReadFile(*files_, name).size();
    int errors = 0;
    for (size_t offset = 0; offset < size; offset += size / 97) {
      testkit::FlipByte(*files_, name, offset);
      Open();
      ASSERT_OK_AND_ASSIGN(const auto reader, Range());
      const RangeRows rows = ReadUntilEnd(*reader, &status);
      if (status.ok()) {
        EXPECT_EQ(rows, expected) << "offset " << offset;
      } else {
        ++errors;
        EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
        EXPECT_NE(status.message().find(name), absl::string_view::npos) << status;
        RecordBatch batch;
        EXPECT_EQ(reader->Next(&batch).status(), status);
      }
      Close();
      testkit::FlipByte(*files_, name, offset);
    }
    EXPECT_GT(errors, 30);
    Open();
    ASSERT_OK(store_->DropDataset("keyed"));
    Close();
  }
}

TEST_F(DamagedRangeTest, AMissingFileIsDataLossOnlyWhereItIsReached) {
  WriteKeyed(false);
  {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", testkit::RowsOf(shape_, {{Key(50'000), 1}})));
    ASSERT_OK(std::move(transaction).Commit());
  }
  Close();
  ASSERT_OK(files_->Unlink(Segment()));
  Open();
  absl::Status status;
  ASSERT_OK_AND_ASSIGN(const auto first, Range({.to = Key(40'000)}));
  EXPECT_EQ(ReadUntilEnd(*first, &status).size(), 4000u);
  EXPECT_OK(status);
  ASSERT_OK_AND_ASSIGN(const auto all, Range());
  EXPECT_LE(ReadUntilEnd(*all, &status).size(), 4000u);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
}

}  // namespace
}  // namespace ashlar
