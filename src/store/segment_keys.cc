// Opening the keys of a segment; see the header.
#include "src/store/segment_keys.h"

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::store {

absl::StatusOr<std::shared_ptr<const SegmentKeys>> SegmentKeys::Open(
    const std::shared_ptr<segment::SegmentFile>& file, const segment::SegmentReader& reader,
    const std::vector<Field>& key_fields) {
  ASHLAR_CHECK(file != nullptr && !key_fields.empty());
  ASSIGN_OR_RETURN(segment::KeyLookup lookup, segment::KeyLookup::Open(file));
  std::vector<Column> columns;
  for (const Field& field : key_fields) {
    ASSIGN_OR_RETURN(Column column, reader.ReadColumn(field));
    if (column.null_count() != 0) {
      return absl::DataLossError(base::StrCat(file->name(), ": key field ",
                                              base::QuoteForMessage(field.name), " has nulls"));
    }
    columns.push_back(std::move(column));
  }
  return std::shared_ptr<const SegmentKeys>(
      new SegmentKeys(std::move(lookup), columnar::RowKeyReader(std::move(columns))));
}

}  // namespace ashlar::store
