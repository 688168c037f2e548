// Commits to the bytes of the commit log and back, for single rows and for batches of 1,024.
//
// Two kinds of rows: 116 bytes in two fields (a key of 16, a value of 100), and 12 scalar fields.
// Reported by row: time, and bytes beside the values. One row is what a small commit costs before
// its sync; 1,024 rows should run at the speed of memory.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/random.h"
#include "src/store/commit_record.h"

namespace ashlar::bench {
namespace {

enum Rows : int64_t { kKeyAndValue, kTwelveFields };

Schema SchemaOf(int64_t kind) {
  if (kind == kKeyAndValue) {
    return Schema::Make({{"key", FixedSizeBinary(16), false}, {"value", Binary()}}).value();
  }
  return Schema::Make({{"id", Int64(), false},
                       {"count", Int32()},
                       {"level", Int16()},
                       {"flag", Bool()},
                       {"price", Float64()},
                       {"weight", Float32()},
                       {"day", Date32()},
                       {"at", Timestamp()},
                       {"city", Utf8()},
                       {"note", Utf8()},
                       {"tag", Binary()},
                       {"uuid", FixedSizeBinary(16)}})
      .value();
}

// Bytes of one row's values; strings have the sizes that AppendValue() gives them.
constexpr size_t kValueBytes[] = {116, 8 + 4 + 2 + 1 + 8 + 4 + 4 + 8 + 12 + 40 + 8 + 16};

size_t StringBytes(const Field& field) {
  if (field.type.id() == TypeId::kFixedSizeBinary) return 16;
  if (field.name == "value") return 100;
  if (field.name == "note") return 40;
  return field.name == "city" ? 12 : 8;
}

void AppendValue(const Field& field, base::Random& random, ColumnBuilder& builder) {
  const uint64_t word = random.Next64();
  if (field.type.is_variable_size() || field.type.id() == TypeId::kFixedSizeBinary) {
    std::string text(StringBytes(field), 'a');
    for (char& letter : text) letter = static_cast<char>('a' + random.Uniform(26));
    ASHLAR_CHECK_OK(builder.AppendBytes(text));
  } else if (field.type.id() == TypeId::kBool) {
    ASHLAR_CHECK_OK(builder.AppendBool((word & 1) != 0));
  } else if (field.type.is_floating()) {
    ASHLAR_CHECK_OK(builder.AppendDouble(static_cast<double>(word % 1000)));
  } else {
    ASHLAR_CHECK_OK(builder.AppendInt64(static_cast<int64_t>(word % 10000)));
  }
}

std::vector<store::DatasetOps> MakeCommit(int64_t kind, int64_t rows) {
  const Schema schema = SchemaOf(kind);
  RecordBatchBuilder builder(schema);
  base::Random random(1);
  for (size_t i = 0; i < schema.size(); ++i) {
    for (int64_t row = 0; row < rows; ++row) {
      AppendValue(schema.field(i), random, builder.column(i));
    }
  }
  std::vector<store::DatasetOps> commit(1);
  commit[0].dataset_id = 1;
  commit[0].ops.push_back({store::WriteKind::kUpsert, builder.Finish().value()});
  return commit;
}

void Report(benchmark::State& state, size_t bytes) {
  const auto rows = static_cast<double>(state.range(1));
  state.SetItemsProcessed(state.iterations() * state.range(1));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
  state.counters["extra_bytes_per_row"] =
      static_cast<double>(bytes) / rows - static_cast<double>(kValueBytes[state.range(0)]);
  state.counters["time_per_row"] = benchmark::Counter(
      rows, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void BM_EncodeCommit(benchmark::State& state) {
  const std::vector<store::DatasetOps> commit = MakeCommit(state.range(0), state.range(1));
  size_t bytes = 0;
  for (auto _ : state) {
    const std::string encoded = store::EncodeCommit(commit).value();
    benchmark::DoNotOptimize(encoded.data());
    bytes = encoded.size();
  }
  Report(state, bytes);
}

void BM_DecodeCommit(benchmark::State& state) {
  const std::vector<store::DatasetOps> commit = MakeCommit(state.range(0), state.range(1));
  const std::string encoded = store::EncodeCommit(commit).value();
  const Schema schema = SchemaOf(state.range(0));
  const store::SchemaLookup lookup = [&](uint64_t) { return schema; };
  for (auto _ : state) {
    const auto decoded = store::DecodeCommit(base::AsBytes(encoded), lookup, "log").value();
    ASHLAR_CHECK(decoded.front().ops.front().batch.rows() == state.range(1));
  }
  Report(state, encoded.size());
}

BENCHMARK(BM_EncodeCommit)->ArgsProduct({{kKeyAndValue, kTwelveFields}, {1, 1024}});
BENCHMARK(BM_DecodeCommit)->ArgsProduct({{kKeyAndValue, kTwelveFields}, {1, 1024}});

}  // namespace
}  // namespace ashlar::bench
