// Feeds batches to DuckDB, chunk by chunk.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "ashlar/status_macros.h"
#include "bench/duckdb_peer.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

struct TypeName {
  DuckDbType type;
  std::string_view sql;
};

// kInvalid for what DuckDB is not fed.
TypeName NameOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kBool:
      return {DuckDbType::kBoolean, "BOOLEAN"};
    case TypeId::kInt8:
      return {DuckDbType::kTinyInt, "TINYINT"};
    case TypeId::kInt16:
      return {DuckDbType::kSmallInt, "SMALLINT"};
    case TypeId::kInt32:
      return {DuckDbType::kInteger, "INTEGER"};
    case TypeId::kInt64:
      return {DuckDbType::kBigInt, "BIGINT"};
    case TypeId::kUInt8:
      return {DuckDbType::kUTinyInt, "UTINYINT"};
    case TypeId::kUInt16:
      return {DuckDbType::kUSmallInt, "USMALLINT"};
    case TypeId::kUInt32:
      return {DuckDbType::kUInteger, "UINTEGER"};
    case TypeId::kUInt64:
      return {DuckDbType::kUBigInt, "UBIGINT"};
    case TypeId::kFloat32:
      return {DuckDbType::kFloat, "FLOAT"};
    case TypeId::kFloat64:
      return {DuckDbType::kDouble, "DOUBLE"};
    case TypeId::kUtf8:
      return {DuckDbType::kVarchar, "VARCHAR"};
    case TypeId::kBinary:
      return {DuckDbType::kBlob, "BLOB"};
    case TypeId::kDate32:
      return {DuckDbType::kDate, "DATE"};
    case TypeId::kTimestamp:
      return {DuckDbType::kTimestamp, "TIMESTAMP"};
    default:
      return {DuckDbType::kInvalid, ""};
  }
}

std::string Quoted(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

absl::StatusOr<std::string> CreateStatement(std::string_view table, const Schema& schema) {
  std::string sql = base::StrCat("CREATE TABLE ", Quoted(table), " (");
  for (const Field& field : schema.fields()) {
    const TypeName name = NameOf(field.type);
    if (name.type == DuckDbType::kInvalid) {
      return absl::UnimplementedError(base::StrCat("DuckDB is not fed columns of type ",
                                                   field.type.ToString(), " (", field.name, ")"));
    }
    if (sql.back() != '(') sql += ", ";
    sql += base::StrCat(Quoted(field.name), " ", name.sql, field.nullable ? "" : " NOT NULL");
  }
  return sql + ")";
}

template <typename T>
void StoreRow(void* data, uint64_t row, T value) {
  std::memcpy(static_cast<std::byte*>(data) + row * sizeof(T), &value, sizeof(T));
}

void StoreInteger(const Column& column, int64_t row, void* data, uint64_t to) {
  const uint64_t value = column.type().is_unsigned_integer()
                             ? column.GetUInt64(row)
                             : static_cast<uint64_t>(column.GetInt64(row));
  switch (column.type().byte_width()) {
    case 1:
      return StoreRow(data, to, static_cast<uint8_t>(value));
    case 2:
      return StoreRow(data, to, static_cast<uint16_t>(value));
    case 4:
      return StoreRow(data, to, static_cast<uint32_t>(value));
    default:
      return StoreRow(data, to, value);
  }
}

// Rows [first, first + count) of the column become the vector's first.
void FillVector(const DuckDbApi& api, const Column& column, int64_t first, uint64_t count,
                DuckDbVector vector) {
  void* const data = api.vector_get_data(vector);
  const TypeId type = column.type().id();
  for (uint64_t i = 0; i < count; ++i) {
    const int64_t row = first + static_cast<int64_t>(i);
    if (column.IsNull(row)) {
      api.vector_ensure_validity_writable(vector);
      api.validity_set_row_invalid(api.vector_get_validity(vector), i);
    } else if (column.type().is_variable_size()) {
      const std::string_view text = column.GetBytes(row);
      api.vector_assign_string_element_len(vector, i, text.data(), text.size());
    } else if (type == TypeId::kBool) {
      StoreRow(data, i, static_cast<uint8_t>(column.GetBool(row) ? 1 : 0));
    } else if (type == TypeId::kFloat64) {
      StoreRow(data, i, column.GetDouble(row));
    } else if (type == TypeId::kFloat32) {
      StoreRow(data, i, static_cast<float>(column.GetDouble(row)));
    } else {
      StoreInteger(column, row, data, i);
    }
  }
}

}  // namespace

absl::Status DuckDbPeer::Append(DuckDbAppender appender, DuckDbChunk chunk, BatchReader& rows) {
  RecordBatch batch;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.Next(&batch));
    if (!more) return absl::OkStatus();
    for (int64_t first = 0; first < batch.rows();) {
      const uint64_t count =
          std::min(api_.vector_size(), static_cast<uint64_t>(batch.rows() - first));
      api_.data_chunk_reset(chunk);
      for (size_t column = 0; column < batch.columns().size(); ++column) {
        FillVector(api_, batch.column(column), first, count,
                   api_.data_chunk_get_vector(chunk, column));
      }
      api_.data_chunk_set_size(chunk, count);
      if (api_.append_data_chunk(appender, chunk) != DuckDbState::kSuccess) {
        return absl::InternalError(base::StrCat("DuckDB: ", api_.appender_error(appender)));
      }
      first += static_cast<int64_t>(count);
    }
  }
}

absl::Status DuckDbPeer::Load(std::string_view table, BatchReader& rows) {
  ASSIGN_OR_RETURN(const std::string create, CreateStatement(table, rows.schema()));
  RETURN_IF_ERROR(Run(create).status());
  std::vector<DuckDbLogicalType> types;
  for (const Field& field : rows.schema().fields()) {
    types.push_back(api_.create_logical_type(NameOf(field.type).type));
  }
  DuckDbChunk chunk = api_.create_data_chunk(types.data(), types.size());
  for (DuckDbLogicalType& type : types) api_.destroy_logical_type(&type);
  DuckDbAppender appender = nullptr;
  const std::string name(table);
  absl::Status status = absl::OkStatus();
  if (api_.appender_create(connection_, nullptr, name.c_str(), &appender) !=
      DuckDbState::kSuccess) {
    status = absl::InternalError(base::StrCat("DuckDB cannot append to ", table));
  }
  if (status.ok()) status = Append(appender, chunk, rows);
  if (status.ok() && api_.appender_close(appender) != DuckDbState::kSuccess) {
    status = absl::InternalError(base::StrCat("DuckDB: ", api_.appender_error(appender)));
  }
  api_.appender_destroy(&appender);
  api_.destroy_data_chunk(&chunk);
  return status;
}

}  // namespace ashlar::bench
