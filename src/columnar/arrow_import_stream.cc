// An ArrowArrayStream as a reader.
//
// Owns: the foreign stream, and each foreign array until the last buffer of it is let go of. Does
// not own: what is in them (arrow_import.h).
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/arrow_errno.h"
#include "src/columnar/arrow_import.h"
#include "src/columnar/column_data.h"

namespace ashlar {
namespace columnar {
namespace {

// One of the three structs, released at the end unless it is released already. It never moves:
// producers may, but need not, stand that.
template <typename Struct>
class Owned {
 public:
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (value.release != nullptr) value.release(&value);
  }

  Struct value = {};
};

class ForeignStream {
 public:
  // Moves the struct here, as the specification has it.
  explicit ForeignStream(ArrowArrayStream* stream) {
    std::memcpy(&stream_.value, stream, sizeof(*stream));
    stream->release = nullptr;
  }

  absl::Status GetSchema(ArrowSchema* out) {
    if (stream_.value.get_schema == nullptr || stream_.value.get_next == nullptr) {
      return absl::InvalidArgumentError("an Arrow stream without callbacks");
    }
    RETURN_IF_ERROR(ErrorOf(stream_.value.get_schema(&stream_.value, out)));
    if (out->release != nullptr) return absl::OkStatus();
    return absl::InvalidArgumentError("an Arrow stream with a released schema");
  }

  absl::Status GetNext(ArrowArray* out) {
    return ErrorOf(stream_.value.get_next(&stream_.value, out));
  }

 private:
  absl::Status ErrorOf(int value) {
    if (value == 0) return absl::OkStatus();
    constexpr size_t kMaxText = 4096;
    const char* text = stream_.value.get_last_error == nullptr
                           ? nullptr
                           : stream_.value.get_last_error(&stream_.value);
    std::string message = base::StrCat("the producer of an Arrow stream failed with errno ", value);
    if (text != nullptr) {
      message += ": ";
      message += base::EscapeForTerminal({text, strnlen(text, kMaxText)});
    }
    return absl::Status(StatusOfErrno(value), message);
  }

  Owned<ArrowArrayStream> stream_;
};

class ArrowStreamReader final : public BatchReader {
 public:
  ArrowStreamReader(std::unique_ptr<ForeignStream> stream, Schema schema,
                    std::vector<ArrowNode> nodes)
      : stream_(std::move(stream)), schema_(std::move(schema)), nodes_(std::move(nodes)) {}

  const Schema& schema() const override { return schema_; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    RETURN_IF_ERROR(failure_);
    if (ended_) return false;
    absl::StatusOr<bool> more = ReadNext(batch);
    if (!more.ok()) failure_ = more.status();
    ended_ = more.ok() && !*more;
    return more;
  }

 private:
  absl::StatusOr<bool> ReadNext(RecordBatch* batch) {
    auto owned = std::make_shared<Owned<ArrowArray>>();
    RETURN_IF_ERROR(stream_->GetNext(&owned->value));
    if (owned->value.release == nullptr) return false;
    RETURN_IF_ERROR(CheckBatch(owned->value));
    const ArrowArray& array = owned->value;
    std::vector<Column> columns;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (array.children[i] == nullptr) return BadArrow(nodes_[i], "a missing ArrowArray");
      ASSIGN_OR_RETURN(const Column column, ImportColumn(nodes_[i], *array.children[i], owned));
      absl::StatusOr<Column> rows = column.Slice(array.offset, array.length);
      if (!rows.ok()) return BadArrow(nodes_[i], std::string(rows.status().message()));
      columns.push_back(*std::move(rows));
    }
    RETURN_IF_ERROR(CheckNoNulls(array));
    ASSIGN_OR_RETURN(*batch, RecordBatch::Make(schema_, std::move(columns)));
    return true;
  }

  // The struct around the columns.
  [[nodiscard]] absl::Status CheckBatch(const ArrowArray& array) const {
    const auto columns = static_cast<int64_t>(nodes_.size());
    const bool right = array.length >= 0 && array.offset >= 0 && array.n_children == columns &&
                       array.n_buffers == 1 && array.dictionary == nullptr &&
                       (columns == 0 || array.children != nullptr);
    if (!right) {
      return absl::InvalidArgumentError(base::StrCat(
          "a batch of ", array.length, " rows at ", array.offset, " with ", array.n_children,
          " columns and ", array.n_buffers, " buffers where the schema has ", columns, " columns"));
    }
    if (columns == 0 && array.length != 0) {
      return absl::InvalidArgumentError("a batch of rows without columns");
    }
    return absl::OkStatus();
  }

  // Rows are there, but may be null as a whole, which no row of ours can be. Its length is known to
  // be that of columns by now.
  [[nodiscard]] static absl::Status CheckNoNulls(const ArrowArray& array) {
    if (array.null_count == 0 || array.length == 0) return absl::OkStatus();
    const void* bits = array.buffers == nullptr ? nullptr : array.buffers[0];
    const bool valid = bits == nullptr ? array.null_count == kUnknownNullCount
                                       : CountSetBits(static_cast<const std::byte*>(bits),
                                                      array.offset, array.length) == array.length;
    if (valid) return absl::OkStatus();
    return absl::InvalidArgumentError("a batch with rows that are null as a whole");
  }

  const std::unique_ptr<ForeignStream> stream_;
  const Schema schema_;
  const std::vector<ArrowNode> nodes_;
  bool ended_ = false;
  absl::Status failure_;
};

}  // namespace
}  // namespace columnar

absl::StatusOr<std::unique_ptr<BatchReader>> ImportArrowStream(ArrowArrayStream* stream) {
  if (stream == nullptr || stream->release == nullptr) {
    return absl::InvalidArgumentError("a missing or released ArrowArrayStream");
  }
  auto foreign = std::make_unique<columnar::ForeignStream>(stream);
  columnar::Owned<ArrowSchema> arrow_schema;
  RETURN_IF_ERROR(foreign->GetSchema(&arrow_schema.value));
  ASSIGN_OR_RETURN(std::vector<columnar::ArrowNode> nodes,
                   columnar::PlanImport(arrow_schema.value));
  std::vector<Field> fields;
  for (const columnar::ArrowNode& node : nodes) {
    fields.push_back({node.path, node.type, node.nullable});
  }
  ASSIGN_OR_RETURN(Schema schema, Schema::Make(std::move(fields)));
  return std::make_unique<columnar::ArrowStreamReader>(std::move(foreign), std::move(schema),
                                                       std::move(nodes));
}

}  // namespace ashlar
