// Opening what is to be imported. See import_input.h.
#include "tools/ashlar/import_input.h"

#include <array>
#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/input_stream.h"
#include "src/io/outside_directory.h"
#include "tools/import/import_error.h"
#include "tools/import/schema_text.h"

namespace ashlar::tools {
namespace {

constexpr size_t kMaxSchemaBytes = size_t{16} << 20;

std::optional<ImportFormat> FormatByName(std::string_view path) {
  if (path.ends_with(".csv")) return ImportFormat::kCsv;
  for (const std::string_view ending : {".jsonl", ".ndjson", ".json"}) {
    if (path.ends_with(ending)) return ImportFormat::kJsonLines;
  }
  return std::nullopt;
}

// A line of JSON Lines begins with an object; a CSV header hardly ever does.
absl::StatusOr<ImportFormat> FormatByContent(io::InputStream& input) {
  std::array<char, 4096> head{};
  ASSIGN_OR_RETURN(const size_t size, input.Read(std::as_writable_bytes(std::span(head))));
  RETURN_IF_ERROR(input.Rewind());
  std::string_view text(head.data(), size);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMarkBytes);
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != text.npos && text[first] == '{';
  return json ? ImportFormat::kJsonLines : ImportFormat::kCsv;
}

absl::StatusOr<ImportFormat> ChooseFormat(InputFormat asked, std::string_view path,
                                          io::InputStream& input) {
  if (asked == InputFormat::kCsv) return ImportFormat::kCsv;
  if (asked == InputFormat::kJsonl) return ImportFormat::kJsonLines;
  const std::optional<ImportFormat> by_name = FormatByName(path);
  return by_name.has_value() ? *by_name : FormatByContent(input);
}

// Which field keeps two inferred schemas apart, in words.
std::string Difference(const Schema& first, const Schema& other) {
  for (const Field& field : other.fields()) {
    const std::optional<size_t> index = first.FindField(field.name);
    const std::string name = base::QuoteForMessage(field.name);
    if (!index.has_value()) return base::StrCat("field ", name, " is not in the first file");
    const std::string expected = first.field(*index).type.ToString();
    const std::string found = field.type.ToString();
    if (expected != found) {
      return base::StrCat("field ", name, " is ", found, " here and ", expected,
                          " in the first file");
    }
  }
  for (const Field& field : first.fields()) {
    if (!other.FindField(field.name).has_value()) {
      return base::StrCat("field ", base::QuoteForMessage(field.name), " is missing");
    }
  }
  return "the fields stand in another order than in the first file";
}

absl::Status CheckAgreement(const Schema& first, const Schema& other, std::string_view file) {
  if (first.EqualsIgnoringIds(other)) return absl::OkStatus();
  return absl::InvalidArgumentError(base::StrCat(base::EscapeForTerminal(file), ": ",
                                                 Difference(first, other),
                                                 "; give one schema with --schema"));
}

absl::StatusOr<std::vector<std::unique_ptr<io::InputStream>>> OpenInputs(
    const std::vector<std::string>& files) {
  std::vector<std::unique_ptr<io::InputStream>> inputs;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(inputs.emplace_back(), io::OpenInput(file, io::TemporaryRoot()));
  }
  return inputs;
}

uint64_t TotalBytes(const std::vector<std::unique_ptr<io::InputStream>>& inputs) {
  uint64_t total = 0;
  for (const auto& input : inputs) total += input->size().value_or(0);
  return total;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ImportInput>> ImportInput::Open(const ImportCommand& command,
                                                               const ImportTarget& target,
                                                               Console& console) {
  const std::optional<Schema>& schema = target.schema;
  ASSIGN_OR_RETURN(std::vector<std::unique_ptr<io::InputStream>> inputs, OpenInputs(command.files));
  auto input = std::unique_ptr<ImportInput>(new ImportInput());
  const uint64_t passes = schema.has_value() ? 1 : 2;
  input->progress_ = std::make_unique<Progress>(console, "importing", ProgressUnit::kBytes,
                                                TotalBytes(inputs) * passes);
  ImportOptions options;
  options.mixed_text = command.mixed_text;
  options.schema = schema;
  options.required = target.required;
  // A row keeps what an update does not have: that must not be nulls of some records.
  options.all_fields = command.mode == ImportMode::kUpdate && schema.has_value();
  options.on_bytes = [progress = input->progress_.get()](uint64_t bytes) { progress->Add(bytes); };
  for (size_t i = 0; i < inputs.size(); ++i) {
    ASSIGN_OR_RETURN(options.format,
                     ChooseFormat(command.input_format, command.files[i], *inputs[i]));
    ASSIGN_OR_RETURN(std::unique_ptr<ImportReader> reader,
                     OpenImport(std::move(inputs[i]), options));
    if (i > 0 && !schema.has_value()) {
      RETURN_IF_ERROR(CheckAgreement(input->schema(), reader->schema(), command.files[i]));
    }
    input->readers_.push_back(std::move(reader));
  }
  // An insert remembers its keys, so that it may remember where rows stand, too.
  input->keeps_places_ = command.mode == ImportMode::kInsert;
  // A key that cannot be is refused by the store, in its words.
  auto keys = columnar::KeyCodec::Make(input->schema(), target.key);
  if (!target.key.empty() && keys.ok()) input->keys_ = *std::move(keys);
  return input;
}

absl::StatusOr<bool> ImportInput::Next(RecordBatch* batch) {
  for (; next_ < readers_.size(); ++next_) {
    ASSIGN_OR_RETURN(const bool found, readers_[next_]->Next(batch));
    if (!found) continue;
    RETURN_IF_ERROR(CheckKeys(*batch));
    if (keeps_places_) places_.Add(next_, readers_[next_]->lines());
    return true;
  }
  return false;
}

absl::Status ImportInput::CheckKeys(const RecordBatch& batch) const {
  if (!keys_.has_value() || keys_->CheckBatch(batch).ok()) return absl::OkStatus();
  const ImportReader& reader = *readers_[next_];
  for (int64_t row = 0; row < batch.rows(); ++row) {
    ASSIGN_OR_RETURN(const RecordBatch one, batch.Slice(row, 1));
    if (keys_->CheckBatch(one).ok()) continue;
    return ErrorAt(reader.input_name(), reader.lines()[static_cast<size_t>(row)], "",
                   base::StrCat("the key has more than ", base::kMaxKeyBytes, " bytes"));
  }
  return absl::OkStatus();  // each by itself is good: the store says what is wrong with all
}

absl::Status ImportInput::WithPlace(const absl::Status& status) const {
  constexpr std::string_view kRow = "row ";
  const std::string_view message(status.message().data(), status.message().size());
  const size_t colon = message.find(": ");
  if (!message.starts_with(kRow) || colon == message.npos) return status;
  const std::string_view number = message.substr(kRow.size(), colon - kRow.size());
  uint64_t row = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), row);
  if (error != std::errc() || end != number.data() + number.size()) return status;
  if (row >= places_.rows()) return status;
  const RowPlaces::Place place = places_.Of(row);
  return AddPlace(readers_[place.file]->input_name(), place.line, "",
                  absl::Status(status.code(), status.message().substr(colon + 2)));
}

std::optional<uint64_t> ImportInput::rows() const {
  uint64_t total = 0;
  for (const auto& reader : readers_) {
    const std::optional<uint64_t> rows = reader->rows();
    if (!rows.has_value()) return std::nullopt;
    total += *rows;
  }
  return total;
}

absl::StatusOr<Schema> ReadSchemaOption(const std::string& option) {
  if (!option.starts_with('@')) return ParseSchemaText(option);
  ASSIGN_OR_RETURN(const std::unique_ptr<io::InputStream> input,
                   io::OpenInput(option.substr(1), io::TemporaryRoot()));
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    ASSIGN_OR_RETURN(const size_t size, input->Read(std::as_writable_bytes(std::span(piece))));
    if (size == 0) return ParseSchemaText(text);
    text.append(piece.data(), size);
    if (text.size() > kMaxSchemaBytes) {
      return absl::InvalidArgumentError(base::StrCat(input->name(), ": is too long for a schema"));
    }
  }
}

}  // namespace ashlar::tools
