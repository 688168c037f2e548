// Checking types, naming results and sharing work; see the header.
#include "src/query/aggregate_plan.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::query {
namespace {

using Kind = Aggregate::Kind;

std::string_view Verb(Kind kind) {
  switch (kind) {
    case Kind::kCountRows:
    case Kind::kCount:
      return "count";
    case Kind::kCountDistinct:
      return "count distinct values of";
    case Kind::kSum:
      return "sum";
    case Kind::kMin:
      return "take the min of";
    case Kind::kMax:
      return "take the max of";
    case Kind::kAvg:
      return "average";
    case Kind::kStdDev:
      return "take the stddev of";
  }
  return "aggregate";
}

absl::Status Refuse(const BoundExpression& expression, std::string_view verb, std::string_view name,
                    std::string_view why) {
  const std::string where =
      expression.position < 0 ? std::string() : base::StrCat("at ", expression.position, ": ");
  return absl::InvalidArgumentError(base::StrCat(where, "cannot ", verb, " \"", name, "\": ", why));
}

absl::Status CheckScalar(const BoundExpression& expression, std::string_view verb,
                         std::string_view name) {
  switch (expression.physical) {
    case Physical::kNull:
      return Refuse(expression, verb, name, "it is null and has no type; cast it to one");
    case Physical::kNested:
      return Refuse(expression, verb, name,
                    base::StrCat("it is a ", expression.type.ToString(),
                                 ", not a single value; unnest it or name a member"));
    default:
      return absl::OkStatus();
  }
}

absl::Status CheckArgument(const BoundAggregate& aggregate) {
  if (aggregate.kind == Kind::kCountRows) return absl::OkStatus();
  ASHLAR_CHECK(aggregate.argument != nullptr);
  const BoundExpression& argument = *aggregate.argument;
  const std::string_view verb = Verb(aggregate.kind);
  // Whether a row is null can be told of anything that has a type.
  if (aggregate.kind == Kind::kCount && argument.physical == Physical::kNested) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckScalar(argument, verb, aggregate.name));
  const bool needs_number = aggregate.kind == Kind::kSum || aggregate.kind == Kind::kAvg ||
                            aggregate.kind == Kind::kStdDev;
  const bool is_number = argument.type.is_signed_integer() || argument.type.is_unsigned_integer() ||
                         argument.type.is_floating();
  if (needs_number && !is_number) {
    return Refuse(argument, verb, aggregate.name,
                  base::StrCat("it is a ", argument.type.ToString(), ", not a number"));
  }
  return absl::OkStatus();
}

DataType ResultType(const BoundAggregate& aggregate) {
  switch (aggregate.kind) {
    case Kind::kCountRows:
    case Kind::kCount:
    case Kind::kCountDistinct:
      return Int64();
    case Kind::kSum:
      if (aggregate.argument->type.is_floating()) return Float64();
      return aggregate.argument->type.is_unsigned_integer() ? UInt64() : Int64();
    case Kind::kMin:
    case Kind::kMax:
      return aggregate.argument->type;
    case Kind::kAvg:
    case Kind::kStdDev:
      return Float64();
  }
  return Int64();
}

bool IsCount(Kind kind) {
  return kind == Kind::kCountRows || kind == Kind::kCount || kind == Kind::kCountDistinct;
}

bool SameExpression(const BoundPtr& a, const BoundPtr& b) {
  return a == b || (a->op == Op::kInput && b->op == Op::kInput && a->input == b->input);
}

size_t ArgumentIndex(const BoundPtr& argument, AggregatePlan* plan) {
  for (size_t i = 0; i < plan->arguments.size(); ++i) {
    if (SameExpression(plan->arguments[i], argument)) return i;
  }
  plan->arguments.push_back(argument);
  return plan->arguments.size() - 1;
}

size_t StateIndex(const AggregatePlan::State& state, AggregatePlan* plan) {
  for (size_t i = 0; i < plan->states.size(); ++i) {
    const AggregatePlan::State& known = plan->states[i];
    if (known.kind == state.kind && SameExpression(known.expression, state.expression)) return i;
  }
  plan->states.push_back(state);
  return plan->states.size() - 1;
}

void AddResult(BoundAggregate aggregate, AggregatePlan* plan) {
  AggregatePlan::Result result;
  result.aggregate = std::move(aggregate);
  const Kind kind = result.aggregate.kind;
  const BoundPtr& argument = result.aggregate.argument;
  if (kind == Kind::kCountDistinct) {
    result.state = StateIndex({kind, kNoIndex, argument}, plan);
  } else if (kind != Kind::kCountRows) {
    result.argument = ArgumentIndex(argument, plan);
    if (kind != Kind::kCount) {
      const Kind state = kind == Kind::kAvg ? Kind::kSum : kind;
      result.state = StateIndex({state, result.argument, argument}, plan);
    }
  }
  plan->results.push_back(std::move(result));
}

}  // namespace

absl::StatusOr<AggregatePlan> PlanAggregate(std::vector<BoundPtr> keys,
                                            const std::vector<std::string>& key_names,
                                            std::vector<BoundAggregate> aggregates,
                                            BackEnd back_end) {
  ASHLAR_CHECK(keys.size() == key_names.size());
  if (keys.empty() && aggregates.empty()) {
    return absl::InvalidArgumentError("an aggregation needs a key or an aggregate");
  }
  AggregatePlan plan;
  plan.back_end = back_end;
  plan.operation = keys.empty() ? "aggregate" : aggregates.empty() ? "distinct" : "group by";
  const std::string_view verb = aggregates.empty() ? "take distinct values of" : "group by";
  std::vector<Field> fields;
  for (size_t i = 0; i < keys.size(); ++i) {
    RETURN_IF_ERROR(CheckScalar(*keys[i], verb, key_names[i]));
    fields.push_back({key_names[i], keys[i]->type});
  }
  for (BoundAggregate& aggregate : aggregates) {
    RETURN_IF_ERROR(CheckArgument(aggregate));
    fields.push_back({aggregate.name, ResultType(aggregate), !IsCount(aggregate.kind)});
    AddResult(std::move(aggregate), &plan);
  }
  plan.keys = std::move(keys);
  ASSIGN_OR_RETURN(plan.schema, Schema::Make(std::move(fields)));
  return plan;
}

}  // namespace ashlar::query
