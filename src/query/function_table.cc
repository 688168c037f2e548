// The table, and what is said about calls that do not fit it.
#include "src/query/function_table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "src/base/nearest_names.h"
#include "src/base/strings.h"

namespace ashlar::query {
namespace {

constexpr std::array<FunctionEntry, 37> kFunctions = {{
    {"abs", Function::kAbs},
    {"all", Function::kAll},
    {"any", Function::kAny},
    {"avg", Function::kListAvg},
    {"ceil", Function::kCeil},
    {"coalesce", Function::kNone, 1, kAnyNumber},
    {"concat", Function::kConcat, 1, kAnyNumber},
    {"contains", Function::kContains, 2, 2},
    {"count", Function::kAggregate},
    {"count distinct", Function::kAggregate},
    {"date", Function::kDate},
    {"day", Function::kDay},
    {"day_of_week", Function::kDayOfWeek},
    {"day_of_year", Function::kDayOfYear},
    {"distance", Function::kDistanceL2, 2, 3},
    {"ends_with", Function::kEndsWith, 2, 2},
    {"floor", Function::kFloor},
    {"hour", Function::kHour},
    {"is_nan", Function::kIsNan},
    {"len", Function::kLen},
    {"length", Function::kLength},
    {"lower", Function::kLower},
    {"max", Function::kListMax},
    {"min", Function::kListMin},
    {"minute", Function::kMinute},
    {"month", Function::kMonth},
    {"quarter", Function::kQuarter},
    {"round", Function::kRound},
    {"second", Function::kSecond},
    {"sqrt", Function::kSqrt},
    {"starts_with", Function::kStartsWith, 2, 2},
    {"stddev", Function::kAggregate},
    {"substr", Function::kSubstr, 2, 3},
    {"sum", Function::kListSum},
    {"trim", Function::kTrim},
    {"upper", Function::kUpper},
    {"year", Function::kYear},
}};

std::string CountText(const FunctionEntry& entry) {
  if (entry.max_args == kAnyNumber) return base::StrCat("at least ", entry.min_args, " argument");
  if (entry.min_args == entry.max_args) {
    return base::StrCat(entry.min_args, entry.min_args == 1 ? " argument" : " arguments");
  }
  return base::StrCat(entry.min_args, " or ", entry.max_args, " arguments");
}

}  // namespace

std::span<const FunctionEntry> Functions() { return kFunctions; }

const FunctionEntry* FindFunction(std::string_view lower_name) {
  const auto functions = Functions();
  const auto found = std::ranges::lower_bound(functions, lower_name, {}, &FunctionEntry::name);
  return found == functions.end() || found->name != lower_name ? nullptr : &*found;
}

absl::Status CheckCall(std::string_view lower_name, size_t args) {
  const FunctionEntry* entry = FindFunction(lower_name);
  if (entry == nullptr) {
    std::vector<std::string> names;
    for (const FunctionEntry& known : Functions()) names.emplace_back(known.name);
    return absl::InvalidArgumentError(base::UnknownName("function", lower_name, names).message());
  }
  if (args >= entry->min_args && args <= entry->max_args) return absl::OkStatus();
  return absl::InvalidArgumentError(
      base::StrCat(lower_name, "() takes ", CountText(*entry), ", not ", args));
}

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace ashlar::query
