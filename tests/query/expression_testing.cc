// Evaluation through the same interfaces that the pipeline uses: source, morsel, evaluator.
#include "tests/query/expression_testing.h"

#include <algorithm>
#include <memory>

#include "ashlar/status_macros.h"
#include "src/columnar/json_value.h"
#include "src/query/datum.h"
#include "src/query/memory_source.h"

namespace ashlar::query {
namespace {

std::shared_ptr<const Source> SourceOf(const RecordBatch& batch) {
  return MakeMemorySource(batch.schema(), {batch});
}

}  // namespace

std::string VectorText(const DataType& type, const Vector& vector, int64_t row) {
  const int64_t at = vector.constant ? 0 : row;
  if (vector.physical == Physical::kNull || vector.IsNull(at)) return "null";
  const auto slot = static_cast<size_t>(at);
  switch (vector.physical) {
    case Physical::kBool:
      return DatumText(type, Datum::OfBool(vector.bits.Get(at)));
    case Physical::kInt64:
      return DatumText(type, Datum::OfInt64(vector.int64[slot]));
    case Physical::kUInt64:
      return DatumText(type, Datum::OfUInt64(vector.uint64[slot]));
    case Physical::kDouble:
      return DatumText(type, Datum::OfDouble(vector.real[slot]));
    case Physical::kBytes:
      return DatumText(type, Datum::OfBytes(vector.bytes[slot]));
    default: {
      std::string text;
      columnar::AppendJsonValue(vector.nested, vector.first_row + at, &text);
      return text;
    }
  }
}

absl::StatusOr<std::vector<std::string>> EvaluateBound(const BoundPtr& bound, const Inputs& inputs,
                                                       const RecordBatch& batch, BackEnd back_end) {
  const auto source = SourceOf(batch);
  const auto evaluator = MakeEvaluator(bound, back_end);
  SourceCounters counters;
  std::vector<std::string> texts;
  const auto vector = std::make_unique<Vector>();
  for (size_t i = 0; i < source->morsels(); ++i) {
    ASSIGN_OR_RETURN(const auto morsel, source->Open(i, inputs, &counters));
    RETURN_IF_ERROR(evaluator->BeginMorsel(*morsel));
    for (int64_t first = 0; first < morsel->rows(); first += kZoneRows) {
      const ZoneRange zone{first, std::min(kZoneRows, morsel->rows() - first)};
      RETURN_IF_ERROR(evaluator->Evaluate(zone, Bits::FirstRows(zone.rows), vector.get()));
      for (int64_t row = 0; row < zone.rows; ++row) {
        texts.push_back(VectorText(bound->type, *vector, row));
      }
    }
  }
  return texts;
}

absl::StatusOr<std::vector<std::string>> EvaluateExpression(const Expression& expression,
                                                            const RecordBatch& batch) {
  Inputs inputs;
  ASSIGN_OR_RETURN(const BoundPtr bound, Bind(expression, batch.schema(), &inputs));
  return EvaluateBound(bound, inputs, batch);
}

absl::StatusOr<std::vector<std::string>> EvaluateText(std::string_view text,
                                                      const RecordBatch& batch) {
  ASSIGN_OR_RETURN(const Expression expression, Expression::Parse(text));
  return EvaluateExpression(expression, batch);
}

absl::StatusOr<std::vector<int64_t>> FilterText(std::string_view text, const RecordBatch& batch) {
  ASSIGN_OR_RETURN(const Expression expression, Expression::Parse(text));
  Inputs inputs;
  ASSIGN_OR_RETURN(const BoundPtr bound, BindPredicate(expression, batch.schema(), &inputs));
  const auto evaluator = MakeEvaluator(bound, BackEnd::kInterpreter);
  const auto source = SourceOf(batch);
  SourceCounters counters;
  std::vector<int64_t> rows;
  ASSIGN_OR_RETURN(const auto morsel, source->Open(0, inputs, &counters));
  RETURN_IF_ERROR(evaluator->BeginMorsel(*morsel));
  Bits selection = Bits::FirstRows(morsel->rows());
  RETURN_IF_ERROR(evaluator->Filter({0, morsel->rows()}, &selection));
  ForEachRow(selection, [&rows](int64_t row) { rows.push_back(row); });
  return rows;
}

}  // namespace ashlar::query
