// `ashlar import`: files into a dataset, all of them or nothing.
#include <memory>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/outside_directory.h"
#include "src/store/dataset_impl.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/import_input.h"
#include "tools/ashlar/import_modes.h"
#include "tools/ashlar/merge_text.h"
#include "tools/ashlar/open_store.h"
#include "tools/ashlar/option_text.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

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

// Of an update: those fields of the dataset that the files have. What they lack stays as it is.
absl::StatusOr<std::optional<Schema>> GivenSchema(const ImportCommand& command,
                                                  const Dataset& dataset, Console& console) {
  for (const std::string& file : command.files) {
    if (file != "-") continue;
    return absl::InvalidArgumentError(
        "--mode update reads its files twice: give --schema to read standard input");
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<ImportInput> input,
                   ImportInput::Open(command, {}, console));
  std::vector<Field> fields;
  for (const Field& field : input->schema().fields()) {
    const std::optional<size_t> known = dataset.schema().FindField(field.name);
    // One that the dataset does not have is refused with its name.
    fields.push_back(known.has_value() ? dataset.schema().field(*known) : field);
    fields.back().id = 0;
  }
  ASSIGN_OR_RETURN(Schema schema, Schema::Make(std::move(fields)));
  return std::optional<Schema>(std::move(schema));
}

// The schema to read by: what was asked for, else the dataset's; nothing when there is neither.
absl::StatusOr<std::optional<Schema>> KnownSchema(const ImportCommand& command,
                                                  const std::optional<Dataset>& dataset,
                                                  Console& console) {
  if (command.schema.has_value()) {
    ASSIGN_OR_RETURN(Schema schema, ReadSchemaOption(*command.schema));
    return std::optional<Schema>(std::move(schema));
  }
  if (!dataset.has_value()) return std::optional<Schema>();
  if (command.mode == ImportMode::kUpdate) return GivenSchema(command, *dataset, console);
  return std::optional<Schema>(dataset->schema());
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
  const std::string_view has = dataset.key().empty() ? " has no key" : " has another key";
  return absl::InvalidArgumentError(base::StrCat("dataset ", base::QuoteForMessage(command.dataset),
                                                 has, ", which --key cannot change"));
}

absl::Status CheckHashIndex(const ImportCommand& command, const Dataset& dataset) {
  if (!command.hash_index || dataset.impl().state->hash_index) return absl::OkStatus();
  return absl::InvalidArgumentError(base::StrCat("dataset ", base::QuoteForMessage(command.dataset),
                                                 " has no hash index, which --hash-index cannot "
                                                 "change"));
}

absl::Status CheckMode(const ImportCommand& command, const Dataset& dataset) {
  if (IsKeyedMode(command.mode) || dataset.key().empty()) return absl::OkStatus();
  const std::string_view instead = command.mode == ImportMode::kReplace
                                       ? "full_merge makes the rows its whole content"
                                       : "upsert adds rows and changes those that it has";
  return absl::FailedPreconditionError(base::StrCat(
      "dataset ", base::QuoteForMessage(command.dataset), " has a key: --mode ", instead));
}

// Rows that the dataset would refuse are refused where they are read.
ImportTarget TargetOf(const ImportCommand& command, const std::optional<Dataset>& dataset) {
  ImportTarget target;
  target.key = dataset.has_value() ? dataset->key() : command.key;
  target.required = target.key;
  if (!dataset.has_value()) return target;
  for (const Field& field : dataset->schema().fields()) {
    if (!field.nullable) target.required.push_back(field.name);
  }
  return target;
}

struct ImportResult {
  WriteStats stats;
  Json::Members report{};         // of the verb
  std::optional<MergePlan> plan;  // instead of both
};

absl::Status WriteRows(const ImportCommand& command, WriteTransaction& transaction,
                       ImportInput& input, Json::Members* report) {
  const bool plain = !command.rewrite.has_value();
  if (command.mode == ImportMode::kAppend) return transaction.Append(command.dataset, input);
  if (command.mode == ImportMode::kReplace) {
    return transaction.Replace(command.dataset, input, {.rows_hint = input.rows()});
  }
  if (command.mode == ImportMode::kUpsert && plain) {
    return transaction.Upsert(command.dataset, input);
  }
  if (command.mode == ImportMode::kInsert && plain) {
    ASSIGN_OR_RETURN(const KeyedWriteReport done, transaction.Insert(command.dataset, input));
    *report = Describe(done);
  } else if (command.mode == ImportMode::kUpdate && plain) {
    ASSIGN_OR_RETURN(const KeyedWriteReport done, transaction.Update(command.dataset, input));
    *report = Describe(done);
  } else {
    ASSIGN_OR_RETURN(const MergeReport done,
                     transaction.Merge(command.dataset, input, MergeOptionsOf(command)));
    *report = Describe(done);
  }
  return absl::OkStatus();
}

absl::StatusOr<ImportResult> WriteInput(const ImportCommand& command, Store& store, bool create,
                                        ImportInput& input) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, store.BeginWrite());
  if (create) {
    DatasetOptions options;
    options.boundaries = command.boundaries.value_or(BatchBoundaries{});
    options.storage = command.storage.value_or(Storage::kFast);
    options.key = command.key;
    options.hash_index = command.hash_index;
    RETURN_IF_ERROR(transaction.CreateDataset(command.dataset, input.schema(), options));
  }
  ImportResult result;
  if (command.explain) {
    auto plan = transaction.PlanMerge(command.dataset, input, MergeOptionsOf(command));
    if (!plan.ok()) return input.WithPlace(plan.status());
    result.plan = *std::move(plan);
    return result;
  }
  const absl::Status written = WriteRows(command, transaction, input, &result.report);
  if (!written.ok()) return input.WithPlace(written);
  ASSIGN_OR_RETURN(result.stats, std::move(transaction).Commit());
  return result;
}

absl::StatusOr<ImportResult> Import(const ImportCommand& command, NewStoreGuard& guard,
                                    Console& console) {
  std::unique_ptr<Store> store;
  if (!guard.is_new()) {
    ASSIGN_OR_RETURN(store, Store::Open(command.store));
  }
  ASSIGN_OR_RETURN(const std::optional<Dataset> dataset, FindDataset(store.get(), command.dataset));
  if (!dataset.has_value() && command.mode == ImportMode::kUpdate) {
    return absl::NotFoundError(base::StrCat("no dataset ", base::QuoteForMessage(command.dataset),
                                            ": --mode update changes rows that are there"));
  }
  if (!dataset.has_value() && command.key.empty() && IsKeyedMode(command.mode)) {
    return absl::NotFoundError(base::StrCat("no dataset ", base::QuoteForMessage(command.dataset),
                                            ": --key names the key fields of a new one"));
  }
  if (dataset.has_value()) {
    RETURN_IF_ERROR(CheckStorage(command, *dataset));
    RETURN_IF_ERROR(CheckKey(command, *dataset));
    RETURN_IF_ERROR(CheckHashIndex(command, *dataset));
    RETURN_IF_ERROR(CheckMode(command, *dataset));
  }
  if (dataset.has_value() && command.boundaries.has_value()) {
    console.Note("--boundaries counts only when the dataset is new");
  }
  ImportTarget target = TargetOf(command, dataset);
  ASSIGN_OR_RETURN(target.schema, KnownSchema(command, dataset, console));
  // A new store is made only now, when every file was opened and, without a schema, read once.
  ASSIGN_OR_RETURN(const std::unique_ptr<ImportInput> input,
                   ImportInput::Open(command, target, console));
  if (store == nullptr) {
    guard.MarkMade();
    ASSIGN_OR_RETURN(store, Store::Open(command.store));
  }
  ASSIGN_OR_RETURN(ImportResult result, WriteInput(command, *store, !dataset.has_value(), *input));
  if (!command.explain) {
    guard.Keep();
    ASSIGN_OR_RETURN(result.stats.version, VersionOfCommits(*store));
  }
  RETURN_IF_ERROR(store->Close());
  return result;
}

}  // namespace

absl::Status Run(const ImportCommand& command, Console& console) {
  RETURN_IF_ERROR(base::ValidateDatasetName(command.dataset));
  NewStoreGuard guard(command.store);
  ASSIGN_OR_RETURN(ImportResult result, Import(command, guard, console));
  if (result.plan.has_value() && console.Resolve(command.format) == OutputFormat::kTable) {
    return console.Write(result.plan->ToString());
  }
  Json record = Json::Object({{"dataset", command.dataset}});
  if (result.plan.has_value()) {
    result.report = Describe(*result.plan);
  } else {
    for (auto& [name, value] : Describe(result.stats))
      record.Add(std::move(name), std::move(value));
  }
  for (auto& [name, value] : result.report) record.Add(std::move(name), std::move(value));
  return PrintRecord(console, command.format, record);
}

}  // namespace ashlar::tools
