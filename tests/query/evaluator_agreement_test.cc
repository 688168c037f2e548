// The two back ends against each other: random expressions over random columns in all encodings,
// slices of them and selections. Values, nulls and errors (code and message) must be the same.
//
// A case is one expression on one stretch of rows. ASHLAR_EXPRESSION_SEEDS widens the run; a
// failure prints the seed, and ASHLAR_EXPRESSION_FIRST_SEED starts there.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/query/binder.h"
#include "src/query/evaluator.h"
#include "src/query/memory_source.h"
#include "tests/query/column_mixture.h"
#include "tests/query/expression_generator.h"
#include "tests/testing/random_data.h"
#include "tests/testing/thorough.h"

namespace ashlar::query {
namespace {

constexpr uint64_t kSeeds = testkit::kThorough ? 1000 : 200;
constexpr int kExpressions = 200;  // a seed

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

bool SameReal(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool SameValue(const Vector& a, const Vector& b, int64_t row) {
  switch (a.physical) {
    case Physical::kBool:
      return a.bits.Get(row) == b.bits.Get(row);
    case Physical::kInt64:
      return a.int64[row] == b.int64[row];
    case Physical::kUInt64:
      return a.uint64[row] == b.uint64[row];
    case Physical::kDouble:
      return SameReal(a.real[row], b.real[row]);
    case Physical::kBytes:
      return a.bytes[row] == b.bytes[row];
    default:
      return true;
  }
}

struct Counts {
  uint64_t cases = 0;
  uint64_t errors = 0;  // zones that failed, the same way twice
  uint64_t rows = 0;
  uint64_t fallback_rows = 0;
};

// One seed: some data, and many expressions over it.
class Round {
 public:
  Round(uint64_t seed, Counts* counts)
      : random_(seed), counts_(counts), batch_(Data()), schema_(batch_.schema()) {
    source_ = MakeMemorySource(schema_, {batch_}, {.morsel_rows = 2 * kZoneRows});
  }

  void Run() {
    GeneratorOptions options;
    options.max_depth = 1 + static_cast<int>(random_.Uniform(4));
    const uint64_t failing[] = {0, 2, 8};
    options.failing_one_in = failing[random_.Uniform(3)];
    ExpressionGenerator generator(batch_, random_, options);
    for (int i = 0; i < kExpressions && !testing::Test::HasFatalFailure(); ++i) {
      predicate_ = random_.OneIn(2);
      const Expression expression = predicate_ ? generator.Predicate() : generator.Value();
      SCOPED_TRACE(expression.ToString());
      Inputs inputs;
      const absl::StatusOr<BoundPtr> bound = Bind(expression, schema_, &inputs);
      if (!bound.ok()) continue;  // a cast of a literal that has no such value
      predicate_ = predicate_ && (*bound)->physical == Physical::kBool;
      ++counts_->cases;
      Compare(*bound, inputs);
    }
  }

 private:
  // A batch of the mixture, or of any schema, in some forms, cut somewhere.
  RecordBatch Data() {
    const int64_t length = 1 + static_cast<int64_t>(random_.Uniform(random_.OneIn(8) ? 4000 : 150));
    const RecordBatch whole = random_.OneIn(3) ? AnyColumns(length) : MixedColumns(length, random_);
    const auto offset = static_cast<int64_t>(random_.Uniform(static_cast<uint64_t>(length)));
    const absl::StatusOr<RecordBatch> slice = whole.Slice(offset, length - offset);
    ASHLAR_CHECK_OK(slice.status());
    return *slice;
  }

  RecordBatch AnyColumns(int64_t length) {
    const Schema schema = testkit::RandomSchema(random_, {.max_fields = 8});
    const RecordBatch plain =
        testkit::RandomBatch(schema, length, random_, {.cardinality = random_.OneIn(2) ? 0U : 6U});
    std::vector<Column> columns;
    for (const Column& column : plain.columns()) columns.push_back(InSomeForm(column, random_));
    const absl::StatusOr<RecordBatch> batch = RecordBatch::Make(schema, std::move(columns));
    ASHLAR_CHECK_OK(batch.status());
    return *batch;
  }

  void Compare(const BoundPtr& bound, const Inputs& inputs) {
    const auto interpreter = MakeEvaluator(bound, BackEnd::kInterpreter);
    const auto vectorised = MakeEvaluator(bound, BackEnd::kVectorised);
    for (size_t m = 0; m < source_->morsels(); ++m) {
      SourceCounters counters;
      const auto morsel = source_->Open(m, inputs, &counters);
      ASSERT_TRUE(morsel.ok());
      ASSERT_TRUE(interpreter->BeginMorsel(**morsel).ok());
      ASSERT_TRUE(vectorised->BeginMorsel(**morsel).ok());
      for (int64_t row = 0; row < (*morsel)->rows(); row += kZoneRows) {
        const ZoneRange zone{row, std::min(kZoneRows, (*morsel)->rows() - row)};
        if (predicate_) {
          CompareFilters(zone, interpreter.get(), vectorised.get());
        } else {
          CompareValues(zone, interpreter.get(), vectorised.get());
        }
        if (testing::Test::HasFatalFailure()) return;
      }
    }
    counts_->fallback_rows += vectorised->fallback_rows();
  }

  Bits Selection(int64_t rows) {
    Bits bits = Bits::FirstRows(rows);
    const uint64_t kind = random_.Uniform(4);
    for (uint64_t& word : bits.words) {
      if (kind == 1) word &= random_.Next64();
      if (kind == 2) word &= random_.Next64() & random_.Next64() & random_.Next64();
    }
    counts_->rows += static_cast<uint64_t>(bits.Count());
    return bits;
  }

  void ExpectSameStatus(const absl::Status& expected, const absl::Status& got) {
    if (!expected.ok()) ++counts_->errors;
    ASSERT_EQ(expected.ToString(), got.ToString());
  }

  void CompareFilters(const ZoneRange& zone, Evaluator* interpreter, Evaluator* vectorised) {
    Bits expected = Selection(zone.rows);
    Bits got = expected;
    const absl::Status status = interpreter->Filter(zone, &expected);
    ASSERT_NO_FATAL_FAILURE(ExpectSameStatus(status, vectorised->Filter(zone, &got)));
    if (!status.ok()) return;
    for (int64_t row = 0; row < kZoneRows; ++row) {
      ASSERT_EQ(expected.Get(row), got.Get(row)) << "row " << zone.first_row + row;
    }
  }

  void CompareValues(const ZoneRange& zone, Evaluator* interpreter, Evaluator* vectorised) {
    const Bits selection = Selection(zone.rows);
    const absl::Status status = interpreter->Evaluate(zone, selection, expected_.get());
    ASSERT_NO_FATAL_FAILURE(
        ExpectSameStatus(status, vectorised->Evaluate(zone, selection, got_.get())));
    if (!status.ok()) return;
    ASSERT_EQ(expected_->physical, got_->physical);
    ForEachRow(selection, [&](int64_t row) {
      ASSERT_EQ(expected_->IsNull(row), got_->IsNull(row)) << "row " << row;
      ASSERT_TRUE(expected_->IsNull(row) || SameValue(*expected_, *got_, row)) << "row " << row;
    });
  }

  base::Random random_;
  Counts* const counts_;
  const RecordBatch batch_;
  const Schema schema_;
  std::shared_ptr<const Source> source_;
  bool predicate_ = false;
  std::unique_ptr<Vector> expected_ = std::make_unique<Vector>();
  std::unique_ptr<Vector> got_ = std::make_unique<Vector>();
};

TEST(EvaluatorAgreement, RandomExpressions) {
  const uint64_t seeds = FromEnvironment("ASHLAR_EXPRESSION_SEEDS", kSeeds);
  const uint64_t first = FromEnvironment("ASHLAR_EXPRESSION_FIRST_SEED", 1);
  Counts counts;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Round(seed, &counts).Run();
    if (HasFatalFailure()) return;
  }
  RecordProperty("cases", std::to_string(counts.cases));
  RecordProperty("errors", std::to_string(counts.errors));
  RecordProperty("rows", std::to_string(counts.rows));
  RecordProperty("fallback_rows", std::to_string(counts.fallback_rows));
  // Neither generator may degenerate: into what always fails, or what is all left to the
  // interpreter.
  EXPECT_GT(counts.cases, seeds * kExpressions * 9 / 10);
  EXPECT_LT(counts.errors, counts.cases / 2);
  EXPECT_GT(counts.errors, counts.cases / 1000);
  EXPECT_LT(counts.fallback_rows, counts.rows);
}

}  // namespace
}  // namespace ashlar::query
