// Gathers the classes of a column's texts as bits and decides at the end.
#include "tools/import/csv_infer.h"

#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "tools/import/text_class.h"

namespace ashlar::tools {
namespace {

constexpr uint32_t kNumbers = kTextInteger | kTextDecimal;
constexpr uint32_t kKinds = kTextBool | kNumbers | kTextDate | kTextTimestamp | kTextOther;

DataType TypeOf(uint32_t seen) {
  switch (seen & kKinds) {
    case kTextBool:
      return Bool();
    case kTextInteger:
      if ((seen & kTextBeyondInt64) == 0) return Int64();
      return (seen & kTextNegative) == 0 ? UInt64() : Utf8();
    case kTextDecimal:
      return Float64();
    case kNumbers:
      return (seen & kTextInexact) == 0 ? Float64() : Utf8();
    case kTextDate:
      return Date32();
    case kTextTimestamp:
      return Timestamp();
    default:
      return Utf8();
  }
}

// Once a column is text nothing can change it, and its cells cost no more than scanning.
void Gather(const CsvTable& table, std::vector<uint32_t>& seen) {
  for (size_t i = 0; i < seen.size(); ++i) {
    if ((seen[i] & kTextOther) == 0 && !table.is_null(i)) {
      seen[i] |= ClassifyText(table.text(i));
      const uint32_t kinds = seen[i] & kKinds;
      const bool single = (kinds & (kinds - 1)) == 0;
      if (!single && kinds != kNumbers) seen[i] |= kTextOther;
    }
  }
}

}  // namespace

absl::StatusOr<InferredSchema> InferCsvSchema(CsvTable& table) {
  std::vector<uint32_t> seen(table.names().size(), 0);
  InferredSchema result;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, table.Next());
    if (!found) break;
    Gather(table, seen);
    ++result.rows;
  }
  std::vector<Field> fields;
  fields.reserve(seen.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    fields.push_back({.name = table.names()[i], .type = TypeOf(seen[i])});
  }
  ASSIGN_OR_RETURN(result.schema, Schema::Make(std::move(fields)));
  return result;
}

}  // namespace ashlar::tools
