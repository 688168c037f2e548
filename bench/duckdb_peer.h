// DuckDB as a peer: the same rows in its memory, the same questions, its times.
//
// Owns: an in-memory database on a stated number of threads, feeding it generated rows, and timing
// a statement. Does not own: which questions are asked. It is fed by data chunks through its
// appender, as its own bindings do; its Arrow scan is not used, for it answers wrongly.
#ifndef ASHLAR_BENCH_DUCKDB_PEER_H_
#define ASHLAR_BENCH_DUCKDB_PEER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "bench/duckdb_api.h"

namespace ashlar::bench {

// Null, any integer, any floating-point number, text.
using DuckDbValue = std::variant<std::monostate, int64_t, double, std::string>;

struct DuckDbAnswer {
  std::vector<std::vector<DuckDbValue>> rows;  // the first kDuckDbKeptRows
  uint64_t row_count = 0;                      // of all
  // From the start of execution until the last chunk of the result was fetched; parsing and
  // planning are not in it, nor is what turns chunks into `rows`. CPU time is that of all threads.
  double wall_seconds = 0;
  double cpu_seconds = 0;
};
inline constexpr uint64_t kDuckDbKeptRows = 1000;

// Not thread-safe.
class DuckDbPeer {
 public:
  // NotFound where DuckDB is not installed: then leave the comparison out, and say so.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<DuckDbPeer>> Open(uint32_t threads);
  DuckDbPeer(const DuckDbPeer&) = delete;
  DuckDbPeer& operator=(const DuckDbPeer&) = delete;
  ~DuckDbPeer();

  [[nodiscard]] std::string version() const;
  // Creates the table and appends all rows. Unimplemented for types other than numbers, bool, utf8,
  // binary, date32 and timestamp.
  [[nodiscard]] absl::Status Load(std::string_view table, BatchReader& rows);
  [[nodiscard]] absl::StatusOr<DuckDbAnswer> Run(const std::string& sql);

 private:
  explicit DuckDbPeer(const DuckDbApi& api) : api_(api) {}
  [[nodiscard]] absl::StatusOr<DuckDbAnswer> Execute(DuckDbStatement statement);
  [[nodiscard]] absl::Status Append(DuckDbAppender appender, DuckDbChunk chunk, BatchReader& rows);

  const DuckDbApi& api_;
  DuckDbDatabase database_ = nullptr;
  DuckDbConnection connection_ = nullptr;
};

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_DUCKDB_PEER_H_
