// The small steps of binding a stage, and the source that its filters see.
#include "src/query/stage_binding.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/query/plan.h"
#include "src/query/unnest_source.h"

namespace ashlar::query {

void SplitConjuncts(const BoundPtr& predicate, std::vector<BoundPtr>* conjuncts) {
  if (predicate->op != Op::kAnd) {
    conjuncts->push_back(predicate);
    return;
  }
  for (const BoundPtr& arg : predicate->args) SplitConjuncts(arg, conjuncts);
}

BoundPtr BindField(const Schema& schema, size_t field, Inputs* inputs) {
  const Input input{.field = field, .members = {}, .type = schema.field(field).type};
  const auto known = std::find(inputs->begin(), inputs->end(), input);
  auto bound = std::make_shared<BoundExpression>();
  bound->op = Op::kInput;
  bound->type = input.type;
  bound->physical = PhysicalOf(input.type);
  bound->input = static_cast<size_t>(known - inputs->begin());
  if (known == inputs->end()) inputs->push_back(input);
  return bound;
}

Field ResultField(std::string name, const BoundExpression& bound, const Schema& schema,
                  const Inputs& inputs) {
  Field field{std::move(name), bound.type, true, 0};
  if (bound.type.id() == TypeId{}) field.type = Bool();  // the literal null
  if (bound.op != Op::kInput) return field;
  const Input& input = inputs[bound.input];
  if (input.members.empty()) field.nullable = schema.field(input.field).nullable;
  return field;
}

absl::StatusOr<std::shared_ptr<const Source>> StageSource(std::shared_ptr<const Source> source,
                                                          const Stage& stage, BackEnd back_end,
                                                          const QueryControl* control) {
  for (const Unnesting& unnesting : stage.unnestings) {
    ASSIGN_OR_RETURN(source, MakeUnnestSource(std::move(source), unnesting.path,
                                              {.keep_empty = unnesting.keep_empty,
                                               .conjuncts = unnesting.conjuncts,
                                               .inputs = unnesting.inputs,
                                               .back_end = back_end,
                                               .control = control}));
  }
  return source;
}

}  // namespace ashlar::query
