// Choosing and completing rows; see the header.
#include "src/store/resolved_rows.h"

#include <algorithm>
#include <optional>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/query/take.h"
#include "src/store/batch_adapter.h"
#include "src/store/read_set.h"

namespace ashlar::store {
namespace {

// What both verbs share: batches are fitted, looked up and cut down to the rows that count.
class ResolvingReader : public BatchReader {
 public:
  ResolvingReader(const Dataset& dataset, BatchReader& source, KeyedWriteReport* report)
      : dataset_(dataset), source_(source), report_(report) {}

  const Schema& schema() const override { return state().schema; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    for (RecordBatch given;;) {
      ASSIGN_OR_RETURN(const bool more, source_.Next(&given));
      if (!more) return false;
      ASSIGN_OR_RETURN(given, AdaptBatch(given, fitted_, state().name));
      if (given.rows() == 0) continue;
      ASSIGN_OR_RETURN(*batch, Resolve(given));
      return true;
    }
  }

 protected:
  [[nodiscard]] const manifest::DatasetState& state() const { return *dataset_.impl().state; }
  [[nodiscard]] const columnar::KeyCodec& codec() const { return dataset_.impl().keys->codec(); }

  [[nodiscard]] virtual absl::StatusOr<RecordBatch> Resolve(const RecordBatch& given) = 0;

  absl::StatusOr<FoundRows> Find(const std::shared_ptr<const columnar::EncodedKeys>& keys) {
    // Before anything is looked at: what others change from here on is a conflict.
    if (dataset_.impl().reads != nullptr) dataset_.impl().reads->AddKeys(keys);
    return FoundRows::Find(dataset_.impl(), *keys);
  }

  const Dataset dataset_;
  BatchReader& source_;
  KeyedWriteReport* const report_;
  Schema fitted_;  // of batches as they are looked at
};

class InsertReader final : public ResolvingReader {
 public:
  InsertReader(const Dataset& dataset, BatchReader& source, KeyedWriteReport* report)
      : ResolvingReader(dataset, source, report) {
    fitted_ = state().schema;
  }

 private:
  absl::StatusOr<RecordBatch> Resolve(const RecordBatch& given) override {
    ASSIGN_OR_RETURN(columnar::EncodedKeys encoded, codec().EncodeBatch(given));
    const auto keys = std::make_shared<const columnar::EncodedKeys>(std::move(encoded));
    ASSIGN_OR_RETURN(const FoundRows found, Find(keys));
    std::vector<uint32_t> taken;
    std::vector<uint32_t> skipped;
    for (uint32_t row = 0; row < keys->rows; ++row) {
      (found.has(row) ? skipped : taken).push_back(row);
    }
    RETURN_IF_ERROR(
        ReportSkipped(codec(), *keys, skipped, &report_->skipped, &report_->skipped_count));
    RETURN_IF_ERROR(call_keys_.Add(codec(), keys));
    report_->rows_written += taken.size();
    if (skipped.empty()) return given;
    return TakeRows(given, taken);
  }

  CallKeys call_keys_;
};

class UpdateReader final : public ResolvingReader {
 public:
  UpdateReader(const Dataset& dataset, BatchReader& source, Schema given, KeyedWriteReport* report)
      : ResolvingReader(dataset, source, report) {
    fitted_ = std::move(given);
  }

 private:
  absl::StatusOr<RecordBatch> Resolve(const RecordBatch& given) override {
    ASSIGN_OR_RETURN(columnar::EncodedKeys encoded, KeysOfGiven(codec(), given));
    const auto keys = std::make_shared<const columnar::EncodedKeys>(std::move(encoded));
    ASSIGN_OR_RETURN(const FoundRows found, Find(keys));
    std::vector<uint32_t> taken;
    std::vector<uint32_t> skipped;
    for (uint32_t row = 0; row < keys->rows; ++row) {
      (found.has(row) ? taken : skipped).push_back(row);
    }
    RETURN_IF_ERROR(
        ReportSkipped(codec(), *keys, skipped, &report_->skipped, &report_->skipped_count));
    report_->rows_written += taken.size();
    return CompleteRows(given, found, taken, state().schema);
  }
};

}  // namespace

absl::Status ReportSkipped(const columnar::KeyCodec& codec, const columnar::EncodedKeys& keys,
                           std::span<const uint32_t> rows, std::vector<Key>* skipped,
                           uint64_t* count) {
  *count += rows.size();
  for (const uint32_t row : rows) {
    if (skipped->size() >= kMaxReportedKeys) break;
    ASSIGN_OR_RETURN(Key key, codec.Decode(keys.key(row)));
    skipped->push_back(std::move(key));
  }
  return absl::OkStatus();
}

absl::StatusOr<RecordBatch> TakeRows(const RecordBatch& batch, std::span<const uint32_t> rows) {
  std::vector<Column> columns;
  for (const Column& column : batch.columns()) {
    ASSIGN_OR_RETURN(Column taken, query::Take(column, rows));
    columns.push_back(std::move(taken));
  }
  return RecordBatch::Make(batch.schema(), std::move(columns));
}

absl::StatusOr<Schema> GivenFields(const Schema& given, const manifest::DatasetState& state) {
  std::vector<Field> fields;
  size_t known = 0;
  for (const Field& field : state.schema.fields()) {
    const bool is_given = given.FindField(field.name).has_value();
    if (is_given) ++known;
    const bool is_key = std::ranges::find(state.key, field.id) != state.key.end();
    if (is_given || is_key) fields.push_back(field);
  }
  ASSIGN_OR_RETURN(Schema fitted, Schema::Make(std::move(fields)));
  ASSIGN_OR_RETURN(const RecordBatch none, RecordBatchBuilder(given).Finish());
  // Against all fields where one is unknown, so that the nearest names are named.
  const Schema& judge = known < given.size() ? state.schema : fitted;
  RETURN_IF_ERROR(AdaptBatch(none, judge, state.name).status());
  return fitted;
}

absl::StatusOr<Schema> SourceFields(const Schema& given, const MergeOptions& options,
                                    const manifest::DatasetState& state) {
  if (options.strategy == MergeStrategy::kUpdate) return GivenFields(given, state);
  ASSIGN_OR_RETURN(const RecordBatch none, RecordBatchBuilder(given).Finish());
  RETURN_IF_ERROR(AdaptBatch(none, state.schema, state.name).status());
  return state.schema;
}

absl::StatusOr<columnar::EncodedKeys> KeysOfGiven(const columnar::KeyCodec& codec,
                                                  const RecordBatch& given) {
  std::vector<Column> columns;
  for (const Field& field : codec.fields()) {
    ASSIGN_OR_RETURN(Column column, given.GetColumn(field.name));
    columns.push_back(std::move(column));
  }
  return codec.EncodeColumns(columns);
}

absl::StatusOr<RecordBatch> CompleteRows(const RecordBatch& given, const FoundRows& found,
                                         std::span<const uint32_t> rows, const Schema& schema) {
  const bool all = static_cast<int64_t>(rows.size()) == given.rows();
  std::vector<Column> columns;
  for (size_t field = 0; field < schema.size(); ++field) {
    const std::optional<size_t> at = given.schema().FindField(schema.field(field).name);
    if (at.has_value() && all) {
      columns.push_back(given.column(*at));
    } else if (at.has_value()) {
      ASSIGN_OR_RETURN(Column taken, query::Take(given.column(*at), rows));
      columns.push_back(std::move(taken));
    } else {
      ASSIGN_OR_RETURN(Column gathered, found.Gather(rows, field));
      columns.push_back(std::move(gathered));
    }
  }
  return RecordBatch::Make(schema, std::move(columns));
}

bool CallKeys::Has(std::string_view key, std::pair<uint32_t, uint32_t> place) const {
  if (batches_[place.first]->key(place.second) == key) return true;
  // Two keys of one hash, which next to never happens: all of them count.
  for (size_t batch = 0; batch < batches_.size(); ++batch) {
    const bool last = batch + 1 == batches_.size();
    const size_t end = last ? row_ : batches_[batch]->rows;
    for (size_t row = 0; row < end; ++row) {
      if (batches_[batch]->key(row) == key) return true;
    }
  }
  return false;
}

absl::Status CallKeys::Add(const columnar::KeyCodec& codec,
                           std::shared_ptr<const columnar::EncodedKeys> keys) {
  uint64_t before = 0;
  for (const auto& batch : batches_) before += batch->rows;
  batches_.push_back(std::move(keys));
  const columnar::EncodedKeys& added = *batches_.back();
  const auto batch = static_cast<uint32_t>(batches_.size() - 1);
  for (uint32_t row = 0; row < added.rows; ++row) {
    row_ = row;
    const auto [known, is_new] = first_.try_emplace(added.hashes[row], batch, row);
    if (is_new || !Has(added.key(row), known->second)) continue;
    ASSIGN_OR_RETURN(const Key key, codec.Decode(added.key(row)));
    return absl::InvalidArgumentError(
        base::StrCat("row ", before + row, ": key ", key.ToString(), " comes twice"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<BatchReader>> ResolveInsert(const Dataset& dataset,
                                                           BatchReader& source,
                                                           KeyedWriteReport* report) {
  // An empty stream of the wrong schema is as wrong as a full one.
  RETURN_IF_ERROR(
      SourceFields(source.schema(), {.strategy = MergeStrategy::kInsert}, *dataset.impl().state)
          .status());
  return std::make_unique<InsertReader>(dataset, source, report);
}

absl::StatusOr<std::unique_ptr<BatchReader>> ResolveUpdate(const Dataset& dataset,
                                                           BatchReader& source,
                                                           KeyedWriteReport* report) {
  ASSIGN_OR_RETURN(Schema given, GivenFields(source.schema(), *dataset.impl().state));
  return std::make_unique<UpdateReader>(dataset, source, std::move(given), report);
}

}  // namespace ashlar::store
