// Opens DuckDB and runs statements, timed.
#include "bench/duckdb_peer.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "bench/process_times.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

// Runs what gives a handle back, on the way out.
template <typename F>
class AtEnd {
 public:
  explicit AtEnd(F f) : f_(std::move(f)) {}
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;
  ~AtEnd() { f_(); }

 private:
  F f_;
};

template <typename T>
T LoadRow(const void* data, uint64_t row) {
  T value;
  std::memcpy(&value, static_cast<const std::byte*>(data) + row * sizeof(T), sizeof(T));
  return value;
}

std::optional<DuckDbValue> HugeValue(DuckDbHugeInt huge) {
  const auto low = static_cast<int64_t>(huge.lower);
  if (huge.upper != (low < 0 ? -1 : 0)) return std::nullopt;
  return low;
}

std::string TextValue(const void* data, uint64_t row) {
  const auto text = LoadRow<DuckDbString>(data, row);
  if (text.length <= DuckDbString::kMaxInlined) return std::string(text.inlined, text.length);
  return std::string(LoadRow<const char*>(text.inlined + DuckDbString::kPrefix, 0), text.length);
}

// Nothing for a type that DuckDbValue has no room for.
std::optional<DuckDbValue> ValueOf(DuckDbType type, const void* data, uint64_t row) {
  switch (type) {
    case DuckDbType::kBoolean:
      return LoadRow<uint8_t>(data, row) != 0 ? int64_t{1} : int64_t{0};
    case DuckDbType::kTinyInt:
      return int64_t{LoadRow<int8_t>(data, row)};
    case DuckDbType::kSmallInt:
      return int64_t{LoadRow<int16_t>(data, row)};
    case DuckDbType::kInteger:
    case DuckDbType::kDate:
      return int64_t{LoadRow<int32_t>(data, row)};
    case DuckDbType::kBigInt:
    case DuckDbType::kTimestamp:
      return LoadRow<int64_t>(data, row);
    case DuckDbType::kUTinyInt:
      return int64_t{LoadRow<uint8_t>(data, row)};
    case DuckDbType::kUSmallInt:
      return int64_t{LoadRow<uint16_t>(data, row)};
    case DuckDbType::kUInteger:
      return int64_t{LoadRow<uint32_t>(data, row)};
    case DuckDbType::kUBigInt:
      return HugeValue({LoadRow<uint64_t>(data, row), 0});
    case DuckDbType::kHugeInt:
      return HugeValue(LoadRow<DuckDbHugeInt>(data, row));
    case DuckDbType::kFloat:
      return double{LoadRow<float>(data, row)};
    case DuckDbType::kDouble:
      return LoadRow<double>(data, row);
    case DuckDbType::kVarchar:
    case DuckDbType::kBlob:
      return TextValue(data, row);
    default:
      return std::nullopt;
  }
}

absl::Status AppendRows(const DuckDbApi& api, const std::vector<DuckDbType>& types,
                        DuckDbChunk chunk, DuckDbAnswer* answer) {
  const uint64_t rows = api.data_chunk_get_size(chunk);
  const uint64_t first = answer->rows.size();
  const uint64_t kept = std::min(rows, kDuckDbKeptRows - first);
  answer->row_count += rows;
  answer->rows.resize(first + kept);
  for (size_t column = 0; column < types.size(); ++column) {
    const DuckDbVector vector = api.data_chunk_get_vector(chunk, column);
    const void* const data = api.vector_get_data(vector);
    const uint64_t* const valid = api.vector_get_validity(vector);
    for (uint64_t row = 0; row < kept; ++row) {
      const bool is_null = valid != nullptr && ((valid[row / 64] >> (row % 64)) & 1) == 0;
      std::optional<DuckDbValue> value = DuckDbValue();
      if (!is_null) value = ValueOf(types[column], data, row);
      if (!value.has_value()) {
        return absl::UnimplementedError(
            base::StrCat("column ", column, " of the result is of DuckDB's type ",
                         static_cast<int>(types[column]), " or too large: cast it in the query"));
      }
      answer->rows[first + row].push_back(*std::move(value));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<DuckDbPeer>> DuckDbPeer::Open(uint32_t threads) {
  ASSIGN_OR_RETURN(const DuckDbApi* api, LoadDuckDb());
  std::unique_ptr<DuckDbPeer> peer(new DuckDbPeer(*api));
  if (api->open(nullptr, &peer->database_) != DuckDbState::kSuccess ||
      api->connect(peer->database_, &peer->connection_) != DuckDbState::kSuccess) {
    return absl::InternalError("DuckDB cannot open a database in memory");
  }
  RETURN_IF_ERROR(peer->Run(base::StrCat("SET threads = ", threads)).status());
  return peer;
}

DuckDbPeer::~DuckDbPeer() {
  if (connection_ != nullptr) api_.disconnect(&connection_);
  if (database_ != nullptr) api_.close(&database_);
}

std::string DuckDbPeer::version() const { return api_.library_version(); }

absl::StatusOr<DuckDbAnswer> DuckDbPeer::Run(const std::string& sql) {
  DuckDbStatement statement = nullptr;
  const DuckDbState state = api_.prepare(connection_, sql.c_str(), &statement);
  const AtEnd destroy([&] { api_.destroy_prepare(&statement); });
  if (state != DuckDbState::kSuccess) {
    const char* const error = api_.prepare_error(statement);
    return absl::InvalidArgumentError(
        base::StrCat("DuckDB: ", error == nullptr ? "no statement" : error));
  }
  return Execute(statement);
}

absl::StatusOr<DuckDbAnswer> DuckDbPeer::Execute(DuckDbStatement statement) {
  DuckDbAnswer answer;
  DuckDbResult result = {};
  std::vector<DuckDbChunk> chunks;
  const AtEnd destroy([&] {
    for (DuckDbChunk& chunk : chunks) api_.destroy_data_chunk(&chunk);
    api_.destroy_result(&result);
  });
  const double wall = WallSeconds();
  const double cpu = CpuSeconds();
  if (api_.execute_prepared(statement, &result) != DuckDbState::kSuccess) {
    return absl::InternalError(base::StrCat("DuckDB: ", api_.result_error(&result)));
  }
  while (const DuckDbChunk chunk = api_.fetch_chunk(result)) chunks.push_back(chunk);
  answer.cpu_seconds = CpuSeconds() - cpu;
  answer.wall_seconds = WallSeconds() - wall;

  std::vector<DuckDbType> types;
  for (uint64_t column = 0; column < api_.column_count(&result); ++column) {
    types.push_back(api_.column_type(&result, column));
  }
  for (const DuckDbChunk chunk : chunks) {
    RETURN_IF_ERROR(AppendRows(api_, types, chunk, &answer));
  }
  return answer;
}

}  // namespace ashlar::bench
