// From steps to stages.
//
// Filters sink below selects (their columns are replaced by what they mean), a head behind an order
// becomes a top-k, and a new stage begins only where the step before must be finished first.
#include <algorithm>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/plan.h"
#include "src/query/stage_binding.h"
#include "src/query/unnest_source.h"

namespace ashlar::query {
namespace {

using Step = Query::Step;

class Planner {
 public:
  explicit Planner(Schema schema) { Restart(std::move(schema)); }

  absl::Status Add(const Step& step) {
    switch (step.kind) {
      case Step::Kind::kFilter:
        return AddFilter(step.expressions.at(0));
      case Step::Kind::kSelect:
        return AddSelect(step.expressions);
      case Step::Kind::kAggregate:
        return AddAggregate(step.expressions, step.aggregates);
      case Step::Kind::kDistinct:
        return AddDistinct();
      case Step::Kind::kOrderBy:
        return AddOrder(step.sort);
      case Step::Kind::kHead:
        return AddHead(step.rows, step.skip);
      case Step::Kind::kTail:
        return AddTail(step.rows);
      case Step::Kind::kUnnest:
        return AddUnnest(step);
    }
    return absl::InternalError("unknown step");
  }

  absl::StatusOr<std::vector<Stage>> Finish() {
    // An aggregate that ends the query is a stage already; nothing is left to do behind it.
    if (stages_.empty() || touched_) RETURN_IF_ERROR(Close());
    return std::move(stages_);
  }

 private:
  void Restart(Schema schema) {
    stage_ = Stage();
    stage_.input_schema = std::move(schema);
    filters_.clear();
    names_.reset();
    selected_.clear();
    sort_.clear();
    limited_ = false;
    tail_ = false;
    touched_ = false;
  }

  // The expression over the stage's own columns.
  absl::StatusOr<Expression> Resolve(const Expression& expression) const {
    if (names_.has_value()) return Substitute(expression, *names_, selected_);
    if (results_.empty()) return expression;
    return Substitute(expression, results_, result_columns_);
  }

  // An order may also look at columns that the select left out, as in SQL.
  absl::StatusOr<Expression> ResolveOrder(const Expression& expression) const {
    absl::StatusOr<Expression> resolved = Resolve(expression);
    if (!absl::IsNotFound(resolved.status()) || !names_.has_value()) return resolved;
    Inputs unused;
    RETURN_IF_ERROR(Bind(expression, stage_.input_schema, &unused).status());
    return expression;
  }

  absl::Status AddFilter(const Expression& predicate) {
    if (limited_) RETURN_IF_ERROR(Close());
    ASSIGN_OR_RETURN(Expression resolved, Resolve(predicate));
    filters_.push_back(std::move(resolved));
    touched_ = true;
    return absl::OkStatus();
  }

  absl::Status AddSelect(const std::vector<Expression>& columns) {
    if (columns.empty()) return absl::InvalidArgumentError("a select needs a column");
    std::vector<std::string> names;
    std::vector<Expression> selected;
    for (const Expression& column : columns) {
      names.push_back(ResultName(column));
      ASSIGN_OR_RETURN(Expression resolved, Resolve(column));
      selected.push_back(std::move(resolved));
    }
    names_ = std::move(names);
    selected_ = std::move(selected);
    touched_ = true;
    return absl::OkStatus();
  }

  absl::Status AddOrder(const std::vector<SortKey>& keys) {
    if (keys.empty()) return absl::InvalidArgumentError("an order needs a key");
    if (limited_) RETURN_IF_ERROR(Close());
    std::vector<SortKey> sort;
    for (const SortKey& key : keys) {
      ASSIGN_OR_RETURN(Expression resolved, ResolveOrder(key.by));
      sort.push_back({std::move(resolved), key.descending});
    }
    // Sorting is stable, so what was the order before decides among equals.
    sort.insert(sort.end(), sort_.begin(), sort_.end());
    sort_ = std::move(sort);
    touched_ = true;
    return absl::OkStatus();
  }

  absl::Status AddHead(uint64_t rows, uint64_t skip) {
    if (limited_) RETURN_IF_ERROR(Close());
    stage_.limit = rows;
    stage_.skip = skip;
    limited_ = true;
    touched_ = true;
    return absl::OkStatus();
  }

  absl::Status AddTail(uint64_t rows) {
    if (limited_ || !sort_.empty()) RETURN_IF_ERROR(Close());
    stage_.limit = rows;
    limited_ = true;
    tail_ = true;
    touched_ = true;
    return absl::OkStatus();
  }

  absl::Status AddUnnest(const Step& step) {
    if (names_.has_value() || limited_ || !sort_.empty()) RETURN_IF_ERROR(Close());
    Unnesting unnesting;
    unnesting.path = step.list;
    unnesting.keep_empty = step.keep_empty;
    unnesting.schema = stage_.input_schema;
    RETURN_IF_ERROR(BindFilters(&unnesting.conjuncts, &unnesting.inputs));
    filters_.clear();
    ASSIGN_OR_RETURN(stage_.input_schema, UnnestedSchema(stage_.input_schema, step.list));
    stage_.unnestings.push_back(std::move(unnesting));
    touched_ = true;
    return absl::OkStatus();
  }

  absl::Status AddDistinct() {
    if (!names_.has_value()) {
      std::vector<BoundPtr> keys;
      if (limited_ || !sort_.empty()) RETURN_IF_ERROR(Close());
      for (size_t i = 0; i < stage_.input_schema.size(); ++i) {
        stage_.keys.push_back(BindField(stage_.input_schema, i, &stage_.inputs));
        stage_.key_names.push_back(stage_.input_schema.field(i).name);
      }
      return CloseAggregate();
    }
    std::vector<Expression> keys;
    for (size_t i = 0; i < names_->size(); ++i) keys.push_back(Col((*names_)[i]).As((*names_)[i]));
    return AddAggregate(keys, {});
  }

  absl::Status AddAggregate(const std::vector<Expression>& keys,
                            const std::vector<ashlar::Aggregate>& aggregates) {
    if (keys.empty() && aggregates.empty()) {
      return absl::InvalidArgumentError("an aggregation needs a key or an aggregate");
    }
    if (limited_ || !sort_.empty()) RETURN_IF_ERROR(Close());
    for (const Expression& key : keys) {
      ASSIGN_OR_RETURN(const Expression resolved, Resolve(key));
      ASSIGN_OR_RETURN(BoundPtr bound, Bind(resolved, stage_.input_schema, &stage_.inputs));
      stage_.keys.push_back(std::move(bound));
      stage_.key_names.push_back(ResultName(key));
    }
    for (const ashlar::Aggregate& aggregate : aggregates) {
      RETURN_IF_ERROR(BindAggregate(aggregate));
    }
    return CloseAggregate();
  }

  absl::Status BindAggregate(const ashlar::Aggregate& aggregate) {
    BoundAggregate bound{.kind = aggregate.kind, .argument = nullptr, .name = aggregate.name};
    // `having` may speak of it by its text also where it has another name.
    const std::string text = aggregate.ToString();
    if (bound.name.empty()) bound.name = text;
    if (bound.name != text) aliases_.emplace_back(text, bound.name);
    if (aggregate.kind != ashlar::Aggregate::Kind::kCountRows) {
      ASSIGN_OR_RETURN(const Expression resolved, Resolve(aggregate.argument));
      ASSIGN_OR_RETURN(bound.argument, Bind(resolved, stage_.input_schema, &stage_.inputs));
    }
    stage_.aggregates.push_back(std::move(bound));
    return absl::OkStatus();
  }

  absl::Status CloseAggregate() {
    stage_.kind = StageKind::kAggregate;
    RETURN_IF_ERROR(BindFilters(&stage_.conjuncts, &stage_.inputs));
    ASSIGN_OR_RETURN(
        const AggregatePlan plan,
        PlanAggregate(stage_.keys, stage_.key_names, stage_.aggregates, BackEnd::kVectorised));
    stage_.schema = plan.schema;
    return Push();
  }

  absl::Status BindFilters(std::vector<BoundPtr>* conjuncts, Inputs* inputs) const {
    for (const Expression& filter : filters_) {
      ASSIGN_OR_RETURN(const BoundPtr bound, BindPredicate(filter, stage_.input_schema, inputs));
      SplitConjuncts(bound, conjuncts);
    }
    return absl::OkStatus();
  }

  absl::Status BindOutputs() {
    std::vector<Field> fields;
    const size_t count = names_.has_value() ? names_->size() : stage_.input_schema.size();
    for (size_t i = 0; i < count; ++i) {
      BoundPtr bound;
      std::string name;
      if (names_.has_value()) {
        ASSIGN_OR_RETURN(bound, Bind(selected_[i], stage_.input_schema, &stage_.inputs));
        name = (*names_)[i];
      } else {
        bound = BindField(stage_.input_schema, i, &stage_.inputs);
        name = stage_.input_schema.field(i).name;
      }
      fields.push_back(ResultField(std::move(name), *bound, stage_.input_schema, stage_.inputs));
      stage_.outputs.push_back(std::move(bound));
    }
    ASSIGN_OR_RETURN(stage_.schema, Schema::Make(std::move(fields)));
    return absl::OkStatus();
  }

  // Ends the stage in whatever it has come to.
  absl::Status Close() {
    RETURN_IF_ERROR(BindFilters(&stage_.conjuncts, &stage_.inputs));
    RETURN_IF_ERROR(BindOutputs());
    for (const SortKey& key : sort_) {
      ASSIGN_OR_RETURN(BoundPtr bound, Bind(key.by, stage_.input_schema, &stage_.inputs));
      RETURN_IF_ERROR(CheckOrderable(*bound));
      stage_.sort.push_back({std::move(bound), key.descending});
    }
    stage_.kind = tail_           ? StageKind::kTail
                  : sort_.empty() ? StageKind::kStream
                  : limited_      ? StageKind::kTopK
                                  : StageKind::kSort;
    return Push();
  }

  absl::Status Push() {
    const bool aggregated = stage_.kind == StageKind::kAggregate;
    Schema schema = stage_.schema;
    stages_.push_back(std::move(stage_));
    results_.clear();
    result_columns_.clear();
    for (size_t i = 0; aggregated && i < schema.size(); ++i) {
      results_.push_back(schema.field(i).name);
      result_columns_.push_back(Col(results_.back()));
    }
    for (const auto& [text, name] : aliases_) {
      if (schema.FindField(text).has_value()) continue;
      results_.push_back(text);
      result_columns_.push_back(Col(name));
    }
    aliases_.clear();
    Restart(std::move(schema));
    return absl::OkStatus();
  }

  std::vector<Stage> stages_;
  Stage stage_;
  std::vector<Expression> filters_;                // over the stage's columns
  std::optional<std::vector<std::string>> names_;  // of the select; none: all columns
  std::vector<Expression> selected_;
  std::vector<std::string> results_;  // of the aggregation before, which `sum(x)` may mean
  std::vector<Expression> result_columns_;
  std::vector<std::pair<std::string, std::string>> aliases_;  // texts and names of its aggregates
  std::vector<SortKey> sort_;
  bool limited_ = false;
  bool tail_ = false;
  bool touched_ = false;  // a step was added since the last stage
};

}  // namespace

absl::StatusOr<Plan> MakePlan(std::shared_ptr<const Source> source,
                              const std::vector<Query::Step>& steps) {
  ASHLAR_CHECK(source != nullptr);
  Planner planner(source->schema());
  for (const Query::Step& step : steps) RETURN_IF_ERROR(planner.Add(step));
  Plan plan;
  plan.source = std::move(source);
  ASSIGN_OR_RETURN(plan.stages, planner.Finish());
  return plan;
}

}  // namespace ashlar::query
