// `ashlar import`: files into a dataset, all of them or nothing.
#include <memory>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/outside_directory.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/import_input.h"
#include "tools/ashlar/option_text.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

absl::Status CheckSupported(const ImportCommand& command) {
  const bool upsert = command.mode == ImportMode::kUpsert;
  if (!upsert && command.mode != ImportMode::kAppend && command.mode != ImportMode::kReplace) {
    return absl::UnimplementedError(
        "not supported yet: modes other than append, replace and upsert");
  }
  if (!upsert && !command.key.empty()) {
    return absl::InvalidArgumentError("--key needs --mode upsert: rows with a key are upserted");
  }
  return base::ValidateDatasetName(command.dataset);
}

// A store that this command made goes again when the command fails.
class NewStoreGuard {
 public:
  explicit NewStoreGuard(const std::string& path) : path_(path), before_(io::StateOfPath(path)) {}
  ~NewStoreGuard() {
    if (made_) io::RemoveDirectory(path_, before_ == io::PathState::kMissing);
  }
  NewStoreGuard(const NewStoreGuard&) = delete;
  NewStoreGuard& operator=(const NewStoreGuard&) = delete;

  [[nodiscard]] bool is_new() const { return before_ != io::PathState::kOther; }
  void MarkMade() { made_ = is_new(); }
  void Keep() { made_ = false; }

 private:
  std::string path_;
  io::PathState before_;
  bool made_ = false;
};

// The schema to read by: what was asked for, else the dataset's; nothing when there is neither.
absl::StatusOr<std::optional<Schema>> KnownSchema(const ImportCommand& command,
                                                  const std::optional<Dataset>& dataset) {
  if (command.schema.has_value()) {
    ASSIGN_OR_RETURN(Schema schema, ReadSchemaOption(*command.schema));
    return std::optional<Schema>(std::move(schema));
  }
  if (dataset.has_value()) return std::optional<Schema>(dataset->schema());
  return std::optional<Schema>();
}

absl::StatusOr<std::optional<Dataset>> FindDataset(const Store* store, const std::string& name) {
  if (store == nullptr) return std::optional<Dataset>();
  absl::StatusOr<Dataset> dataset = store->GetSnapshot().GetDataset(name);
  if (absl::IsNotFound(dataset.status())) return std::optional<Dataset>();
  RETURN_IF_ERROR(dataset.status());
  return std::optional<Dataset>(*std::move(dataset));
}

absl::Status CheckStorage(const ImportCommand& command, const Dataset& dataset) {
  if (command.storage.value_or(dataset.storage()) == dataset.storage()) return absl::OkStatus();
  return absl::InvalidArgumentError(base::StrCat("dataset ", base::QuoteForMessage(command.dataset),
                                                 " has storage ", StorageText(dataset.storage()),
                                                 ", which --storage cannot change"));
}

absl::Status CheckKey(const ImportCommand& command, const Dataset& dataset) {
  if (command.key.empty() || command.key == dataset.key()) return absl::OkStatus();
  return absl::InvalidArgumentError(base::StrCat("dataset ", base::QuoteForMessage(command.dataset),
                                                 " has another key, which --key cannot change"));
}

absl::StatusOr<WriteStats> WriteInput(const ImportCommand& command, Store& store, bool create,
                                      ImportInput& input) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, store.BeginWrite());
  if (create) {
    DatasetOptions options;
    options.boundaries = command.boundaries.value_or(BatchBoundaries{});
    options.storage = command.storage.value_or(Storage::kFast);
    options.key = command.key;
    RETURN_IF_ERROR(transaction.CreateDataset(command.dataset, input.schema(), options));
  }
  if (command.mode == ImportMode::kReplace) {
    RETURN_IF_ERROR(
        transaction.Replace(command.dataset, input, ReplaceOptions{.rows_hint = input.rows()}));
  } else if (command.mode == ImportMode::kUpsert) {
    RETURN_IF_ERROR(transaction.Upsert(command.dataset, input));
  } else {
    RETURN_IF_ERROR(transaction.Append(command.dataset, input));
  }
  return std::move(transaction).Commit();
}

absl::StatusOr<WriteStats> Import(const ImportCommand& command, NewStoreGuard& guard,
                                  Console& console) {
  std::unique_ptr<Store> store;
  if (!guard.is_new()) {
    ASSIGN_OR_RETURN(store, Store::Open(command.store));
  }
  ASSIGN_OR_RETURN(const std::optional<Dataset> dataset, FindDataset(store.get(), command.dataset));
  if (dataset.has_value()) RETURN_IF_ERROR(CheckStorage(command, *dataset));
  if (dataset.has_value()) RETURN_IF_ERROR(CheckKey(command, *dataset));
  if (dataset.has_value() && command.boundaries.has_value()) {
    console.Note("--boundaries counts only when the dataset is new");
  }
  ASSIGN_OR_RETURN(std::optional<Schema> schema, KnownSchema(command, dataset));
  // A new store is made only now, when every file was opened and, without a schema, read once.
  ASSIGN_OR_RETURN(const std::unique_ptr<ImportInput> input,
                   ImportInput::Open(command, std::move(schema), console));
  if (store == nullptr) {
    guard.MarkMade();
    ASSIGN_OR_RETURN(store, Store::Open(command.store));
  }
  ASSIGN_OR_RETURN(const WriteStats stats,
                   WriteInput(command, *store, !dataset.has_value(), *input));
  guard.Keep();
  RETURN_IF_ERROR(store->Close());
  return stats;
}

}  // namespace

absl::Status Run(const ImportCommand& command, Console& console) {
  RETURN_IF_ERROR(CheckSupported(command));
  NewStoreGuard guard(command.store);
  ASSIGN_OR_RETURN(const WriteStats stats, Import(command, guard, console));
  Json record = Json::Object({{"dataset", command.dataset}});
  for (auto& [name, value] : Describe(stats)) record.Add(std::move(name), std::move(value));
  return PrintRecord(console, command.format, record);
}

}  // namespace ashlar::tools
