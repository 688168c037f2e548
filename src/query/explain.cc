// The plan as text, one line a fact.
#include "src/query/explain.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/query/expression_text.h"
#include "src/query/plan.h"
#include "src/query/pruning_report.h"

namespace ashlar::query {
namespace {

using base::StrCat;

std::string PathOf(const Schema& schema, const Input& input) {
  const Field* field = &schema.field(input.field);
  std::string path = field->name;
  for (const size_t member : input.members) {
    field = &field->type.fields()[member];
    path += StrCat(".", field->name);
  }
  return path;
}

// As it was written, with the columns of a select replaced by what they mean.
std::string TextOf(const BoundExpression& bound, const Schema& schema, const Inputs& inputs) {
  if (bound.source != nullptr) return ShortText(*bound.source);
  return bound.op == Op::kInput ? PathOf(schema, inputs[bound.input]) : "a constant";
}

template <typename Items, typename Text>
std::string Join(const Items& items, Text text) {
  std::string joined;
  for (const auto& item : items) joined += StrCat(joined.empty() ? "" : ", ", text(item));
  return joined.empty() ? "nothing" : joined;
}

std::string TextOfEnd(const Stage& stage) {
  const auto text_of = [&](const BoundExpression& bound) {
    return TextOf(bound, stage.input_schema, stage.inputs);
  };
  const auto text_of_sort = [&](const BoundSortKey& key) {
    return StrCat(text_of(*key.expression), key.descending ? " desc" : "");
  };
  std::string text;
  switch (stage.kind) {
    case StageKind::kStream:
      text = "stream rows as they come";
      if (stage.limit != UINT64_MAX) text = StrCat("stop after ", stage.limit, " rows");
      if (stage.skip > 0) text += StrCat(", leaving out the first ", stage.skip);
      break;
    case StageKind::kAggregate:
      text = stage.keys.empty()         ? "aggregate all rows"
             : stage.aggregates.empty() ? "distinct rows"
                                        : "group by ";
      if (!stage.keys.empty() && !stage.aggregates.empty()) {
        text += Join(stage.keys, [&](const BoundPtr& key) { return text_of(*key); });
      }
      if (!stage.aggregates.empty()) {
        text += StrCat(": ", Join(stage.aggregates,
                                  [](const BoundAggregate& aggregate) { return aggregate.name; }));
      }
      break;
    case StageKind::kSort:
      text = StrCat("order by ", Join(stage.sort, text_of_sort));
      break;
    case StageKind::kTopK:
      text = StrCat("keep the first ", stage.limit, " by ", Join(stage.sort, text_of_sort));
      if (stage.skip > 0) text += StrCat(", leaving out ", stage.skip);
      break;
    case StageKind::kTail:
      text = StrCat("the last ", stage.limit, " rows, found from the end");
      break;
  }
  return text;
}

std::string TextOfFilter(const PruningReport::Filter& filter, const std::string& unit,
                         bool with_zones) {
  if (filter.behind_a_failure) return "not by statistics: a filter before it may fail";
  if (!filter.by_statistics) return "not by statistics";
  std::string text = StrCat("statistics prune ", filter.morsels, " ", unit);
  if (filter.by_index) text += StrCat(", key filters ", filter.by_index_morsels, " more");
  if (!with_zones) return text;
  text += StrCat(" and ", filter.zones, " more zones");
  if (filter.all_true > 0) text += StrCat("; true throughout ", filter.all_true, " zones");
  return text;
}

void AppendPruning(const Stage& stage, const PruningReport& report, const std::string& unit,
                   bool with_zones, std::string* text) {
  for (size_t i = 0; i < stage.conjuncts.size(); ++i) {
    *text += StrCat("  filter   ", TextOf(*stage.conjuncts[i], stage.input_schema, stage.inputs),
                    "  [", TextOfFilter(report.filters[i], unit, with_zones), "]\n");
  }
  *text += StrCat("  scan     ", report.morsels_left, " of ", report.morsels, " ", unit);
  if (with_zones) {
    *text += StrCat(", ", report.zones_left, " of ", report.zones, " zones, at most ",
                    report.rows_left, " of ", report.rows, " rows");
  }
  *text += "\n";
}

}  // namespace

absl::StatusOr<std::string> ExplainQuery(std::shared_ptr<const Source> source,
                                         const std::vector<Query::Step>& steps) {
  ASSIGN_OR_RETURN(const Plan plan, MakePlan(source, steps));
  std::string text;
  for (size_t i = 0; i < plan.stages.size(); ++i) {
    const Stage& stage = plan.stages[i];
    text += StrCat("stage ", i + 1, " of ", plan.stages.size(), ": ",
                   i == 0 ? source->name() : StrCat("the result of stage ", i), "\n");
    for (const Unnesting& unnesting : stage.unnestings) {
      const Schema& before = unnesting.schema;
      for (const BoundPtr& conjunct : unnesting.conjuncts) {
        text += StrCat("  filter   ", TextOf(*conjunct, before, unnesting.inputs), "\n");
      }
      text += StrCat("  unnest   ", unnesting.path, unnesting.keep_empty ? ", keep empty\n" : "\n");
    }
    if (i == 0 && stage.unnestings.empty()) {
      ASSIGN_OR_RETURN(const PruningReport report,
                       ReportPruning(*source, stage.inputs, stage.conjuncts));
      AppendPruning(stage, report, source->unit(), /*with_zones=*/true, &text);
    } else if (i == 0) {
      ASSIGN_OR_RETURN(const auto unnested, StageSource(source, stage, BackEnd::kVectorised));
      const PruningReport report = ReportMorselPruning(*unnested, stage.inputs, stage.conjuncts);
      AppendPruning(stage, report, source->unit(), /*with_zones=*/false, &text);
    } else {
      for (const BoundPtr& conjunct : stage.conjuncts) {
        text += StrCat("  filter   ", TextOf(*conjunct, stage.input_schema, stage.inputs), "\n");
      }
    }
    text += StrCat(
        "  columns  ",
        Join(stage.inputs, [&](const Input& input) { return PathOf(stage.input_schema, input); }),
        "\n");
    text += StrCat("  end      ", TextOfEnd(stage), "\n");
  }
  return text;
}

}  // namespace ashlar::query
