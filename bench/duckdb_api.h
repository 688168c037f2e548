// DuckDB's C interface, as much of it as the peer calls, found when a benchmark starts.
//
// Owns: the declarations (of the interface that DuckDB keeps stable, in its own names) and loading
// the library. Does not own: any query (duckdb_peer.h). Why declared here and loaded late: nothing
// of DuckDB is needed to build, and the package that ships its library ships no header.
#ifndef ASHLAR_BENCH_DUCKDB_API_H_
#define ASHLAR_BENCH_DUCKDB_API_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace ashlar::bench {

using DuckDbDatabase = struct DuckDbDatabaseTag*;
using DuckDbConnection = struct DuckDbConnectionTag*;
using DuckDbStatement = struct DuckDbStatementTag*;
using DuckDbAppender = struct DuckDbAppenderTag*;
using DuckDbLogicalType = struct DuckDbLogicalTypeTag*;
using DuckDbChunk = struct DuckDbChunkTag*;
using DuckDbVector = struct DuckDbVectorTag*;

enum class DuckDbState : int { kSuccess = 0, kError = 1 };

enum class DuckDbType : int {
  kInvalid = 0,
  kBoolean = 1,
  kTinyInt = 2,
  kSmallInt = 3,
  kInteger = 4,
  kBigInt = 5,
  kUTinyInt = 6,
  kUSmallInt = 7,
  kUInteger = 8,
  kUBigInt = 9,
  kFloat = 10,
  kDouble = 11,
  kTimestamp = 12,
  kDate = 13,
  kHugeInt = 16,
  kVarchar = 17,
  kBlob = 18,
};

// Passed by value to fetch_chunk; only the library looks inside.
struct DuckDbResult {
  uint64_t deprecated_counts[3];
  void* deprecated_columns;
  char* deprecated_error;
  void* internal;
};

struct DuckDbHugeInt {
  uint64_t lower;
  int64_t upper;
};

// Text of at most 12 bytes lies inside; of longer text its first four bytes and a pointer to all.
struct DuckDbString {
  static constexpr uint32_t kMaxInlined = 12;
  static constexpr uint32_t kPrefix = 4;
  uint32_t length;
  char inlined[kMaxInlined];
};
static_assert(sizeof(DuckDbString) == 16 && sizeof(DuckDbResult) == 48);

// One member a function `duckdb_<name>`.
struct DuckDbApi {
  const char* (*library_version)();
  DuckDbState (*open)(const char* path, DuckDbDatabase* database);
  void (*close)(DuckDbDatabase* database);
  DuckDbState (*connect)(DuckDbDatabase database, DuckDbConnection* connection);
  void (*disconnect)(DuckDbConnection* connection);

  DuckDbState (*prepare)(DuckDbConnection connection, const char* sql, DuckDbStatement* statement);
  const char* (*prepare_error)(DuckDbStatement statement);
  void (*destroy_prepare)(DuckDbStatement* statement);
  DuckDbState (*execute_prepared)(DuckDbStatement statement, DuckDbResult* result);
  const char* (*result_error)(DuckDbResult* result);
  void (*destroy_result)(DuckDbResult* result);
  uint64_t (*column_count)(DuckDbResult* result);
  DuckDbType (*column_type)(DuckDbResult* result, uint64_t column);
  DuckDbChunk (*fetch_chunk)(DuckDbResult result);

  DuckDbLogicalType (*create_logical_type)(DuckDbType type);
  void (*destroy_logical_type)(DuckDbLogicalType* type);
  DuckDbChunk (*create_data_chunk)(DuckDbLogicalType* types, uint64_t columns);
  void (*destroy_data_chunk)(DuckDbChunk* chunk);
  void (*data_chunk_reset)(DuckDbChunk chunk);
  uint64_t (*data_chunk_get_size)(DuckDbChunk chunk);
  void (*data_chunk_set_size)(DuckDbChunk chunk, uint64_t rows);
  DuckDbVector (*data_chunk_get_vector)(DuckDbChunk chunk, uint64_t column);
  uint64_t (*vector_size)();
  void* (*vector_get_data)(DuckDbVector vector);
  uint64_t* (*vector_get_validity)(DuckDbVector vector);  // null: all rows are valid
  void (*vector_ensure_validity_writable)(DuckDbVector vector);
  void (*validity_set_row_invalid)(uint64_t* validity, uint64_t row);
  void (*vector_assign_string_element_len)(DuckDbVector vector, uint64_t row, const char* text,
                                           uint64_t length);

  DuckDbState (*appender_create)(DuckDbConnection connection, const char* schema, const char* table,
                                 DuckDbAppender* appender);
  const char* (*appender_error)(DuckDbAppender appender);
  DuckDbState (*append_data_chunk)(DuckDbAppender appender, DuckDbChunk chunk);
  DuckDbState (*appender_close)(DuckDbAppender appender);
  DuckDbState (*appender_destroy)(DuckDbAppender* appender);
};

// The library named by ASHLAR_DUCKDB, else what tools/fetch-peers fetched. NotFound, with what to
// do about it, without either. Loaded once and kept.
[[nodiscard]] absl::StatusOr<const DuckDbApi*> LoadDuckDb();

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_DUCKDB_API_H_
