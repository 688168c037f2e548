// Choosing the accumulator of a kind and type.
#include "src/query/accumulator.h"

#include "src/base/check.h"

namespace ashlar::query {

std::unique_ptr<Accumulator> MakeAccumulator(const AggregatePlan::State& state, bool grouped,
                                             BackEnd back_end, MemoryMeter* meter) {
  const DataType& type = state.expression->type;
  switch (state.kind) {
    case Aggregate::Kind::kSum:
      return MakeSum(type, meter);
    case Aggregate::Kind::kStdDev:
      return MakeDeviation(type, meter);
    case Aggregate::Kind::kCountDistinct:
      return MakeDistinctCount(state.expression, grouped, back_end, meter);
    default:
      break;
  }
  ASHLAR_CHECK(state.kind == Aggregate::Kind::kMin || state.kind == Aggregate::Kind::kMax);
  const bool max = state.kind == Aggregate::Kind::kMax;
  return PhysicalOf(type) == Physical::kBytes ? MakeBytesExtreme(max, meter)
                                              : MakeExtreme(type, max, meter);
}

}  // namespace ashlar::query
