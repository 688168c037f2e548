// ArrowArrayStream from a reader.
//
// Owns: the schema decided by the first batch, and the errors between calls. Does not own: the
// policy itself (arrow_form.h). The callbacks run in foreign code: they look at whether the stream
// was released, and let no exception out.
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/arrow_errno.h"
#include "src/columnar/arrow_export.h"

namespace ashlar {
namespace columnar {
namespace {

class StreamExporter {
 public:
  StreamExporter(std::unique_ptr<BatchReader> reader, const ArrowStreamOptions& options)
      : reader_(std::move(reader)), options_(options) {}

  absl::Status GetSchema(ArrowSchema* out) {
    RETURN_IF_ERROR(Decide());
    ExportSchema(reader_->schema(), *forms_, out);
    return absl::OkStatus();
  }

  // At the end `out` stays released.
  absl::Status GetNext(ArrowArray* out) {
    RETURN_IF_ERROR(failure_);
    failure_ = Decide();
    RETURN_IF_ERROR(failure_);
    failure_ = ReadNext(out);
    return failure_;
  }

  // What a call came to, as errno; its text stays until the next call.
  int Report(const absl::Status& status) {
    last_error_.reset();
    if (status.ok()) return 0;
    last_error_ = std::string(status.message());
    return ErrnoOfStatus(status.code());
  }

  [[nodiscard]] const char* last_error() const {
    return last_error_.has_value() ? last_error_->c_str() : nullptr;
  }

 private:
  absl::Status Decide() {
    if (forms_.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(failure_);
    if (options_.decode_dictionaries) {
      forms_ = PlainForms();
      return absl::OkStatus();
    }
    // Batches without rows have nothing to say and nothing to deliver.
    RecordBatch batch;
    bool more = true;
    while (more && batch.rows() == 0) {
      absl::StatusOr<bool> next = reader_->Next(&batch);
      if (!next.ok()) return failure_ = std::move(next).status();
      more = *next;
    }
    ended_ = !more;
    if (ended_) {
      forms_ = PlainForms();
      return absl::OkStatus();
    }
    failure_ = CheckSchema(batch);
    RETURN_IF_ERROR(failure_);
    forms_.emplace();
    for (const Column& column : batch.columns()) forms_->push_back(FormOfStream(*column.data()));
    pending_ = std::move(batch);
    return absl::OkStatus();
  }

  [[nodiscard]] std::vector<ArrowForm> PlainForms() const {
    std::vector<ArrowForm> forms;
    for (const Field& field : reader_->schema().fields()) forms.push_back(PlainForm(field.type));
    return forms;
  }

  // Readers may be anybody's.
  [[nodiscard]] absl::Status CheckSchema(const RecordBatch& batch) const {
    if (batch.schema().EqualsIgnoringIds(reader_->schema())) return absl::OkStatus();
    return absl::InvalidArgumentError(
        base::StrCat("a batch has the schema {", batch.schema().ToString(),
                     "} where its reader has {", reader_->schema().ToString(), "}"));
  }

  absl::Status ReadNext(ArrowArray* out) {
    if (ended_) return absl::OkStatus();
    RecordBatch batch;
    if (pending_.has_value()) {
      batch = *std::move(pending_);
      pending_.reset();
    } else {
      ASSIGN_OR_RETURN(const bool more, reader_->Next(&batch));
      ended_ = !more;
      if (ended_) return absl::OkStatus();
      RETURN_IF_ERROR(CheckSchema(batch));
    }
    return ExportBatch(batch, *forms_, out);
  }

  const std::unique_ptr<BatchReader> reader_;
  const ArrowStreamOptions options_;
  std::optional<std::vector<ArrowForm>> forms_;  // one a field, once decided
  std::optional<RecordBatch> pending_;           // read to decide, not yet delivered
  bool ended_ = false;
  absl::Status failure_;  // of the reader or of a conversion: it stays
  std::optional<std::string> last_error_;
};

StreamExporter* ExporterOf(ArrowArrayStream* stream) {
  return static_cast<StreamExporter*>(stream->private_data);
}

int StreamGetSchema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  StreamExporter* exporter = ExporterOf(stream);
  if (exporter == nullptr || out == nullptr) return EINVAL;
  *out = {};
  return exporter->Report(exporter->GetSchema(out));
}

int StreamGetNext(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  StreamExporter* exporter = ExporterOf(stream);
  if (exporter == nullptr || out == nullptr) return EINVAL;
  *out = {};
  return exporter->Report(exporter->GetNext(out));
}

const char* StreamGetLastError(ArrowArrayStream* stream) noexcept {
  const StreamExporter* exporter = ExporterOf(stream);
  return exporter == nullptr ? "the stream was released" : exporter->last_error();
}

void StreamRelease(ArrowArrayStream* stream) noexcept {
  delete ExporterOf(stream);
  stream->private_data = nullptr;
  stream->release = nullptr;
}

}  // namespace
}  // namespace columnar

absl::Status ExportArrowStream(std::unique_ptr<BatchReader> reader, ArrowArrayStream* stream,
                               const ArrowStreamOptions& options) {
  if (stream == nullptr) return absl::InvalidArgumentError("no ArrowArrayStream to export to");
  *stream = {};
  if (reader == nullptr) return absl::InvalidArgumentError("no reader to export");
  stream->get_schema = &columnar::StreamGetSchema;
  stream->get_next = &columnar::StreamGetNext;
  stream->get_last_error = &columnar::StreamGetLastError;
  stream->release = &columnar::StreamRelease;
  stream->private_data = new columnar::StreamExporter(std::move(reader), options);
  return absl::OkStatus();
}

}  // namespace ashlar
