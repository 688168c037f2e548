// What holds for every generator: valid rows, the same whatever the batch size, and never changing.
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generators/generator_cases.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kSeed = 20;
constexpr uint64_t kRows = 500;

class GeneratorsTest : public testing::TestWithParam<GeneratorCase> {
 protected:
  static std::string DigestOf(uint64_t seed, uint64_t rows, uint64_t batch_rows) {
    return DigestOfRows(ReadAll(*GetParam().reader(seed, rows, batch_rows)));
  }
};

TEST_P(GeneratorsTest, RowsAreValidAndAsManyAsAskedFor) {
  const auto reader = GetParam().reader(kSeed, kRows, 400);
  uint64_t rows = 0;
  for (const RecordBatch& batch : ReadAll(*reader)) {
    EXPECT_EQ(batch.schema(), reader->schema());
    for (size_t column = 0; column < batch.columns().size(); ++column) {
      EXPECT_EQ(batch.column(column).Validate(), absl::OkStatus())
          << reader->schema().field(column).name;
    }
    rows += static_cast<uint64_t>(batch.rows());
  }
  EXPECT_EQ(rows, kRows);
}

TEST_P(GeneratorsTest, BatchesHaveTheRowsAskedForAndTheLastTheRest) {
  std::vector<int64_t> rows;
  for (const RecordBatch& batch : ReadAll(*GetParam().reader(kSeed, 10, 4))) {
    rows.push_back(batch.rows());
  }
  EXPECT_THAT(rows, testing::ElementsAre(4, 4, 2));
}

TEST_P(GeneratorsTest, TheEndLeavesTheBatchAsItWas) {
  const auto reader = GetParam().reader(kSeed, 3, 3);
  RecordBatch batch;
  ASSERT_TRUE(reader->Next(&batch).value());
  EXPECT_FALSE(reader->Next(&batch).value());
  EXPECT_FALSE(reader->Next(&batch).value());
  EXPECT_EQ(batch.rows(), 3);
  EXPECT_THAT(ReadAll(*GetParam().reader(kSeed, 0, 3)), testing::IsEmpty());
}

TEST_P(GeneratorsTest, BatchSizesDoNotChangeTheRows) {
  const std::string whole = DigestOf(kSeed, kRows, kRows);
  for (const uint64_t batch_rows : {1, 7, 64, 1'000, 1'000'000}) {
    EXPECT_EQ(DigestOf(kSeed, kRows, batch_rows), whole) << batch_rows << " rows a batch";
  }
}

TEST_P(GeneratorsTest, AnyRangeOfRowsIsThatOfTheStream) {
  const auto generator = GetParam().rows(kSeed);
  for (const uint64_t first : {uint64_t{0}, uint64_t{77}, uint64_t{5'000'000'000}}) {
    const RecordBatch around = generator->Rows(first, 40);
    EXPECT_TRUE(generator->Rows(first + 13, 20).Equals(around.Slice(13, 20).value())) << first;
  }
  const auto reader = GetParam().reader(kSeed, 40, 40);
  EXPECT_TRUE(generator->Rows(0, 40).Equals(ReadAll(*reader)[0]));
}

TEST_P(GeneratorsTest, AnotherSeedMakesOtherRows) {
  EXPECT_NE(DigestOf(kSeed, 200, 200), DigestOf(kSeed + 1, 200, 200));
}

// Figures and failing seeds of one day must mean the same on another: whoever changes a generator
// changes these, and says so.
TEST_P(GeneratorsTest, GeneratedRowsNeverChange) {
  const std::map<std::string, std::pair<std::string, std::string>> digests = {
      {"ScanTable",
       {"d3feffa7944c9b85bf3cd7b33b6c911eb885c9ac0c50a24c25311ed36b6d04b0",
        "ec1e02f02787009cc9da7d1a6b76e7b41f1f8e7dce39eaf19ab60f0513b74988"}},
      {"WideTable",
       {"be80748b0ac84e9af118974689ad65b9c8135dbde399a8c2eb4235242092ddd8",
        "f265c8b90a4fcb7030d564af36e515f65e62d932210359eab03d65cc5e9b287a"}},
      {"DeepNest",
       {"184b0e1bfb8f35d1c8706dd46b749ee903bc72446b5aba9588e18f8b7f4b129b",
        "d6857219bd0380b4f737cf8e894b6ce803cec662250bb836677eccd16125a59f"}},
      {"MixedTypes",
       {"79563755bc9aa7453d1afaa2e1d41c9c693067c667574fdaa272471f2e3fbcf5",
        "b9c2b2227d626aa60d551a6acce56b971788505e173e69a619462b721ca73ea1"}}};
  const auto& [first, second] = digests.at(GetParam().name);
  EXPECT_EQ(DigestOf(1, 2'000, 500), first);
  EXPECT_EQ(DigestOf(2, 2'000, 500), second);
}

INSTANTIATE_TEST_SUITE_P(All, GeneratorsTest, testing::ValuesIn(AllGenerators()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace ashlar::bench
