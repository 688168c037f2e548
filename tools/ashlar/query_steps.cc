// The order of the steps. See query_steps.h.
#include "tools/ashlar/query_steps.h"

#include <cstdint>
#include <utility>

namespace ashlar::tools {
namespace {

Query Group(const QueryCommand& command, Query rows) {
  if (command.group_by.empty() && command.aggregates.empty()) return rows;
  Query groups = command.group_by.empty() ? rows.Aggregate(command.aggregates)
                 : command.aggregates.empty()
                     ? rows.Select(command.group_by).Distinct()
                     : rows.GroupBy(command.group_by).Aggregate(command.aggregates);
  return command.having.has_value() ? groups.Filter(*command.having) : groups;
}

Query Cut(const QueryCommand& command, Query rows) {
  if (command.tail.has_value()) return rows.Tail(*command.tail);
  if (!command.limit.has_value() && command.skip == 0) return rows;
  return rows.Head(command.limit.value_or(UINT64_MAX), command.skip);
}

}  // namespace

Query BuildQuery(const QueryCommand& command, Query rows) {
  if (!command.unnest.empty()) rows = rows.Unnest(command.unnest);
  if (command.where.has_value()) rows = rows.Filter(*command.where);
  rows = Group(command, std::move(rows));
  Query selected = command.select.empty() ? rows : rows.Select(command.select);
  if (command.distinct) selected = selected.Distinct();
  if (!command.order_by.empty()) selected = selected.OrderBy(command.order_by);
  return Cut(command, std::move(selected));
}

}  // namespace ashlar::tools
