// Fuzzes the expression language: no text may crash the parser, the binder or the interpreter, and
// what parses prints as text that parses to the same tree.
//
// The text is bound against a table with a column of every shape, whose names the corpus uses.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/expression.h"
#include "src/base/check.h"
#include "src/base/random.h"
#include "src/query/binder.h"
#include "src/query/expression_node.h"
#include "src/query/interpreter.h"
#include "src/query/memory_source.h"
#include "tests/testing/random_data.h"

namespace {

using ashlar::Expression;
using ashlar::RecordBatch;
using ashlar::Schema;

RecordBatch MakeTable() {
  std::vector<ashlar::Field> fields;
  // f0, f1, … of every leaf type, then nested ones.
  for (const ashlar::DataType& type : ashlar::testkit::LeafTypes()) {
    fields.push_back({"f" + std::to_string(fields.size()), type});
  }
  fields.push_back({"l", ashlar::List(ashlar::Int64())});
  fields.push_back({"o", ashlar::Struct({{"x", ashlar::Int64()}, {"y", ashlar::Utf8()}})});
  fields.push_back({"t", ashlar::List(ashlar::Struct(
                             {{"n", ashlar::Utf8()}, {"v", ashlar::List(ashlar::Float64())}}))});
  const auto schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  ashlar::base::Random random(1);
  return ashlar::testkit::RandomBatch(*schema, 16, random);
}

void Evaluate(const Expression& expression, const RecordBatch& table) {
  ashlar::query::Inputs inputs;
  const auto bound = ashlar::query::Bind(expression, table.schema(), &inputs);
  if (!bound.ok()) return;
  const auto source = ashlar::query::MakeMemorySource(table.schema(), {table});
  ashlar::query::SourceCounters counters;
  const auto morsel = source->Open(0, inputs, &counters);
  ASHLAR_CHECK_OK(morsel.status());
  ashlar::query::RowInterpreter interpreter;
  interpreter.BeginMorsel(**morsel);
  for (int64_t row = 0; row < table.rows(); ++row) {
    const auto value = interpreter.Evaluate(**bound, row);
    ASHLAR_CHECK(value.ok() || (*bound)->may_fail);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const RecordBatch* const table = new RecordBatch(MakeTable());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)ashlar::ParseExpressionList(text).ok();
  (void)ashlar::ParseAggregates(text).ok();
  (void)ashlar::ParseSortKeys(text).ok();
  const auto expression = Expression::Parse(text);
  if (!expression.ok()) return 0;
  const auto again = Expression::Parse(expression->ToString());
  ASHLAR_CHECK_OK(again.status());
  ASHLAR_CHECK(ashlar::query::NodesEqual(expression->node(), again->node()));
  Evaluate(*expression, *table);
  return 0;
}
