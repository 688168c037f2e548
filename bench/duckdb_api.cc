// Loads DuckDB's shared library and looks its functions up by name.
#include "bench/duckdb_api.h"

#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

// Sets `*function`; notes the name of the first that is missing.
template <typename Function>
void Find(void* library, const char* name, Function** function, std::string* missing) {
  void* const symbol = dlsym(library, name);
  if (symbol == nullptr && missing->empty()) *missing = name;
  *function = reinterpret_cast<Function*>(symbol);
}

std::string FindAll(void* library, DuckDbApi* api) {
  std::string missing;
#define ASHLAR_FIND(name) Find(library, "duckdb_" #name, &api->name, &missing)
  ASHLAR_FIND(library_version);
  ASHLAR_FIND(open);
  ASHLAR_FIND(close);
  ASHLAR_FIND(connect);
  ASHLAR_FIND(disconnect);
  ASHLAR_FIND(prepare);
  ASHLAR_FIND(prepare_error);
  ASHLAR_FIND(destroy_prepare);
  ASHLAR_FIND(execute_prepared);
  ASHLAR_FIND(result_error);
  ASHLAR_FIND(destroy_result);
  ASHLAR_FIND(column_count);
  ASHLAR_FIND(column_type);
  ASHLAR_FIND(fetch_chunk);
  ASHLAR_FIND(create_logical_type);
  ASHLAR_FIND(destroy_logical_type);
  ASHLAR_FIND(create_data_chunk);
  ASHLAR_FIND(destroy_data_chunk);
  ASHLAR_FIND(data_chunk_reset);
  ASHLAR_FIND(data_chunk_get_size);
  ASHLAR_FIND(data_chunk_set_size);
  ASHLAR_FIND(data_chunk_get_vector);
  ASHLAR_FIND(vector_size);
  ASHLAR_FIND(vector_get_data);
  ASHLAR_FIND(vector_get_validity);
  ASHLAR_FIND(vector_ensure_validity_writable);
  ASHLAR_FIND(validity_set_row_invalid);
  ASHLAR_FIND(vector_assign_string_element_len);
  ASHLAR_FIND(appender_create);
  ASHLAR_FIND(appender_error);
  ASHLAR_FIND(append_data_chunk);
  ASHLAR_FIND(appender_close);
  ASHLAR_FIND(appender_destroy);
#undef ASHLAR_FIND
  return missing;
}

absl::StatusOr<const DuckDbApi*> Load() {
  const char* const named = std::getenv("ASHLAR_DUCKDB");
  const std::string path = named != nullptr ? named : ASHLAR_DUCKDB_LIBRARY;
  // Never closed: its threads and its memory are its own.
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return absl::NotFoundError(
        base::StrCat("DuckDB is not there (", dlerror(),
                     "): run tools/fetch-peers, or name its libduckdb.so in ASHLAR_DUCKDB"));
  }
  auto* const api = new DuckDbApi;
  if (const std::string missing = FindAll(library, api); !missing.empty()) {
    delete api;
    return absl::FailedPreconditionError(base::StrCat(path, " has no function ", missing));
  }
  return api;
}

}  // namespace

absl::StatusOr<const DuckDbApi*> LoadDuckDb() {
  static const auto* const loaded = new absl::StatusOr<const DuckDbApi*>(Load());
  return *loaded;
}

}  // namespace ashlar::bench
