// Morsel and Source: where the rows of a query come from.
//
// Owns: the contract between the pipeline and whatever holds rows (memory batches, stored segments,
// the result of an earlier stage, unnested lists). A source supplies columns and statistics on
// demand and has no query logic of its own. Does not own: evaluation, pruning or scheduling.
//
// A source is a list of morsels (a segment, a batch), numbered in row order. Opening one is cheap;
// its columns are read when they are asked for, so a chunk that no one asks for is never touched.
#ifndef ASHLAR_SRC_QUERY_MORSEL_H_
#define ASHLAR_SRC_QUERY_MORSEL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/base/clock.h"
#include "src/base/executor.h"
#include "src/columnar/packed_column.h"
#include "src/query/bound_expression.h"
#include "src/query/point_conditions.h"
#include "src/query/vector.h"
#include "src/segment/zone_map.h"

namespace ashlar::query {

// What reading through a source cost; one per task, added up at the end.
struct SourceCounters {
  uint64_t chunks_touched = 0;
  uint64_t chunks_decoded = 0;
  uint64_t bytes_borrowed = 0;
  uint64_t bytes_copied = 0;
};

// One thread at a time.
class Morsel {
 public:
  virtual ~Morsel() = default;
  [[nodiscard]] virtual int64_t rows() const = 0;
  // The column of a slot: rows() rows, in whatever encoding it can be viewed. The first call reads
  // it, later ones are free. A member of a null struct is null.
  [[nodiscard]] virtual absl::StatusOr<Column> Read(size_t slot) = 0;
  // The same while it is still bit-packed: predicates on it need no unpacking. Null when it is not
  // stored so.
  [[nodiscard]] virtual absl::StatusOr<const columnar::PackedColumn*> ReadPacked(size_t slot) {
    (void)slot;
    return nullptr;
  }
  // Statistics of a slot, zone by zone; null when there are none.
  [[nodiscard]] virtual absl::StatusOr<const segment::ZoneMap*> Statistics(size_t slot) {
    (void)slot;
    return nullptr;
  }
  // Rows of zone `zone` that are alive (a deletion vector as mask), to be and-ed; null: all are.
  [[nodiscard]] virtual const Bits* LiveRows(int64_t zone) {
    (void)zone;
    return nullptr;
  }
  [[nodiscard]] virtual bool has_dead_rows() const { return false; }
};

// What a source knows of its morsels beside statistics. One thread at a time.
class MorselFilter {
 public:
  virtual ~MorselFilter() = default;
  // Whether a row of the morsel may fulfil the conditions that the filter was made for.
  [[nodiscard]] virtual bool MayPass(size_t morsel) = 0;
};

// Immutable and thread-safe; morsels opened from it are independent of each other.
class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual const Schema& schema() const = 0;
  [[nodiscard]] virtual size_t morsels() const = 0;
  // Physical rows of a morsel as known without opening it: what tasks are cut by and plans show.
  // Of unnested lists it is the rows below; Morsel::rows() alone says how many there are.
  [[nodiscard]] virtual int64_t rows(size_t morsel) const = 0;
  // Opens a morsel for reading `inputs` (slots are indexes into it). Both references outlive it.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<Morsel>> Open(
      size_t morsel, const std::vector<Input>& inputs, SourceCounters* counters) const = 0;
  // Bounds over all rows of a morsel, a zone map of one zone, where the source remembers them from
  // an earlier opening: so that it may be skipped without opening it. Null: not known.
  [[nodiscard]] virtual std::shared_ptr<const segment::ZoneMap> MorselBounds(
      size_t morsel, const Input& input) const {
    (void)morsel;
    (void)input;
    return nullptr;
  }
  // Null where the source has no index that says more of such conditions than statistics do.
  [[nodiscard]] virtual std::unique_ptr<MorselFilter> MakeFilter(
      const std::vector<PointCondition>& conditions) const {
    (void)conditions;
    return nullptr;
  }
  // Where parallel work on its morsels runs; lives as long as the source.
  [[nodiscard]] virtual base::Executor& executor() const { return base::ProcessExecutor(); }
  // Rows of a result that was decoded and copied as a whole, for the source's statistics.
  virtual void CountMaterialized(uint64_t rows) const { (void)rows; }
  [[nodiscard]] virtual base::Clock& clock() const { return *base::SystemClock(); }
  // "segments" or "batches", for plans.
  [[nodiscard]] virtual std::string unit() const = 0;
  [[nodiscard]] virtual std::string name() const = 0;
};

// The column that an input means: follows members through structs, a null on the way makes null.
[[nodiscard]] absl::StatusOr<Column> ColumnOfInput(const Column& top, const Input& input);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_MORSEL_H_
