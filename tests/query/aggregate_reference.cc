// Aggregation with maps and vectors; see the header.
#include "tests/query/aggregate_reference.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "src/base/strings.h"
#include "tests/query/sink_driver.h"

namespace ashlar::query {
namespace {

using Kind = Aggregate::Kind;

// Whether the value of row `a` comes before that of row `b`; neither is null.
bool Less(const Column& column, int64_t a, int64_t b) {
  switch (PhysicalOf(column.type())) {
    case Physical::kBool:
      return !column.GetBool(a) && column.GetBool(b);
    case Physical::kInt64:
      return column.GetInt64(a) < column.GetInt64(b);
    case Physical::kUInt64:
      return column.GetUInt64(a) < column.GetUInt64(b);
    case Physical::kDouble: {
      const double x = column.GetDouble(a);
      const double y = column.GetDouble(b);
      if (std::isnan(x)) return false;
      return std::isnan(y) || x < y;
    }
    default:
      return column.GetBytes(a) < column.GetBytes(b);
  }
}

long double NumberAt(const Column& column, int64_t row) {
  if (column.type().is_floating()) return column.GetDouble(row);
  if (column.type().is_unsigned_integer()) return column.GetUInt64(row);
  return column.GetInt64(row);
}

std::string SumText(const DataType& type, long double sum) {
  if (type.is_floating()) return base::StrCat("d", static_cast<double>(sum));
  if (type.is_unsigned_integer()) return base::StrCat("u", static_cast<uint64_t>(sum));
  return base::StrCat("i", static_cast<int64_t>(sum));
}

std::string NumericText(Kind kind, const Column& column, const std::vector<int64_t>& rows) {
  long double sum = 0;
  for (const int64_t row : rows) sum += NumberAt(column, row);
  if (kind == Kind::kSum) return SumText(column.type(), sum);
  const long double mean = sum / static_cast<long double>(rows.size());
  if (kind == Kind::kAvg) return base::StrCat("d", static_cast<double>(mean));
  if (rows.size() < 2) return "null";
  long double squares = 0;
  for (const int64_t row : rows) {
    squares += (NumberAt(column, row) - mean) * (NumberAt(column, row) - mean);
  }
  const long double variance = squares / static_cast<long double>(rows.size() - 1);
  return base::StrCat("d", static_cast<double>(std::sqrt(variance)));
}

std::string AggregateText(Kind kind, const Column& column, const std::vector<int64_t>& all) {
  if (kind == Kind::kCountRows) return base::StrCat("i", all.size());
  std::vector<int64_t> rows;
  std::set<std::string> distinct;
  for (const int64_t row : all) {
    if (column.IsNull(row)) continue;
    rows.push_back(row);
    if (kind == Kind::kCountDistinct) distinct.insert(CellText(column, row));
  }
  if (kind == Kind::kCount) return base::StrCat("i", rows.size());
  if (kind == Kind::kCountDistinct) return base::StrCat("i", distinct.size());
  if (rows.empty()) return "null";
  if (kind != Kind::kMin && kind != Kind::kMax) return NumericText(kind, column, rows);
  int64_t best = rows[0];
  for (const int64_t row : rows) {
    const bool better = kind == Kind::kMin ? Less(column, row, best) : Less(column, best, row);
    if (better) best = row;
  }
  return CellText(column, best);
}

}  // namespace

std::vector<std::vector<std::string>> ReferenceAggregation(
    const RecordBatch& batch, const std::vector<int64_t>& rows, const std::vector<size_t>& keys,
    const std::vector<ReferenceAggregate>& aggregates) {
  std::map<std::vector<std::string>, size_t> group_of;
  std::vector<std::vector<int64_t>> groups;
  std::vector<std::vector<std::string>> result;
  if (keys.empty()) {
    groups.emplace_back();
    result.emplace_back();
    group_of[{}] = 0;
  }
  for (const int64_t row : rows) {
    std::vector<std::string> key;
    for (const size_t field : keys) key.push_back(CellText(batch.column(field), row));
    const auto [at, is_new] = group_of.emplace(key, groups.size());
    if (is_new) {
      groups.emplace_back();
      result.push_back(key);
    }
    groups[at->second].push_back(row);
  }
  for (size_t group = 0; group < groups.size(); ++group) {
    for (const ReferenceAggregate& aggregate : aggregates) {
      result[group].push_back(
          AggregateText(aggregate.kind, batch.column(aggregate.field), groups[group]));
    }
  }
  return result;
}

bool CellsMatch(const std::string& a, const std::string& b) {
  if (a == b) return true;
  if (a[0] != 'd' || b[0] != 'd') return false;
  const double x = std::strtod(a.c_str() + 1, nullptr);
  const double y = std::strtod(b.c_str() + 1, nullptr);
  return std::abs(x - y) <= 1e-9 * std::max({std::abs(x), std::abs(y), 1e-3});
}

}  // namespace ashlar::query
