// Grouping by partition; see the header.
#include "src/store/partition_rows.h"

#include <map>
#include <string>
#include <utility>

#include "src/base/check.h"
#include "src/manifest/dataset_definition.h"

namespace ashlar::store {
namespace {

void AppendBigEndian(uint64_t value, std::string* bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes->push_back(static_cast<char>(value >> shift));
}

// Equal for equal values only, and in their order within one field. Not the encoding of keys: these
// values may be null.
void AppendValue(const Column& column, int64_t row, std::string* bytes) {
  if (column.IsNull(row)) return bytes->push_back('\0');
  bytes->push_back('\1');
  if (column.type().is_signed_integer()) {
    return AppendBigEndian(static_cast<uint64_t>(column.GetInt64(row)) ^ uint64_t{1} << 63, bytes);
  }
  if (column.type().is_unsigned_integer()) return AppendBigEndian(column.GetUInt64(row), bytes);
  // Zeros are escaped and the end is marked, so that no value runs into the next field.
  for (const char byte : column.GetBytes(row)) {
    bytes->push_back(byte);
    if (byte == '\0') bytes->push_back('\xff');
  }
  bytes->append(2, '\0');
}

}  // namespace

std::vector<Field> PartitionFields(const manifest::DatasetState& state) {
  std::vector<Field> fields;
  for (const uint32_t id : state.partition_by) {
    const Field* const field = manifest::FindFieldById(state.schema, id);
    ASHLAR_CHECK(field != nullptr);  // an invariant of the manifest
    fields.push_back(*field);
  }
  return fields;
}

std::string PartitionName(std::span<const Column* const> fields, int64_t row) {
  std::string name;
  for (const Column* const field : fields) AppendValue(*field, row, &name);
  return name;
}

std::vector<std::vector<uint32_t>> PartitionRows(std::span<const Column> fields) {
  ASHLAR_CHECK(!fields.empty());
  std::map<std::string, std::vector<uint32_t>> by_value;
  auto last = by_value.end();
  std::string value;
  for (int64_t row = 0; row < fields.front().length(); ++row) {
    value.clear();
    for (const Column& field : fields) AppendValue(field, row, &value);
    // Neighbours are mostly of one partition.
    if (last == by_value.end() || last->first != value) {
      last = by_value.try_emplace(value).first;
    }
    last->second.push_back(static_cast<uint32_t>(row));
  }
  std::vector<std::vector<uint32_t>> parts;
  for (auto& [unused, numbers] : by_value) parts.push_back(std::move(numbers));
  return parts;
}

}  // namespace ashlar::store
