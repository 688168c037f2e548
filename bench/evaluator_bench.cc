// The vectorised evaluator alone: filters and sums over columns larger than any cache, as the
// pipeline runs them zone by zone. Every figure is per row; the first benchmark is what memory
// itself gives, to judge the others by.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/column.h"
#include "benchmark/benchmark.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/random.h"
#include "src/query/aggregate_kernels.h"
#include "src/query/evaluator.h"
#include "src/query/morsel.h"

namespace ashlar::query {
namespace {

constexpr int64_t kRows = int64_t{10} << 20;

// One column in one piece.
class ColumnsMorsel final : public Morsel {
 public:
  explicit ColumnsMorsel(std::vector<Column> columns) : columns_(std::move(columns)) {}
  int64_t rows() const override { return columns_.front().length(); }
  absl::StatusOr<Column> Read(size_t slot) override { return columns_[slot]; }

 private:
  std::vector<Column> columns_;
};

template <typename T, typename Make>
Column Values(const DataType& type, const Make& make) {
  std::vector<T> values(kRows);
  base::Random random(7);
  for (T& value : values) value = make(random);
  return Column::FromFixedWidthBytes(type, base::AsBytes(values));
}

const Column& Doubles() {
  static const Column* const column =
      new Column(Values<double>(Float64(), [](base::Random& r) { return r.Double(); }));
  return *column;
}

Column Integers(uint64_t bound) {
  return Values<int64_t>(Int64(),
                         [&](base::Random& r) { return static_cast<int64_t>(r.Uniform(bound)); });
}

// 200 cities behind codes of one byte.
Column Codes() {
  const Column codes = Values<uint8_t>(
      UInt8(), [](base::Random& r) { return static_cast<uint8_t>(r.Uniform(200)); });
  std::vector<std::string> names;
  for (int i = 100; i < 300; ++i) names.push_back("city " + std::to_string(i));
  const std::vector<std::string_view> views(names.begin(), names.end());
  auto data = std::make_shared<ColumnData>(*codes.data());
  data->type = Utf8();
  data->encoding = Encoding::kDictionary;
  data->code_width = 1;
  data->dictionary = Column::FromStrings(views).data();
  return Column(std::move(data));
}

BoundPtr InputOf(size_t slot, const DataType& type) {
  auto input = std::make_shared<BoundExpression>();
  input->op = Op::kInput;
  input->type = type;
  input->physical = PhysicalOf(type);
  input->input = slot;
  return input;
}

BoundPtr LiteralOf(const DataType& type, LiteralValue value) {
  auto literal = std::make_shared<BoundExpression>();
  value.is_null = false;
  literal->type = type;
  literal->physical = PhysicalOf(type);
  literal->literal = std::move(value);
  return literal;
}

BoundPtr Compare(Op op, BoundPtr left, BoundPtr right) {
  auto compare = std::make_shared<BoundExpression>();
  compare->op = op;
  compare->type = Bool();
  compare->physical = Physical::kBool;
  compare->args = {std::move(left), std::move(right)};
  return compare;
}

BoundPtr GreaterThan(const DataType& type, LiteralValue value) {
  return Compare(Op::kGreater, InputOf(0, type), LiteralOf(type, std::move(value)));
}

// Filters all zones and hands what is left to `use`.
template <typename Use>
void FilterZones(const BoundPtr& predicate, Morsel* morsel, const Use& use) {
  const std::unique_ptr<Evaluator> evaluator = MakeEvaluator(predicate, BackEnd::kVectorised);
  ASHLAR_CHECK_OK(evaluator->BeginMorsel(*morsel));
  for (int64_t row = 0; row < morsel->rows(); row += kZoneRows) {
    Bits selection = Bits::FirstRows(std::min(kZoneRows, morsel->rows() - row));
    ASHLAR_CHECK_OK(evaluator->Filter({row, kZoneRows}, &selection));
    use(row, selection);
  }
}

void CountWhere(benchmark::State& state, const BoundPtr& predicate, std::vector<Column> columns,
                int64_t row_bytes) {
  ColumnsMorsel morsel(std::move(columns));
  for (auto _ : state) {
    int64_t count = 0;
    FilterZones(predicate, &morsel,
                [&](int64_t, const Bits& selection) { count += selection.Count(); });
    benchmark::DoNotOptimize(count);
  }
  state.SetItemsProcessed(state.iterations() * morsel.rows());
  state.SetBytesProcessed(state.iterations() * morsel.rows() * row_bytes);
}

void BM_ReadMemory(benchmark::State& state) {
  const std::byte* const values = Doubles().data()->values.data();
  for (auto _ : state) {
    Int128 sum = 0;
    for (int64_t row = 0; row < kRows; row += kZoneRows) {
      sum += SumUInt64(values + row * 8, kZoneRows, Bits::FirstRows(kZoneRows));
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.SetBytesProcessed(state.iterations() * kRows * 8);
}
BENCHMARK(BM_ReadMemory)->Unit(benchmark::kMillisecond);

// state.range(0): rows selected in a hundred.
void BM_CountDoubleGreater(benchmark::State& state) {
  LiteralValue bound;
  bound.real = 1 - static_cast<double>(state.range(0)) / 100;
  CountWhere(state, GreaterThan(Float64(), bound), {Doubles()}, 8);
}
BENCHMARK(BM_CountDoubleGreater)->Arg(1)->Arg(50)->Unit(benchmark::kMillisecond);

// What a zone costs besides memory: the same 64 Ki rows over and over.
void BM_CountDoubleGreaterInCache(benchmark::State& state) {
  LiteralValue bound;
  bound.real = 0.5;
  absl::StatusOr<Column> piece = Doubles().Slice(0, int64_t{8} << 10);
  ASHLAR_CHECK_OK(piece.status());
  CountWhere(state, GreaterThan(Float64(), bound), {*piece}, 8);
}
BENCHMARK(BM_CountDoubleGreaterInCache);

void BM_CountInt32Greater(benchmark::State& state) {
  const Column column = Values<int32_t>(
      Int32(), [](base::Random& r) { return static_cast<int32_t>(r.Uniform(1000)); });
  LiteralValue bound;
  bound.int64 = 500;
  CountWhere(state, GreaterThan(Int32(), bound), {column}, 4);
}
BENCHMARK(BM_CountInt32Greater)->Unit(benchmark::kMillisecond);

void BM_CountCodesOneByte(benchmark::State& state) {
  LiteralValue bound;
  bound.bytes = "city 200";
  CountWhere(state, GreaterThan(Utf8(), bound), {Codes()}, 1);
}
BENCHMARK(BM_CountCodesOneByte)->Unit(benchmark::kMillisecond);

// sum(b) where a > bound, with one row in ten deleted.
void BM_FilteredSumOfLiveRows(benchmark::State& state) {
  const Column a = Integers(1000);
  const Column b = Integers(uint64_t{1} << 40);
  ColumnsMorsel morsel({a, b});
  std::vector<Bits> live(kRows / kZoneRows);
  base::Random random(3);
  for (Bits& bits : live) {
    bits = Bits::FirstRows(kZoneRows);
    for (int i = 0; i < 100; ++i) bits.Clear(static_cast<int64_t>(random.Uniform(kZoneRows)));
  }
  LiteralValue bound;
  bound.int64 = 500;
  const BoundPtr predicate = GreaterThan(Int64(), bound);
  const std::byte* const values = b.data()->values.data();
  const std::unique_ptr<Evaluator> evaluator = MakeEvaluator(predicate, BackEnd::kVectorised);
  for (auto _ : state) {
    Int128 sum = 0;
    ASHLAR_CHECK_OK(evaluator->BeginMorsel(morsel));
    for (int64_t row = 0; row < kRows; row += kZoneRows) {
      Bits selection = live[static_cast<size_t>(row / kZoneRows)];
      ASHLAR_CHECK_OK(evaluator->Filter({row, kZoneRows}, &selection));
      sum += SumInt64(values + row * 8, kZoneRows, selection);
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.SetBytesProcessed(state.iterations() * kRows * 16);
}
BENCHMARK(BM_FilteredSumOfLiveRows)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ashlar::query
