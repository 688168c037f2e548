// The stored source: segments as record batches.

#include "src/store/segment_scan.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/nearest_names.h"
#include "src/store/live_rows.h"

namespace ashlar::store {
namespace {

// One output column: a field, or a member reached through structs.
struct Projected {
  Field stored;                 // top-level
  std::vector<size_t> members;  // child by child
};

struct Projection {
  Schema schema;
  std::vector<Projected> columns;
};

std::vector<std::string> NamesOf(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

// Follows `path` below `field`, whose name it begins with; false when it leads nowhere.
bool FollowPath(std::string_view path, const Field& field, Projected* projected, Field* output) {
  if (path == field.name) {
    output->type = field.type;
    output->nullable = output->nullable || field.nullable;
    return true;
  }
  if (field.type.id() != TypeId::kStruct || !path.starts_with(field.name) ||
      path.substr(field.name.size(), 1) != ".") {
    return false;
  }
  const std::string_view rest = path.substr(field.name.size() + 1);
  for (size_t member = 0; member < field.type.fields().size(); ++member) {
    projected->members.push_back(member);
    if (FollowPath(rest, field.type.fields()[member], projected, output)) {
      output->nullable = output->nullable || field.nullable;
      return true;
    }
    projected->members.pop_back();
  }
  return false;
}

absl::StatusOr<Projected> Resolve(const Schema& schema, const std::string& path, Field* output) {
  output->name = path;
  output->nullable = false;
  for (const Field& field : schema.fields()) {
    Projected projected{field, {}};
    if (FollowPath(path, field, &projected, output)) {
      if (projected.members.empty()) output->id = field.id;
      return projected;
    }
  }
  return base::UnknownName("column", path, NamesOf(schema.fields()));
}

absl::StatusOr<Projection> Project(const Schema& schema, const std::vector<std::string>& columns) {
  Projection projection;
  if (columns.empty()) {
    projection.schema = schema;
    for (const Field& field : schema.fields()) projection.columns.push_back({field, {}});
    return projection;
  }
  std::vector<Field> fields;
  for (const std::string& path : columns) {
    Field output;
    ASSIGN_OR_RETURN(Projected projected, Resolve(schema, path, &output));
    projection.columns.push_back(std::move(projected));
    fields.push_back(std::move(output));
  }
  ASSIGN_OR_RETURN(projection.schema, Schema::Make(std::move(fields)));
  return projection;
}

class SegmentScan final : public BatchReader {
 public:
  SegmentScan(std::shared_ptr<const Dataset::Impl> dataset, Projection projection, uint64_t offset,
              uint64_t limit)
      : dataset_(std::move(dataset)),
        projection_(std::move(projection)),
        skip_(offset),
        left_(limit) {}

  const Schema& schema() const override { return projection_.schema; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    const auto& segments = dataset_->state->segments;
    while (next_ < segments.size() && skip_ >= manifest::LiveRows(segments[next_])) {
      skip_ -= manifest::LiveRows(segments[next_++]);
    }
    if (next_ == segments.size() || left_ == 0) return false;
    const manifest::SegmentEntry& entry = segments[next_];
    ASSIGN_OR_RETURN(*batch, ReadSegment(entry.meta));
    const uint64_t rows = std::min(manifest::LiveRows(entry) - skip_, left_);
    if (entry.dead != nullptr) {
      ASSIGN_OR_RETURN(*batch, TakeLiveRows(*batch, 0, *entry.dead, skip_, rows));
    } else if (rows != entry.meta->rows) {
      ASSIGN_OR_RETURN(*batch,
                       batch->Slice(static_cast<int64_t>(skip_), static_cast<int64_t>(rows)));
    }
    skip_ = 0;
    left_ -= rows;
    ++next_;
    return true;
  }

 private:
  absl::StatusOr<RecordBatch> ReadSegment(
      const std::shared_ptr<const manifest::SegmentMeta>& meta) {
    ASSIGN_OR_RETURN(const segment::SegmentReader reader, dataset_->cache->OpenReader(meta));
    std::vector<Column> columns;
    columns.reserve(projection_.columns.size());
    for (const Projected& projected : projection_.columns) {
      ASSIGN_OR_RETURN(Column column, reader.ReadColumn(projected.stored));
      // Stored columns are canonical: a member of a null struct is null itself.
      for (const size_t member : projected.members) column = column.child(member);
      columns.push_back(std::move(column));
    }
    return RecordBatch::Make(projection_.schema, std::move(columns));
  }

  const std::shared_ptr<const Dataset::Impl> dataset_;
  const Projection projection_;
  uint64_t skip_;
  uint64_t left_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BatchReader>> ScanSegments(
    std::shared_ptr<const Dataset::Impl> dataset, const ScanOptions& options) {
  ASHLAR_CHECK(dataset != nullptr && dataset->state != nullptr && dataset->cache != nullptr);
  ASSIGN_OR_RETURN(Projection projection, Project(dataset->state->schema, options.columns));
  return std::make_unique<SegmentScan>(std::move(dataset), std::move(projection), options.offset,
                                       options.limit);
}

}  // namespace ashlar::store
